#include "cli/recorder_sources.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/file.h"
#include "ingest/datagram_socket.h"
#include "ingest/forms.h"
#include "ingest/line_socket.h"
#include "ingest/listening.h"
#include "ingest/otlp_source.h"
#include "ingest/token_bucket.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;
using ingest::Form;
using ingest::LineSource;
using Opened = Result<std::unique_ptr<LineSource>>;

constexpr base::Duration kLinger = std::chrono::seconds(2);

struct Opening {
  const Invocation& call;
  const WantedSource& wanted;
  const Places& places;
  const std::map<std::string, uint64_t, std::less<>>& taken;
  const base::Clock& clock;
  std::shared_ptr<ingest::FilesInUse> in_use;

  [[nodiscard]] std::optional<uint64_t> Taken() const {
    const auto known = taken.find(wanted.source);
    return known == taken.end() ? std::nullopt : std::optional(known->second);
  }
  // Of the source itself under "", of its senders under their names.
  [[nodiscard]] std::map<std::string, uint64_t, std::less<>> Next() const {
    std::map<std::string, uint64_t, std::less<>> next;
    const std::string senders = wanted.source + "/";
    for (const auto& [source, highest] : taken) {
      if (source == wanted.source) next[""] = highest + 1;
      if (source.starts_with(senders)) next[source.substr(senders.size())] = highest + 1;
    }
    return next;
  }
};

Opened OpenFile(const Opening& with) {
  std::string trail = with.places.trail;
  while (trail.ends_with('/')) trail.pop_back();
  const std::string place =
      trail + ".sources" + with.wanted.source.substr(with.wanted.source.find('/'));
  return ingest::OpenLineFile({with.wanted.address, place, with.Taken(),
                               with.call.Has("once") ? base::Duration{0} : kLinger, with.in_use},
                              with.clock);
}

Opened OpenStream(const Opening& with, ingest::Framing framing) {
  ingest::LineSocketSettings settings;
  settings.listening = TRY(ingest::ListenUnix(with.wanted.address, ingest::SocketKind::kStream));
  settings.unlink = with.wanted.address;
  settings.framing = framing;
  settings.next = with.Next();
  return ingest::TakeLineSocket(std::move(settings));
}
Opened OpenUnix(const Opening& with) { return OpenStream(with, ingest::Framing::kLines); }
Opened OpenSyslogUnix(const Opening& with) { return OpenStream(with, ingest::Framing::kSyslog); }

Opened OpenSyslogDatagram(const Opening& with) {
  ingest::DatagramSettings settings;
  settings.listening = TRY(ingest::ListenUnix(with.wanted.address, ingest::SocketKind::kDatagram));
  settings.unlink = with.wanted.address;
  settings.rate = with.wanted.mapping.rate.value_or(ingest::kUsualRate);
  settings.next = with.Next()[""];
  return ingest::TakeDatagrams(std::move(settings), with.clock);
}

Result<ingest::Endpoint> EndpointOf(const WantedSource& wanted) {
  if (auto endpoint = ingest::ParseEndpoint(wanted.address)) return *endpoint;
  return Error{Code::kInvalid,
               Filled("'{}' is no address and port, such as 127.0.0.1:{} or [::1]:{1}",
                      "« {} » n’est pas une adresse et un port, comme 127.0.0.1:{} ou [::1]:{1}",
                      {wanted.address, uint64_t{6514}}),
               {}};
}

Opened OpenSyslogTcp(const Opening& with) {
  const ingest::Endpoint endpoint = TRY(EndpointOf(with.wanted));
  ingest::LineSocketSettings settings;
  settings.listening = TRY(ingest::ListenTcp(endpoint, ingest::Reach::kThisMachine));
  settings.framing = ingest::Framing::kSyslog;
  settings.next = with.Next();
  return ingest::TakeLineSocket(std::move(settings));
}

Opened OpenSyslogTls(const Opening& with) {
  const ingest::Endpoint endpoint = TRY(EndpointOf(with.wanted));
  for (const char* needed : {"certificate", "key"})
    if (!with.call.Has(needed))
      return Error{
          Code::kInvalid, Filled("syslog-tls: needs --{}", "syslog-tls: exige --{}", {needed}), {}};
  ingest::LineSocketSettings settings;
  settings.tls = TRY(ingest::Tls::Load(
      {with.call.Value("certificate"), with.call.Value("key"), with.call.Value("clients")}));
  if (!settings.tls->asks() && !with.wanted.mapping.senders.empty())
    return Error{Code::kInvalid,
                 {"the mapping names senders: --clients must say whose certificates they have",
                  "la correspondance nomme des expéditeurs : --clients doit dire de qui sont "
                  "leurs certificats"},
                 {}};
  settings.senders = with.wanted.mapping.senders;
  settings.listening = TRY(ingest::ListenTcp(endpoint, ingest::Reach::kAnywhere));
  settings.framing = ingest::Framing::kSyslog;
  settings.next = with.Next();
  return ingest::TakeLineSocket(std::move(settings));
}

// The secret comes by the environment alone.
Result<std::string> TokenOf(const ingest::Mapping& mapping) {
  if (mapping.token.empty()) return std::string();
  const char* value = std::getenv(mapping.token.c_str());
  const std::string token = value == nullptr ? "" : value;
  if (token.size() >= 16) return token;
  return Error{
      Code::kInvalid,
      Filled("the variable {} must hold the token, of at least 16 characters",
             "la variable {} doit contenir le jeton, d’au moins 16 caractères", {mapping.token}),
      {}};
}

Opened OpenOtlp(const Opening& with) {
  const ingest::Endpoint endpoint = TRY(EndpointOf(with.wanted));
  ingest::OtlpSettings settings;
  settings.terms.token = TRY(TokenOf(with.wanted.mapping));
  settings.terms.rate = with.wanted.mapping.rate.value_or(ingest::kUsualRate);
  settings.listening = TRY(ingest::ListenTcp(endpoint, ingest::Reach::kThisMachine));
  settings.next = with.Next()[""];
  return ingest::TakeOtlp(std::move(settings), with.clock);
}

struct Kind {
  std::string_view name;     // what stands before the first colon of --lines; empty: a file
  std::string_view source;   // how its sources are called
  std::optional<Form> form;  // that its mappings must have; none: any of lines
  Opened (*open)(const Opening&);
};
constexpr Kind kKinds[] = {
    {"", "lines", {}, OpenFile},
    {"unix", "lines", {}, OpenUnix},
    {"otlp", "otlp", Form::kOtlp, OpenOtlp},
    {"syslog", "syslog", Form::kSyslog, OpenSyslogTcp},
    {"syslog-tls", "syslog", Form::kSyslog, OpenSyslogTls},
    {"syslog-unix", "syslog", Form::kSyslog, OpenSyslogUnix},
    {"syslog-datagram", "syslog", Form::kSyslog, OpenSyslogDatagram},
};

const Kind& KindOf(std::string_view lines) {
  const size_t colon = lines.find(':');
  for (const Kind& kind : kKinds)
    if (colon != std::string_view::npos && kind.name == lines.substr(0, colon)) return kind;
  return kKinds[0];
}

std::optional<Text> Misuse(const Invocation& call) {
  const size_t lines = call.All("lines").size();
  const size_t names = call.All("source").size();
  if (lines != call.All("mapping").size())
    return Text{"each --lines needs its --mapping, in the same order",
                "chaque --lines exige son --mapping, dans le même ordre"};
  if (names != 0 && names != lines)
    return Text{"where --source is given, each --lines needs one",
                "si --source est donnée, chaque --lines en exige une"};
  if (lines == 0 && !call.Has("spool"))
    return Text{"there is nothing to take: give --spool, or --lines with --mapping",
                "il n’y a rien à prendre : donnez --spool, ou --lines avec --mapping"};
  return {};
}

// What is wrong with a source's name or form.
std::optional<Text> Misuse(const WantedSource& wanted, const Kind& kind, const std::string& name,
                           const std::string& mapping) {
  if (!ingest::IsSystemId(name))
    return Filled(
        "'{}' cannot name a source; it takes up to 64 lower-case letters, "
        "digits and dashes, starting with a letter",
        "« {} » ne peut nommer une source; elle prend jusqu’à 64 lettres "
        "minuscules, chiffres et tirets, et commence par une lettre",
        {name});
  const Form form = wanted.mapping.form;
  const bool fits = kind.form ? form == *kind.form : form != Form::kOtlp;
  if (fits) return {};
  return Filled("{} says form: {}, but what comes from {} is {}",
                "{} dit form: {}, mais ce qui vient de {} est {}",
                {mapping, ingest::FormName(form), wanted.kind.empty() ? "file" : wanted.kind,
                 kind.form ? ingest::FormName(*kind.form) : "json, combined, syslog"});
}

}  // namespace

std::optional<std::vector<WantedSource>> ReadWantedSources(const Invocation& call,
                                                           const ingest::Systems& systems,
                                                           int& status) {
  const auto lines = call.All("lines");
  const auto mappings = call.All("mapping");
  const auto names = call.All("source");
  const auto misuse = [&](const Text& why) {
    status = call.Misuse(why);
    return std::nullopt;
  };
  if (const auto why = Misuse(call)) return misuse(*why);
  std::vector<WantedSource> wanted;
  std::set<std::string> known;
  base::Diagnostics diagnostics;
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto text = base::ReadFile(mappings[i], ingest::kLargestMapping);
    if (!text) {
      status = call.Fail(text.error());
      return std::nullopt;
    }
    auto mapping = ingest::ParseMapping(*text, mappings[i], systems, diagnostics);
    if (!mapping) continue;
    const Kind& kind = KindOf(lines[i]);
    const std::string name = names.empty() ? mapping->system : names[i];
    WantedSource one{lines[i].substr(kind.name.empty() ? 0 : kind.name.size() + 1),
                     std::string(kind.source) + "/" + name, std::string(kind.name),
                     std::move(*mapping)};
    if (const auto why = Misuse(one, kind, name, mappings[i])) return misuse(*why);
    if (!known.insert(one.source).second)
      return misuse(Filled("two sources are named '{}'; name each with --source",
                           "deux sources se nomment « {} »; nommez-les avec --source", {name}));
    wanted.push_back(std::move(one));
  }
  if (!diagnostics.empty()) {
    status = Complain(call, diagnostics);
    return std::nullopt;
  }
  return wanted;
}

Opened SourceOpener::Open(const WantedSource& wanted) {
  const Opening with{call_, wanted, places_, taken_, clock_, in_use_};
  const auto* kind = std::ranges::find(kKinds, std::string_view(wanted.kind), &Kind::name);
  return kind->open(with);
}

}  // namespace garant::cli

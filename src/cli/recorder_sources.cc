#include "cli/recorder_sources.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "cli/recorder_kinds.h"
#include "ingest/forms.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Result;
using base::Text;
using ingest::Form;

const SourceKind& KindOf(std::string_view lines) {
  const size_t colon = lines.find(':');
  for (const SourceKind& kind : SourceKinds())
    if (colon != std::string_view::npos && kind.name == lines.substr(0, colon)) return kind;
  return SourceKinds().front();
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
std::optional<Text> Misuse(const WantedSource& wanted, const SourceKind& kind,
                           const std::string& name, const std::string& mapping) {
  if (!ingest::IsSystemId(name))
    return Filled(
        "'{}' cannot name a source; it takes up to 64 lower-case letters, "
        "digits and dashes, starting with a letter",
        "« {} » ne peut nommer une source; elle prend jusqu’à 64 lettres "
        "minuscules, chiffres et tirets, et commence par une lettre",
        {name});
  const Form form = wanted.mapping.form;
  if (!wanted.mapping.senders.empty() && kind.name != "syslog-tls")
    return Filled("{} names senders: only syslog-tls: knows them",
                  "{} nomme des expéditeurs : seul syslog-tls: les connaît", {mapping});
  if (!wanted.mapping.token.empty() && kind.name != "otlp")
    return Filled("{} names a token: only otlp: asks for one",
                  "{} nomme un jeton : seul otlp: en demande un", {mapping});
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
    const SourceKind& kind = KindOf(lines[i]);
    const std::string name = names.empty() ? mapping->system : names[i];
    WantedSource one{lines[i].substr(kind.name.empty() ? 0 : kind.name.size() + 1),
                     std::string(kind.source) + "/" + name, std::string(kind.name),
                     std::move(*mapping)};
    if (const auto why = Misuse(one, kind, name, mappings[i])) return misuse(*why);
    if (!known.insert(one.source).second)
      return misuse(Filled("two sources are named '{}'; name each with --source",
                           "deux sources se nomment « {} »; nommez-les avec --source", {name}));
    if (const auto sound = kind.check(call, one); !sound) {
      status = call.Fail(sound.error());
      return std::nullopt;
    }
    wanted.push_back(std::move(one));
  }
  if (!diagnostics.empty()) {
    status = Complain(call, diagnostics);
    return std::nullopt;
  }
  return wanted;
}

Result<std::unique_ptr<ingest::LineSource>> SourceOpener::Open(const WantedSource& wanted) {
  const auto found = std::ranges::find(SourceKinds(), wanted.kind, &SourceKind::name);
  return found->open({call_, wanted, places_, taken_, clock_, in_use_});
}

}  // namespace garant::cli

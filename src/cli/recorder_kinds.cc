#include "cli/recorder_kinds.h"

#include <cstdlib>

#include "ingest/datagram_socket.h"
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
using ingest::Form;
using Opened = Result<std::unique_ptr<ingest::LineSource>>;

constexpr base::Duration kLinger = std::chrono::seconds(2);

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

// Loaded before the trail is opened, and again when the source is.
Result<std::shared_ptr<const ingest::Tls>> LoadTls(const Invocation& call,
                                                   const WantedSource& wanted) {
  for (const char* needed : {"certificate", "key"})
    if (!call.Has(needed))
      return Error{
          Code::kInvalid, Filled("syslog-tls: needs --{}", "syslog-tls: exige --{}", {needed}), {}};
  auto tls =
      TRY(ingest::Tls::Load({call.Value("certificate"), call.Value("key"), call.Value("clients")}));
  if (!tls->asks() && !wanted.mapping.senders.empty())
    return Error{Code::kInvalid,
                 {"the mapping names senders: --clients must say whose certificates they have",
                  "la correspondance nomme des expéditeurs : --clients doit dire de qui sont "
                  "leurs certificats"},
                 {}};
  return tls;
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
  ingest::LineSocketSettings settings;
  settings.tls = TRY(LoadTls(with.call, with.wanted));
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

base::Status CheckEndpoint(const Invocation&, const WantedSource& wanted) {
  TRY(EndpointOf(wanted));
  return base::Ok{};
}
base::Status CheckTls(const Invocation& call, const WantedSource& wanted) {
  TRY(EndpointOf(wanted));
  TRY(LoadTls(call, wanted));
  return base::Ok{};
}
base::Status CheckOtlp(const Invocation&, const WantedSource& wanted) {
  TRY(EndpointOf(wanted));
  TRY(TokenOf(wanted.mapping));
  return base::Ok{};
}
base::Status CheckNothing(const Invocation&, const WantedSource&) { return base::Ok{}; }

constexpr SourceKind kKinds[] = {
    {"", "lines", {}, CheckNothing, OpenFile},
    {"unix", "lines", {}, CheckNothing, OpenUnix},
    {"otlp", "otlp", Form::kOtlp, CheckOtlp, OpenOtlp},
    {"syslog", "syslog", Form::kSyslog, CheckEndpoint, OpenSyslogTcp},
    {"syslog-tls", "syslog", Form::kSyslog, CheckTls, OpenSyslogTls},
    {"syslog-unix", "syslog", Form::kSyslog, CheckNothing, OpenSyslogUnix},
    {"syslog-datagram", "syslog", Form::kSyslog, CheckNothing, OpenSyslogDatagram},
};

}  // namespace

std::optional<uint64_t> Opening::Taken() const {
  const auto known = taken.find(wanted.source);
  return known == taken.end() ? std::nullopt : std::optional(known->second);
}

std::map<std::string, uint64_t, std::less<>> Opening::Next() const {
  std::map<std::string, uint64_t, std::less<>> next;
  const std::string senders = wanted.source + "/";
  for (const auto& [source, highest] : taken) {
    if (source == wanted.source) next[""] = highest + 1;
    if (source.starts_with(senders)) next[source.substr(senders.size())] = highest + 1;
  }
  return next;
}

std::span<const SourceKind> SourceKinds() { return kKinds; }

}  // namespace garant::cli

#include "spool/record.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace garant::spool {
namespace {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Status;

constexpr std::string_view kMethods[] = {"other", "GET",    "HEAD",  "POST",
                                         "PUT",   "DELETE", "PATCH", "OPTIONS"};
constexpr std::string_view kOutcomes[] = {"passed", "redirected", "refused", "unanswered",
                                          "abandoned"};
constexpr uint8_t kHttpVersions[] = {0, 9, 10, 11, 20};
constexpr uint8_t kTlsVersions[] = {0, 10, 11, 12, 13};
constexpr uint8_t kContinued = 1;
constexpr uint8_t kSampled = 2;
constexpr uint8_t kPathCut = 4;

template <size_t kSize>
bool IsOneOf(const uint8_t (&known)[kSize], uint8_t value) {
  return std::find(std::begin(known), std::end(known), value) != std::end(known);
}

class Out {
 public:
  explicit Out(std::span<uint8_t> bytes) : bytes_(bytes) {}
  template <class T>
  void Put(T value) noexcept {
    Raw(&value, sizeof value);
  }
  void Text(std::string_view text) noexcept {
    Put(static_cast<uint16_t>(text.size()));
    Raw(text.data(), text.size());
  }
  void Raw(const void* from, size_t count) noexcept {
    if (count != 0) std::memcpy(bytes_.data() + used_, from, count);
    used_ += count;
  }
  [[nodiscard]] size_t used() const { return used_; }

 private:
  std::span<uint8_t> bytes_;
  size_t used_ = 0;
};

// Asked for more than there is, it gives zeros and remembers.
class In {
 public:
  explicit In(ByteView bytes) : bytes_(bytes) {}
  template <class T>
  T Get() {
    T value{};
    const ByteView taken = Take(sizeof value);
    if (taken.size() == sizeof value) std::memcpy(&value, taken.data(), sizeof value);
    return value;
  }
  std::string_view Text() { return base::AsText(Take(Get<uint16_t>())); }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] size_t used() const { return used_; }
  [[nodiscard]] bool AtEnd() const { return used_ == bytes_.size(); }

 private:
  ByteView Take(size_t count) {
    if (!ok_ || count > bytes_.size() - used_) {
      ok_ = false;
      return {};
    }
    used_ += count;
    return bytes_.subspan(used_ - count, count);
  }

  ByteView bytes_;
  size_t used_ = 0;
  bool ok_ = true;
};

uint64_t Count(base::Duration duration) noexcept {
  return static_cast<uint64_t>(std::max<int64_t>(duration.count(), 0));
}

std::string_view OrNothing(std::string_view text) noexcept {
  return text.size() <= kLongestText ? text : std::string_view();
}

uint8_t Bits(const RequestRecord& record, bool path_cut) noexcept {
  return static_cast<uint8_t>((record.continued ? kContinued : 0) |
                              (record.sampled ? kSampled : 0) | (path_cut ? kPathCut : 0));
}

Error Bad(size_t at, const base::Text& what) {
  return Error{Code::kInvalid,
               Filled("request record of the spool: byte {}: {}",
                      "enregistrement de requête du tampon : octet {} : {}", {uint64_t{at}, what}),
               {}};
}

base::Text Number(const char* en, const char* fr, uint64_t value) {
  return Filled("no {} has the number {}", "aucun {} n’a le numéro {}",
                {base::Text{en, fr}, value});
}

Status CheckFixed(const RequestRecord& record, ByteView bytes) {
  if (record.duration.count() < 0) return Bad(8, {"a negative duration", "une durée négative"});
  if (record.upstream.count() < 0) return Bad(16, {"a negative duration", "une durée négative"});
  if (bytes[74] >= std::size(kMethods)) return Bad(74, Number("method", "verbe", bytes[74]));
  if (bytes[75] < 1 || bytes[75] > std::size(kOutcomes))
    return Bad(75, Number("outcome", "dénouement", bytes[75]));
  if (!IsOneOf(kHttpVersions, record.http))
    return Bad(76, Number("version of HTTP", "protocole HTTP", record.http));
  if (!IsOneOf(kTlsVersions, record.tls))
    return Bad(77, Number("version of TLS", "protocole TLS", record.tls));
  if ((bytes[78] & ~(kContinued | kSampled | kPathCut)) != 0)
    return Bad(78, {"a bit that has no meaning", "un bit qui n’a aucun sens"});
  if (bytes[79] != 0) return Bad(79, {"it must be zero", "il doit être nul"});
  return base::Ok{};
}

Status GetTexts(In& in, RequestRecord& record) {
  struct {
    std::string_view& text;
    size_t most;
  } const texts[] = {{record.route, kLongestText},
                     {record.part, kLongestText},
                     {record.path, kLongestPath},
                     {record.client, kLongestText},
                     {record.session, kLongestText}};
  for (const auto& [text, most] : texts) {
    const size_t at = in.used();
    text = in.Text();
    if (!in.ok()) return Bad(at, {"it ends inside a text", "il se termine au milieu d’un texte"});
    if (text.size() > most)
      return Bad(at, Filled("a text of {} bytes; at most {}", "un texte de {} octets; au plus {}",
                            {uint64_t{text.size()}, uint64_t{most}}));
  }
  return base::Ok{};
}

}  // namespace

std::string_view MethodName(Method method) { return kMethods[static_cast<size_t>(method)]; }

Method MethodOf(std::string_view name) {
  const auto* found = std::find(std::begin(kMethods) + 1, std::end(kMethods), name);
  return found == std::end(kMethods) ? Method::kOther
                                     : static_cast<Method>(found - std::begin(kMethods));
}

std::string_view OutcomeName(Outcome outcome) {
  return kOutcomes[static_cast<size_t>(outcome) - 1];
}

size_t Encode(const RequestRecord& record, std::span<uint8_t> bytes) noexcept {
  assert(bytes.size() >= kLargestRequest);
  const std::string_view route = OrNothing(record.route);
  const std::string_view path = record.route.empty() ? record.path : std::string_view();
  const bool cut = path.size() > kLongestPath || (record.path_cut && !path.empty());
  Out out(bytes);
  out.Put(int64_t{record.time.time_since_epoch().count()});
  out.Put(Count(record.duration));
  out.Put(Count(record.upstream));
  out.Put(record.received);
  out.Put(record.sent);
  out.Raw(record.trace.data(), record.trace.size());
  out.Raw(record.span.data(), record.span.size());
  out.Raw(record.parent.data(), record.parent.size());
  out.Put(record.status);
  out.Put(record.method);
  out.Put(record.outcome);
  out.Put(IsOneOf(kHttpVersions, record.http) ? record.http : uint8_t{0});
  out.Put(IsOneOf(kTlsVersions, record.tls) ? record.tls : uint8_t{0});
  out.Put(Bits(record, cut));
  out.Put(uint8_t{0});
  out.Text(route);
  out.Text(OrNothing(record.part));
  out.Text(path.substr(0, kLongestPath));
  out.Text(OrNothing(record.client));
  out.Text(OrNothing(record.session));
  return out.used();
}

Result<RequestRecord> Decode(ByteView bytes) {
  In in(bytes);
  RequestRecord record;
  record.time = base::Time(base::Duration(in.Get<int64_t>()));
  record.duration = base::Duration(in.Get<int64_t>());
  record.upstream = base::Duration(in.Get<int64_t>());
  record.received = in.Get<uint64_t>();
  record.sent = in.Get<uint64_t>();
  record.trace = in.Get<TraceId>();
  record.span = in.Get<SpanId>();
  record.parent = in.Get<SpanId>();
  record.status = in.Get<uint16_t>();
  record.method = static_cast<Method>(in.Get<uint8_t>());
  record.outcome = static_cast<Outcome>(in.Get<uint8_t>());
  record.http = in.Get<uint8_t>();
  record.tls = in.Get<uint8_t>();
  const auto bits = in.Get<uint8_t>();
  record.continued = (bits & kContinued) != 0;
  record.sampled = (bits & kSampled) != 0;
  record.path_cut = (bits & kPathCut) != 0;
  (void)in.Get<uint8_t>();
  if (!in.ok())
    return Bad(bytes.size(), {"it ends before its texts", "il se termine avant ses textes"});
  TRY(CheckFixed(record, bytes));
  TRY(GetTexts(in, record));
  if (!in.AtEnd())
    return Bad(in.used(), {"bytes behind the last text", "des octets suivent le dernier texte"});
  if (!record.path.empty() && !record.route.empty())
    return Bad(80, {"a path beside a route", "un chemin à côté d’une route"});
  if (record.path_cut && record.path.empty())
    return Bad(78, {"a path that was cut, and none", "un chemin coupé, mais absent"});
  return record;
}

}  // namespace garant::spool

#include "ingest/request.h"

#include <algorithm>
#include <limits>

#include "ingest/forms.h"
#include "ingest/source_event.h"
#include "trail/search/journey.h"

namespace garant::ingest {
namespace {

using base::AsBytes;
using base::Bytes;

trail::Draft Refused(const spool::Taken& taken, std::string_view service, base::Time now) {
  SourceEvent event;
  event.source = SourceOf(taken.ring);
  event.happening = Happening::kRefused;
  event.sequence = taken.sequence;
  event.reason = Reason::kNotARecord;
  event.bytes = taken.payload.size();
  event.sealed = taken.payload;
  return ToDraft(std::move(event), service, now);
}

int64_t Milliseconds(base::Duration duration) {
  return std::chrono::round<std::chrono::milliseconds>(duration).count();
}

int64_t Count(uint64_t bytes) {
  return static_cast<int64_t>(std::min<uint64_t>(bytes, std::numeric_limits<int64_t>::max()));
}

// The parts of a draft, in the places of those that it held before.
class Parts {
 public:
  explicit Parts(std::vector<trail::SealedDraft>& parts) : parts_(parts) {}
  void Add(std::string_view category, base::ByteView bytes) {
    if (count_ == parts_.size()) parts_.emplace_back();
    trail::SealedDraft& part = parts_[count_++];
    part.key_class = trail::KeyClass::kTransient;
    part.category = category;
    part.bytes.assign(bytes.begin(), bytes.end());
    part.about.reset();
  }
  void Finish() { parts_.resize(count_); }

 private:
  std::vector<trail::SealedDraft>& parts_;
  size_t count_ = 0;
};

template <size_t size>
bool IsZero(const std::array<uint8_t, size>& id) {
  return std::ranges::all_of(id, [](uint8_t byte) { return byte == 0; });
}

// In the order in which headers hold them.
void PutFacts(const spool::RequestRecord& record, Naming naming, std::vector<trail::Fact>& facts) {
  const bool unnamed = naming == Naming::kUnnamed;
  facts.resize(unnamed ? 11 : 10);
  size_t count = 0;
  const auto put = [&facts, &count](std::string_view name, auto&& value) {
    trail::Fact& fact = facts[count++];
    if (fact.name != name) fact.name = name;
    fact.value = std::forward<decltype(value)>(value);
  };
  put("continued", record.continued);
  put("http", int64_t{record.http});
  put("method", std::string(spool::MethodName(record.method)));
  put("milliseconds", Milliseconds(record.duration));
  put("received", Count(record.received));
  put("sampled", record.sampled);
  put("sent", Count(record.sent));
  put("status", int64_t{record.status});
  put("tls", int64_t{record.tls});
  if (unnamed) put("unnamed", true);
  put("waited", Milliseconds(record.upstream));
}

void PutTrace(const spool::RequestRecord& record, trail::Draft& draft, Parts& parts) {
  draft.trace.clear();
  if (IsZero(record.trace)) return;
  draft.trace = base::ToHex(record.trace);
  std::array<uint8_t, 16> spans{};
  std::ranges::copy(record.span, spans.begin());
  std::ranges::copy(record.parent, spans.begin() + 8);
  parts.Add(trail::kSpanCategory, spans);
}

}  // namespace

Naming NamingOf(const spool::RequestRecord& record, const Routes& routes) {
  if (routes.CategoriesOf(record.route) != nullptr) return Naming::kNamed;
  // A template fills its own parameters, so that one that is spelled otherwise finds the declared.
  const std::string_view path = record.route.empty() ? record.path : record.route;
  const bool whole = !path.empty() && !record.path_cut;
  return whole && routes.HasRoute(path) ? Naming::kUnnamed : Naming::kOther;
}

base::Time TimeOf(const spool::RequestRecord& record, base::Time now, base::Duration kept) {
  return IsUsable(record.time, now, kept) ? record.time : now;
}

void MakeRequest(const spool::Taken& taken, std::string_view source, const Routes& routes,
                 std::string_view service, base::Time now, trail::Draft& out, base::Duration kept) {
  const auto record = spool::Decode(taken.payload);
  if (!record) {
    out = Refused(taken, service, now);
    return;
  }
  const std::vector<std::string>* categories = routes.CategoriesOf(record->route);
  const bool declared = categories != nullptr;
  const Naming naming = declared ? Naming::kNamed : NamingOf(*record, routes);
  out.time = TimeOf(*record, now, kept);
  out.kind = "request";
  out.service = service;
  out.part = IsSystemId(record->part) ? record->part : std::string_view();
  out.route = declared ? record->route : std::string_view();
  if (declared)
    out.categories = *categories;
  else
    out.categories.clear();
  out.outcome = spool::OutcomeName(record->outcome);
  out.source = source;
  out.sequence = taken.sequence;
  out.actor.reset();
  out.subjects.clear();
  out.session = record->session;
  PutFacts(*record, naming, out.facts);
  Parts parts(out.sealed);
  PutTrace(*record, out, parts);
  if (!record->client.empty()) parts.Add("device.address", AsBytes(record->client));
  // A template that the service file does not declare was a path to somebody.
  const std::string_view path = record->path.empty() ? record->route : record->path;
  if (!declared && !path.empty()) parts.Add("path", AsBytes(path));
  parts.Finish();
}

}  // namespace garant::ingest

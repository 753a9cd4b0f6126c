#include "ingest/request.h"

#include <algorithm>
#include <limits>

#include "ingest/forms.h"
#include "ingest/source_event.h"
#include "spool/record.h"
#include "trail/journey.h"

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

void Seal(trail::Draft& draft, std::string_view category, base::ByteView bytes) {
  draft.sealed.push_back({trail::KeyClass::kTransient, std::string(category),
                          Bytes(bytes.begin(), bytes.end()), std::nullopt});
}

template <size_t size>
bool IsZero(const std::array<uint8_t, size>& id) {
  return std::ranges::all_of(id, [](uint8_t byte) { return byte == 0; });
}

// In the order in which headers hold them.
std::vector<trail::Fact> FactsOf(const spool::RequestRecord& record) {
  std::vector<trail::Fact> facts;
  facts.reserve(10);
  facts.push_back({"continued", record.continued});
  facts.push_back({"http", int64_t{record.http}});
  facts.push_back({"method", std::string(spool::MethodName(record.method))});
  facts.push_back({"milliseconds", Milliseconds(record.duration)});
  facts.push_back({"received", Count(record.received)});
  facts.push_back({"sampled", record.sampled});
  facts.push_back({"sent", Count(record.sent)});
  facts.push_back({"status", int64_t{record.status}});
  facts.push_back({"tls", int64_t{record.tls}});
  facts.push_back({"waited", Milliseconds(record.upstream)});
  return facts;
}

}  // namespace

trail::Draft RequestToDraft(const spool::Taken& taken, std::string_view source,
                            const Routes& routes, std::string_view service, base::Time now) {
  const auto record = spool::Decode(taken.payload);
  if (!record) return Refused(taken, service, now);
  trail::Draft draft;
  draft.time = IsUsable(record->time, now) ? record->time : now;
  draft.kind = "request";
  draft.service = service;
  if (IsSystemId(record->part)) draft.part = record->part;
  const std::vector<std::string>* categories = routes.CategoriesOf(record->route);
  if (categories != nullptr) {
    draft.route = record->route;
    draft.categories = *categories;
  }
  draft.outcome = spool::OutcomeName(record->outcome);
  draft.source = source;
  draft.sequence = taken.sequence;
  draft.session = record->session;
  draft.facts = FactsOf(*record);
  draft.sealed.reserve(3);
  if (!IsZero(record->trace)) {
    draft.trace = base::ToHex(record->trace);
    std::array<uint8_t, 16> spans{};
    std::ranges::copy(record->span, spans.begin());
    std::ranges::copy(record->parent, spans.begin() + 8);
    Seal(draft, trail::kSpanCategory, spans);
  }
  if (!record->client.empty()) Seal(draft, "device.address", AsBytes(record->client));
  // A template that the service file does not declare was a path to somebody.
  if (categories == nullptr) {
    const std::string_view path = record->path.empty() ? record->route : record->path;
    if (!path.empty()) Seal(draft, "path", AsBytes(path));
  }
  return draft;
}

}  // namespace garant::ingest

#include "ingest/resumed.h"

#include <algorithm>

#include "ingest/source_event.h"

namespace garant::ingest {
namespace {

std::optional<uint64_t> NumberOf(const trail::Entry& entry, std::string_view name) {
  const auto found = std::ranges::find(entry.header.facts, name, &trail::Fact::name);
  if (found == entry.header.facts.end()) return {};
  const auto* number = std::get_if<int64_t>(&found->value);
  if (number == nullptr || *number < 0) return {};
  return static_cast<uint64_t>(*number);
}

Naming NamingOf(const trail::Header& header) {
  if (!header.route.empty()) return Naming::kNamed;
  const bool unnamed =
      std::ranges::find(header.facts, "unnamed", &trail::Fact::name) != header.facts.end();
  return unnamed ? Naming::kUnnamed : Naming::kOther;
}

std::optional<Sealing> SealingOf(const trail::Header& header) {
  const auto found = std::ranges::find(header.facts, "sealed", &trail::Fact::name);
  if (found == header.facts.end()) return {};
  const auto* sealed = std::get_if<bool>(&found->value);
  if (sealed == nullptr) return {};
  return *sealed ? Sealing::kWorks : Sealing::kFails;
}

}  // namespace

std::string ToldOf(std::string_view source, std::string_view outcome, uint64_t next) {
  return std::string(source) + " " + std::string(outcome) + " " + std::to_string(next);
}

void Resumed::Add(const trail::Entry& entry, std::string_view service, base::Time now) {
  const trail::Header& header = entry.header;
  const bool source = header.kind == "source";
  if (header.service != service) return;
  if (header.kind == kSealingKind) sealing = SealingOf(header).value_or(sealing);
  if (header.kind != "request" && header.kind != "event" && !source) return;
  const auto ring = RingOf(header.source);
  if (header.sequence && ring) next[*ring] = std::max(next[*ring], *header.sequence + 1);
  if (header.sequence && !ring) {
    uint64_t& highest = taken[header.source];
    highest = std::max(highest, *header.sequence);
  }
  const bool recent = entry.time > now - std::chrono::hours(24);
  if (header.kind == "event" && recent) tally.AddEvent(header.part, entry.time);
  if (header.kind == "request" && recent) tally.AddRequest(NamingOf(header), entry.time);
  if (!source) return;
  last[header.source] = header.outcome;
  if (ring) {
    const bool found = header.outcome == HappeningName(Happening::kFound);
    const uint64_t at = found ? 0 : NumberOf(entry, "next").value_or(0);
    told.insert(ToldOf(header.source, header.outcome, at));
  }
  if (recent)
    tally.AddLoss(header.part, LossOf(header.outcome, NumberOf(entry, "count")), entry.time);
}

}  // namespace garant::ingest

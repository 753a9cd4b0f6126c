#include "ingest/source_event.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace garant::ingest {
namespace {

constexpr std::string_view kHappenings[] = {"found",   "gap",       "closed", "crashed",
                                            "broken",  "silent",    "heard",  "refused",
                                            "rotated", "truncated", "lost"};
constexpr std::string_view kReasons[] = {
    "too-long",          "not-utf8",     "not-json",  "not-object",   "no-time",
    "time-out-of-range", "not-a-record", "not-taken", "not-combined", "not-syslog",
    "not-otlp",          "cut-off",      "over-rate"};
constexpr std::string_view kRingPrefix = "guard/";

int64_t Clamped(uint64_t number) {
  return static_cast<int64_t>(std::min<uint64_t>(number, std::numeric_limits<int64_t>::max()));
}

void AddNumber(std::vector<trail::Fact>& facts, const char* name, std::optional<uint64_t> number) {
  if (number) facts.push_back({name, Clamped(*number)});
}

}  // namespace

std::string_view HappeningName(Happening happening) {
  return kHappenings[static_cast<size_t>(happening)];
}

std::string_view ReasonName(Reason reason) { return kReasons[static_cast<size_t>(reason)]; }

SourceEvent FromRing(const spool::RingEvent& event) {
  SourceEvent out;
  out.source = SourceOf(event.ring);
  out.next = event.sequence;
  switch (event.event) {
    case spool::Event::kFound:
      out.happening = Happening::kFound;
      out.process = event.process;
      out.started = event.started;
      return out;
    case spool::Event::kGap:
      out.happening = Happening::kGap;
      break;
    case spool::Event::kClosed:
      out.happening = Happening::kClosed;
      break;
    case spool::Event::kCrashed:
      out.happening = Happening::kCrashed;
      break;
    case spool::Event::kBroken:
      out.happening = Happening::kBroken;
      break;
  }
  out.count = event.count;
  return out;
}

trail::Draft ToDraft(SourceEvent event, std::string_view service, base::Time now) {
  trail::Draft draft;
  draft.time = now;
  draft.kind = "source";
  draft.service = service;
  draft.part = std::move(event.part);
  draft.outcome = HappeningName(event.happening);
  draft.source = std::move(event.source);
  draft.sequence = event.sequence;
  AddNumber(draft.facts, "bytes", event.bytes);
  AddNumber(draft.facts, "count", event.count);
  AddNumber(draft.facts, "next", event.next);
  AddNumber(draft.facts, "process", event.process);
  if (event.reason) draft.facts.push_back({"reason", std::string(ReasonName(*event.reason))});
  if (event.started)
    draft.facts.push_back(
        {"started",
         std::chrono::floor<std::chrono::seconds>(*event.started).time_since_epoch().count()});
  if (!event.sealed.empty()) {
    if (event.sealed.size() > kLongestLine) event.sealed.resize(kLongestLine);
    draft.sealed.push_back(
        {trail::KeyClass::kTransient, "line", std::move(event.sealed), std::nullopt});
  }
  return draft;
}

std::string SourceOf(const spool::RingId& ring) {
  return std::string(kRingPrefix) + base::ToHex(ring);
}

std::optional<spool::RingId> RingOf(std::string_view source) {
  if (!source.starts_with(kRingPrefix)) return {};
  const auto bytes = base::FromHex(source.substr(kRingPrefix.size()));
  spool::RingId ring{};
  if (!bytes || bytes->size() != ring.size()) return {};
  std::ranges::copy(*bytes, ring.begin());
  return ring;
}

uint64_t LossOf(std::string_view outcome, std::optional<uint64_t> count) {
  if (outcome == HappeningName(Happening::kRefused)) return 1;
  for (const Happening loses : {Happening::kGap, Happening::kClosed, Happening::kCrashed,
                                Happening::kBroken, Happening::kTruncated, Happening::kLost})
    if (outcome == HappeningName(loses)) return count.value_or(0);
  return 0;
}

}  // namespace garant::ingest

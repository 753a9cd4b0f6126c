#include "guard_records.h"

#include "base/bytes.h"
#include "trail/journey.h"

namespace garant::bench {
namespace {

constexpr const char* kRoutes[] = {
    "/permits", "/permits/{id}", "/permits/{id}/payments", "/mine", "/clerk/applications/{id}",
    "/help"};
constexpr int64_t kStart = 1'790'000'000'000'000'000;  // ns since 1970, in September 2026

base::Bytes Eight(uint64_t a, uint64_t b) {
  base::Bytes bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<uint8_t>(a >> (8 * i)));
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<uint8_t>(b >> (8 * i)));
  return bytes;
}

}  // namespace

GuardRecords::GuardRecords(const GuardRecordSettings& settings)
    : settings_(settings), state_(settings.seed), visits_(settings.visits) {
  for (Visit& visit : visits_) Begin(visit);
}

// splitmix64.
uint64_t GuardRecords::Draw(uint64_t below) {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return (z ^ (z >> 31U)) % below;
}

void GuardRecords::Begin(Visit& visit) {
  visit.person = Draw(settings_.people);
  visit.left = 1 + Draw(2 * settings_.requests - 1);
  visit.session = base::ToHex(Eight(Draw(~uint64_t{0}), Draw(~uint64_t{0})));
}

trail::Person GuardRecords::PersonOf(uint64_t number) const {
  return {"https://id.rivermouth.example", "person-" + std::to_string(number)};
}

void GuardRecords::Make(uint64_t number, trail::Draft& draft) {
  Visit& visit = visits_[Draw(visits_.size())];
  if (visit.left-- == 0) {
    Begin(visit);
    --visit.left;
  }
  const uint64_t route = Draw(std::size(kRoutes));
  const uint64_t chance = Draw(100);
  draft.time =
      base::Time(base::Duration(kStart + static_cast<int64_t>(number) * settings_.every_ns));
  draft.kind = "request";
  draft.service = "parking-permits";
  draft.part = "front";
  draft.route = kRoutes[route];
  draft.categories.resize(route == 5 ? 0 : 2);
  if (route != 5) {
    draft.categories[0] = "contact.address";
    draft.categories[1] = "contact.email";
  }
  draft.outcome = chance < 3 ? "refused" : "passed";
  draft.source = "guard/5d2f6c1b7a904e38";
  draft.sequence = number;
  draft.actor = PersonOf(visit.person);
  draft.subjects.clear();
  if (route == 4) draft.subjects.push_back(PersonOf(Draw(settings_.people)));
  draft.session = visit.session;
  const base::Bytes trace = Eight(Draw(~uint64_t{0}), number);
  draft.trace = base::ToHex(trace);
  draft.facts.resize(10);
  const auto put = [&draft](size_t at, const char* name, trail::FactValue value) {
    draft.facts[at].name = name;
    draft.facts[at].value = std::move(value);
  };
  put(0, "continued", false);
  put(1, "http", int64_t{20});
  put(2, "method", std::string(chance < 80 ? "GET" : "POST"));
  put(3, "milliseconds", static_cast<int64_t>(1 + Draw(300)));
  put(4, "received", static_cast<int64_t>(300 + Draw(500)));
  put(5, "sampled", true);
  put(6, "sent", static_cast<int64_t>(800 + Draw(40'000)));
  put(7, "status", int64_t{chance < 3 ? 403 : 200});
  put(8, "tls", int64_t{13});
  put(9, "waited", static_cast<int64_t>(Draw(300)));
  draft.sealed.resize(2);
  draft.sealed[0].key_class = draft.sealed[1].key_class = trail::KeyClass::kTransient;
  draft.sealed[0].category = trail::kSpanCategory;
  draft.sealed[0].bytes = Eight(Draw(~uint64_t{0}), Draw(~uint64_t{0}));
  draft.sealed[1].category = "device.address";
  const std::string address = "198.51.100." + std::to_string(visit.person % 256);
  draft.sealed[1].bytes.assign(address.begin(), address.end());
}

void GuardRecords::Prepare(size_t count) {
  if (ready_.size() < count) ready_.resize(count);
  for (size_t i = 0; i < count; ++i) Make(next_++, ready_[i]);
  count_ = count;
}

const trail::Draft& GuardRecords::At(size_t number) { return ready_[number]; }

std::vector<trail::Draft> GuardRecords::Introductions() const {
  std::vector<trail::Draft> drafts(settings_.people);
  for (uint64_t i = 0; i < settings_.people; ++i) {
    drafts[i].time = base::Time(base::Duration(kStart));
    drafts[i].kind = "request";
    drafts[i].actor = PersonOf(i);
  }
  return drafts;
}

std::string GuardRecords::Workload() const {
  GuardRecords first(settings_);
  first.Prepare(1000);
  std::string text = std::to_string(settings_.people) + " " + std::to_string(settings_.visits) +
                     " " + std::to_string(settings_.requests) + " " +
                     std::to_string(settings_.seed) + " " + std::to_string(settings_.every_ns);
  for (size_t i = 0; i < first.size(); ++i) {
    const trail::Draft& draft = first.At(i);
    text += draft.route + draft.session + draft.trace + draft.actor->subject + draft.outcome;
  }
  return "sha256:" + base::ToHex(base::Sha256(base::AsBytes(text)));
}

}  // namespace garant::bench

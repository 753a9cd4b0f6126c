#include "guard_records.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"
#include "figures.h"
#include "trail/search/journey.h"

namespace garant::bench {
namespace {

constexpr const char* kRoutes[] = {
    "/permits", "/permits/{id}", "/permits/{id}/payments", "/mine", "/clerk/applications/{id}",
    "/help"};
constexpr const char* kCategories[] = {"contact.address", "contact.email"};
constexpr uint64_t kAboutAnother = 4;
constexpr uint64_t kAboutNobody = 5;

// Of a draft's facts, those that differ; ascending by name, as a recorder puts them.
enum FactPlace : uint8_t { kMethod = 2, kMilliseconds, kReceived, kSent = 6, kStatus, kWaited = 9 };

std::array<uint8_t, 16> Sixteen(uint64_t a, uint64_t b) {
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<uint8_t>(a >> (8 * i));
    bytes[8 + i] = static_cast<uint8_t>(b >> (8 * i));
  }
  return bytes;
}

void PutHex(std::string& out, const std::array<uint8_t, 16>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.resize(2 * bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4U];
    out[2 * i + 1] = kDigits[bytes[i] & 0xfU];
  }
}

std::string_view Digits(uint64_t number, std::array<char, 20>& place) {
  const auto end = std::to_chars(place.begin(), place.end(), number).ptr;
  return {place.begin(), end};
}

void PutPerson(trail::Person& out, uint64_t number) {
  constexpr std::string_view kIssuer = "https://id.rivermouth.example";
  constexpr std::string_view kName = "person-";
  std::array<char, 20> digits{};
  const std::string_view suffix = Digits(number, digits);
  if (out.issuer != kIssuer) out.issuer = kIssuer;  // where the draft before had it, it stays
  out.subject.resize(kName.size() + suffix.size());
  std::ranges::copy(suffix, std::ranges::copy(kName, out.subject.begin()).out);
}

// What is the same in all of them.
trail::Draft Usual() {
  trail::Draft draft;
  draft.kind = "request";
  draft.service = "parking-permits";
  draft.part = "front";
  draft.source = "guard/5d2f6c1b7a904e38";
  draft.facts = {{"continued", false},        {"http", int64_t{20}},   {"method", "GET"},
                 {"milliseconds", int64_t{}}, {"received", int64_t{}}, {"sampled", true},
                 {"sent", int64_t{}},         {"status", int64_t{}},   {"tls", int64_t{13}},
                 {"waited", int64_t{}}};
  draft.sealed.resize(2);
  draft.sealed[0].key_class = draft.sealed[1].key_class = trail::KeyClass::kTransient;
  draft.sealed[0].category = trail::kSpanCategory;
  draft.sealed[1].category = "device.address";
  draft.actor.emplace();
  return draft;
}

}  // namespace

GuardRecords::GuardRecords(const GuardRecordSettings& settings)
    : settings_(settings), state_(settings.seed), visits_(settings.visits), draft_(Usual()) {
  for (Visit& visit : visits_) Begin(visit);
}

void GuardRecords::Begin(Visit& visit) {
  visit.person = Draw(settings_.people);
  visit.left = 1 + Draw(2 * settings_.requests - 1);
  const uint64_t high = Draw(~uint64_t{0});
  PutHex(visit.session, Sixteen(high, Draw(~uint64_t{0})));
}

trail::Person GuardRecords::PersonOf(uint64_t number) {
  trail::Person person;
  PutPerson(person, number);
  return person;
}

void GuardRecords::MakeNext() {
  trail::Draft& draft = draft_;
  Visit& visit = visits_[Draw(visits_.size())];
  if (visit.left-- == 0) {
    Begin(visit);
    --visit.left;
  }
  person_ = visit.person;
  const uint64_t route = Draw(std::size(kRoutes));
  const uint64_t chance = Draw(100);
  draft.time = base::Time(
      base::Duration(settings_.start_ns + static_cast<int64_t>(next_) * settings_.every_ns));
  draft.route = kRoutes[route];
  const size_t categories = route == kAboutNobody ? 0 : std::size(kCategories);
  if (draft.categories.size() != categories)
    draft.categories.assign(kCategories, kCategories + categories);
  draft.outcome = chance < 3 ? "refused" : "passed";
  draft.sequence = next_;
  PutPerson(*draft.actor, visit.person);  // Usual.  NOLINT(bugprone-unchecked-optional-access)
  draft.subjects.resize(route == kAboutAnother ? 1 : 0);
  if (route == kAboutAnother) PutPerson(draft.subjects[0], Draw(settings_.people));
  draft.session = visit.session;
  PutHex(draft.trace, Sixteen(Draw(~uint64_t{0}), next_));
  Number(chance);
  const uint64_t span = Draw(~uint64_t{0});
  const auto spans = Sixteen(span, Draw(~uint64_t{0}));
  draft.sealed[0].bytes.assign(spans.begin(), spans.end());
  std::array<char, 20> digits{};
  const std::string_view network = "198.51.100.";
  const std::string_view host = Digits(visit.person % 256, digits);
  draft.sealed[1].bytes.resize(network.size() + host.size());
  std::ranges::copy(host, std::ranges::copy(network, draft.sealed[1].bytes.begin()).out);
  ++next_;
}

void GuardRecords::Number(uint64_t chance) {
  const auto put = [this](FactPlace at, uint64_t value) {
    draft_.facts[at].value = static_cast<int64_t>(value);
  };
  std::get<std::string>(draft_.facts[kMethod].value) = chance < 80 ? "GET" : "POST";
  put(kMilliseconds, 1 + Draw(300));
  put(kReceived, 300 + Draw(500));
  put(kSent, 800 + Draw(40'000));
  put(kStatus, chance < 3 ? 403 : 200);
  put(kWaited, Draw(300));
}

void GuardRecords::Prepare(size_t count) {
  begun_ += count_;
  if (next_ != begun_ && count_ != 0) Fail("the generator was not asked for all of the last batch");
  count_ = count;
}

const trail::Draft& GuardRecords::At(size_t number) {
  const uint64_t wanted = begun_ + number;
  if (wanted == next_)
    MakeNext();
  else if (wanted + 1 != next_)
    Fail("the generator makes one draft after the other");
  return draft_;
}

std::vector<trail::Draft> GuardRecords::Introductions() const {
  std::vector<trail::Draft> drafts(settings_.people);
  for (uint64_t i = 0; i < settings_.people; ++i) {
    drafts[i].time = base::Time(base::Duration(settings_.start_ns));
    drafts[i].kind = "request";
    drafts[i].actor = PersonOf(i);
  }
  return drafts;
}

std::string GuardRecords::Workload() const {
  GuardRecords first(settings_);
  first.Prepare(1000);
  std::string text;
  for (const uint64_t number :
       {settings_.people, settings_.visits, settings_.requests, settings_.seed,
        static_cast<uint64_t>(settings_.every_ns), static_cast<uint64_t>(settings_.start_ns)})
    text += std::to_string(number) + " ";
  for (size_t i = 0; i < first.size(); ++i) {
    const trail::Draft& draft = first.At(i);
    text += draft.route + draft.session + draft.trace + draft.actor->subject + draft.outcome;
    for (const trail::Fact& fact : draft.facts)
      if (const auto* value = std::get_if<int64_t>(&fact.value)) text += std::to_string(*value);
  }
  return "sha256:" + base::ToHex(base::Sha256(base::AsBytes(text)));
}

}  // namespace garant::bench

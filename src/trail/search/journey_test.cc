#include "trail/search/journey.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "trail/keys/seal.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

// Entries of one trace, sealed with the keys that open them.
class TheJourney : public testing::Test {
 protected:
  void Add(const char* part, int second, std::string_view span, std::string_view parent) {
    Draft draft;
    draft.time = *base::ParseTime("2026-11-23T20:30:00Z") + std::chrono::seconds{second};
    draft.kind = "event";
    draft.service = "permits";
    draft.part = part;
    draft.trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    if (!span.empty()) {
      base::Bytes bytes = *base::FromHex(span);
      const base::Bytes rest = *base::FromHex(parent.empty() ? "0000000000000000" : parent);
      bytes.insert(bytes.end(), rest.begin(), rest.end());
      draft.sealed.push_back({KeyClass::kTransient, std::string(kSpanCategory), bytes, {}});
    }
    Generation generation{};
    const auto entry = SealDraft(draft, entries_.size(), generation, keys_);
    ASSERT_TRUE(entry) << entry.error().message.en;
    entries_.push_back(*entry);
  }
  // "part depth index", with * for an orphan.
  std::vector<std::string> Told() {
    journey_ = JourneyOf(entries_, KeyRing(keys_));
    std::vector<std::string> told;
    for (const Step& step : journey_.steps)
      told.push_back(step.entry.header.part + " " + std::to_string(step.depth) + " " +
                     std::to_string(step.entry.index) + (step.orphan ? " *" : ""));
    return told;
  }

  KeyStore keys_ = KeyStore::Generate();
  std::vector<Entry> entries_;
  Journey journey_;
};

constexpr const char* kA = "aaaaaaaaaaaaaaaa";
constexpr const char* kB = "bbbbbbbbbbbbbbbb";
constexpr const char* kC = "cccccccccccccccc";

TEST_F(TheJourney, JoinsPartsBelowWhatCalledThem) {
  Add("payments", 2, kC, kB);
  Add("web", 3, kB, kA);  // a span's entries stand together, as they came
  Add("web", 1, kB, kA);
  Add("front", 0, kA, "");
  EXPECT_EQ(Told(), (std::vector<std::string>{"front 0 3", "web 1 2", "web 1 1", "payments 2 0"}));
  EXPECT_EQ(journey_.edges, (std::vector<Edge>{{"front", "web"}, {"web", "payments"}}));
  EXPECT_FALSE(journey_.keys_gone);
  EXPECT_EQ(journey_.steps[1].span, kB);
  EXPECT_EQ(journey_.steps[1].parent, kA);
}

TEST_F(TheJourney, TellsACallFromOutside) {
  Add("web", 0, kB, kA);
  Add("payments", 1, kC, "dddddddddddddddd");
  EXPECT_EQ(Told(), (std::vector<std::string>{"web 0 0 *", "payments 0 1 *"}));
  EXPECT_TRUE(journey_.edges.empty());
}

TEST_F(TheJourney, KeepsWhatSaysNothingOfItsPlace) {
  Add("web", 0, kA, "");
  Add("journal", 1, "", "");
  EXPECT_EQ(Told(), (std::vector<std::string>{"web 0 0", "journal 0 1"}));
}

TEST_F(TheJourney, EndsWhereEntriesNameEachOther) {
  Add("a", 0, kA, kB);
  Add("b", 1, kB, kA);
  Add("c", 2, kC, kC);
  const auto told = Told();
  EXPECT_EQ(told.size(), 3U);
}

TEST_F(TheJourney, SaysThatKeysAreGone) {
  Add("web", 0, kB, kA);
  keys_ = KeyStore::Generate();
  EXPECT_EQ(Told(), (std::vector<std::string>{"web 0 0"}));
  EXPECT_TRUE(journey_.keys_gone);
}

TEST_F(TheJourney, IsFoundByTheTracesToken) {
  Add("web", 0, kB, kA);
  const KeyRing keys(keys_);
  const uint32_t day = DayOf(entries_[0].time);
  const auto token = keys.TokenOfTrace("4bf92f3577b34da6a3ce929d0e0e4736", day);
  ASSERT_TRUE(token);
  EXPECT_EQ(entries_[0].header.trace, *token);
  EXPECT_FALSE(keys.TokenOfTrace("4bf92f3577b34da6a3ce929d0e0e4736", day + 1));
}

// Midnight gives the trace another token: by its raw id it is whole, from an entry a day of it.
TEST(Journeys, OfATraceGoOnOverMidnight) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const TestFolder folder;
  std::vector<Draft> drafts;
  for (const char* time : {"2026-11-23T23:59:59Z", "2026-11-24T00:00:01Z"}) {
    drafts.push_back(TestFolder::Example("x"));
    drafts.back().time = *base::ParseTime(time);
    drafts.back().trace = trace;
    drafts.back().session = "visit";
  }
  ASSERT_TRUE((*folder.Open())->Append(drafts));
  const auto reader = TrailReader::Open(folder.trail());
  const auto keys = KeyRing::Open(folder.trail(), folder.root_key());
  ASSERT_TRUE(reader && keys);
  const auto whole = JourneysOfTrace(*reader, *keys, trace);
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->size(), 1U);
  EXPECT_EQ((*whole)[0].steps.size(), 2U);
  for (const bool visit : {false, true}) {
    const auto day = JourneysOfEntry(*reader, *keys, 0, visit);
    ASSERT_TRUE(day);
    ASSERT_EQ(day->size(), 1U);
    EXPECT_EQ((*day)[0].steps.size(), 1U);
  }
  const uint32_t first = DayOf(drafts[0].time);
  EXPECT_EQ(keys->TransientDays(), (std::vector<uint32_t>{first, first + 1}));
  for (uint64_t index = 0; index < 2; ++index)
    EXPECT_EQ(keys->TokenOfSession("visit", first + static_cast<uint32_t>(index)).value(),
              reader->Read(index)->header.session);
  EXPECT_FALSE(keys->TokenOfSession("visit", first + 2));
}

TEST_F(TheJourney, NestsAsDeeplyAsAnyoneLikes) {
  constexpr size_t kDeep = 100'000;
  const auto span = [](size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(16 - digits.size(), '0') + digits;
  };
  for (size_t n = 1; n <= kDeep; ++n)
    Add(n % 2 == 0 ? "web" : "front", 0, span(n), n == 1 ? "" : span(n - 1));
  journey_ = JourneyOf(entries_, KeyRing(keys_));
  ASSERT_EQ(journey_.steps.size(), kDeep);
  EXPECT_EQ(journey_.steps.back().depth, kDeep - 1);
  EXPECT_EQ(journey_.edges, (std::vector<Edge>{{"front", "web"}, {"web", "front"}}));
}

}  // namespace
}  // namespace garant::trail

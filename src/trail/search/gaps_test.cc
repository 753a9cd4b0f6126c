#include "trail/search/gaps.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "trail/search/journey.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/retention.h"

namespace garant::trail {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const base::Time kNoon = *base::ParseTime("2026-11-23T12:00:00Z");
constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

class GapsTest : public testing::Test {
 protected:
  // A step of the trace; `sequence` of its source.
  static Draft StepAt(base::Time time, const std::string& source, uint64_t sequence,
                      uint8_t span = 1, uint8_t parent = 0) {
    Draft draft;
    draft.time = time;
    draft.kind = "event";
    draft.service = "permits";
    draft.part = "web";
    draft.source = source;
    draft.sequence = sequence;
    draft.trace = kTrace;
    draft.session = "session 1";
    base::Bytes spans(16, 0);
    spans[0] = span;
    spans[8] = parent;
    draft.sealed = {{KeyClass::kTransient, std::string(kSpanCategory), spans, {}}};
    return draft;
  }
  static Draft Told(base::Time time, const std::string& source, const std::string& outcome,
                    std::vector<Fact> facts = {}) {
    Draft draft;
    draft.time = time;
    draft.kind = "source";
    draft.service = "permits";
    draft.source = source;
    draft.outcome = outcome;
    draft.facts = std::move(facts);
    return draft;
  }
  void Append(const std::vector<Draft>& drafts) const {
    const auto trail = folder_.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail) << trail.error().message.en;
    const auto appended = (*trail)->Append(drafts);
    ASSERT_TRUE(appended) << appended.error().message.en;
  }
  [[nodiscard]] std::vector<Gap> GapsOf(JoinedBy by = JoinedBy::kTrace) const {
    const auto reader = TrailReader::Open(folder_.trail());
    const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
    EXPECT_TRUE(reader && keys);
    if (!reader || !keys) return {};
    auto journeys = by == JoinedBy::kTrace ? JourneysOfTrace(*reader, *keys, kTrace)
                    : by == JoinedBy::kSession
                        ? JourneysOfSession(*reader, *keys, "session 1")
                        : JourneysOfEntry(*reader, *keys, 0, by == JoinedBy::kVisit);
    EXPECT_TRUE(journeys) << (journeys ? "" : journeys.error().message.en);
    if (!journeys || journeys->empty()) return {};
    EXPECT_TRUE(AddGaps(*reader, *keys, by, *journeys));
    return journeys->front().gaps;
  }
  [[nodiscard]] std::vector<GapKind> KindsOf(JoinedBy by = JoinedBy::kTrace) const {
    std::vector<GapKind> kinds;
    for (const Gap& gap : GapsOf(by)) kinds.push_back(gap.kind);
    return kinds;
  }

  TestFolder folder_;
};

TEST_F(GapsTest, AWholeJourneyHasNone) {
  Append({StepAt(kNoon, "otlp/web", 7), StepAt(kNoon + seconds(1), "otlp/web", 8, 2, 1)});
  EXPECT_EQ(KindsOf(), std::vector<GapKind>());
  EXPECT_EQ(KindsOf(JoinedBy::kEntry), std::vector<GapKind>());
}

TEST_F(GapsTest, NumbersThatNoEntryHasAreMissing) {
  Append({StepAt(kNoon, "otlp/web", 7), StepAt(kNoon + seconds(1), "otlp/web", 11, 2, 1)});
  const auto gaps = GapsOf();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].kind, GapKind::kMissing);
  EXPECT_EQ(gaps[0].count, 3U);
  EXPECT_EQ(gaps[0].first, 8U);
  EXPECT_EQ(gaps[0].last, 10U);
  EXPECT_EQ(TextOf(gaps[0]).en, "3 entries of otlp/web are not there (its numbers 8 to 10)");
}

TEST_F(GapsTest, NumbersOfOthersOfTheSourceFillThem) {
  Draft other = StepAt(kNoon + minutes(-20), "otlp/web", 8);
  other.trace = "0bf92f3577b34da6a3ce929d0e0e4736";
  Append({StepAt(kNoon, "otlp/web", 7), other, StepAt(kNoon + seconds(1), "otlp/web", 9, 2, 1)});
  EXPECT_EQ(KindsOf(), std::vector<GapKind>());
}

TEST_F(GapsTest, BytesOfAFileAreNoNumbersToMiss) {
  Append({StepAt(kNoon, "lines/web", 0), StepAt(kNoon + seconds(1), "lines/web", 400, 2, 1)});
  EXPECT_EQ(KindsOf(), std::vector<GapKind>());
}

TEST_F(GapsTest, WhatASourceToldItLostIsAGapOfThatTimeAlone) {
  Append(
      {Told(kNoon - minutes(30), "guard/1", "gap", {{"count", int64_t{9}}}),
       StepAt(kNoon, "lines/web", 0),
       Told(kNoon + minutes(2), "guard/2", "gap", {{"count", int64_t{3}}, {"next", int64_t{10}}}),
       Told(kNoon + minutes(3), "guard/3", "closed", {{"count", int64_t{0}}}),
       Told(kNoon + minutes(3), "guard/4", "crashed"),
       Told(kNoon + minutes(30), "guard/5", "gap", {{"count", int64_t{3}}})});
  const auto gaps = GapsOf();
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].source, "guard/2");
  EXPECT_EQ(gaps[0].first, 7U);
  EXPECT_EQ(gaps[0].last, 9U);
  EXPECT_EQ(gaps[1].source, "guard/4");
  EXPECT_EQ(gaps[1].count, 0U);
  EXPECT_NE(TextOf(gaps[1]).en.find("nobody knows how much"), std::string::npos);
}

TEST_F(GapsTest, WhoWasSilentMeanwhileIsNamedAndWhoWasHeardAgainBeforeIsNot) {
  Append({Told(kNoon - minutes(90), "lines/mail", "silent"),
          Told(kNoon - minutes(60), "lines/mail", "heard"),
          Told(kNoon - minutes(50), "lines/payments", "silent"), StepAt(kNoon, "lines/web", 0),
          Told(kNoon + minutes(5), "lines/web", "silent")});
  const auto gaps = GapsOf();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].kind, GapKind::kSilent);
  EXPECT_EQ(gaps[0].source, "lines/payments");
  EXPECT_FALSE(gaps[0].until);
}

TEST_F(GapsTest, ACallerThatSentNothingIsNamedUnlessTheGuardTookTheTraceOver) {
  Draft taken_over = StepAt(kNoon, "guard/1", 0, 5, 4);
  taken_over.kind = "request";
  taken_over.facts = {{"continued", true}};
  Append({taken_over, StepAt(kNoon + seconds(1), "lines/web", 0, 6, 5)});
  EXPECT_EQ(KindsOf(), std::vector<GapKind>());
  Append({StepAt(kNoon + seconds(2), "lines/web", 90, 8, 7)});
  const auto gaps = GapsOf();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].kind, GapKind::kUnheard);
  EXPECT_EQ(gaps[0].entry, 2U);
}

TEST_F(GapsTest, MidnightIsAGapForWhoDoesNotKnowTheRawId) {
  const base::Time midnight = *base::ParseTime("2026-11-23T00:00:00Z");
  Append({StepAt(midnight - seconds(1), "lines/web", 0),
          StepAt(midnight + seconds(1), "lines/web", 50, 2, 1)});
  EXPECT_EQ(KindsOf(JoinedBy::kTrace), std::vector<GapKind>());
  EXPECT_EQ(KindsOf(JoinedBy::kEntry), std::vector{GapKind::kMidnight});
  EXPECT_EQ(KindsOf(JoinedBy::kVisit), std::vector{GapKind::kMidnight});
  EXPECT_EQ(KindsOf(JoinedBy::kSession), std::vector{GapKind::kMidnight})
      << "its traces are known by their tokens alone";
}

TEST_F(GapsTest, AVisitIsOneDaysUnlessItsRawIdIsKnown) {
  Append({StepAt(kNoon, "lines/web", 0)});
  EXPECT_EQ(KindsOf(JoinedBy::kVisit), std::vector{GapKind::kMidnight});
  EXPECT_EQ(KindsOf(JoinedBy::kSession), std::vector<GapKind>());
}

TEST_F(GapsTest, DaysWhoseKeysExpiredAreToldToWhoKnowsTheRawId) {
  Append(
      {Told(kNoon - std::chrono::days(40), "lines/web", "found"), StepAt(kNoon, "lines/web", 60)});
  const auto gaps = GapsOf();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].kind, GapKind::kExpired);
  EXPECT_TRUE(gaps[0].until);
}

TEST_F(GapsTest, ARawSessionJoinsTwoDays) {
  Draft before = StepAt(kNoon - std::chrono::days(1), "lines/web", 0);
  before.trace = "0bf92f3577b34da6a3ce929d0e0e4736";
  Append({before, StepAt(kNoon, "lines/web", 60)});
  const auto reader = TrailReader::Open(folder_.trail());
  const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
  ASSERT_TRUE(reader && keys);
  EXPECT_EQ(JourneysOfSession(*reader, *keys, "session 1")->size(), 2U);
  EXPECT_EQ(JourneysOfEntry(*reader, *keys, 0, true)->size(), 1U);
  EXPECT_TRUE(JourneysOfSession(*reader, *keys, "session 2")->empty());
}

class DeletedTest : public GapsTest {
 protected:
  static constexpr base::Duration kKeep = std::chrono::days(2);
  // The first segment of those whose entries are older than two days.
  void DeleteOne(base::Time now) const {
    const auto trail = folder_.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail) << trail.error().message.en;
    const auto plan = DeleteDue(**trail, {kKeep, "P2D"}, "permits", now, 1);
    ASSERT_TRUE(plan) << plan.error().message.en;
    ASSERT_TRUE(plan->deletion);
  }
  [[nodiscard]] std::vector<Gap> GapsOfEntry(uint64_t index, bool visit = false) const {
    const auto reader = TrailReader::Open(folder_.trail());
    const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
    EXPECT_TRUE(reader && keys);
    if (!reader || !keys) return {};
    auto journeys = JourneysOfEntry(*reader, *keys, index, visit);
    EXPECT_TRUE(journeys && journeys->size() == 1);
    if (!journeys || journeys->empty()) return {};
    EXPECT_TRUE(AddGaps(*reader, *keys, visit ? JoinedBy::kVisit : JoinedBy::kEntry, *journeys));
    return journeys->front().gaps;
  }
};

TEST_F(DeletedTest, WhatWasDeletedMayHaveBeenOfAJourneyThatIsAskedForByItsRawId) {
  Append(std::vector(400, Told(kNoon - std::chrono::days(5), "guard/1", "found")));
  Append({StepAt(kNoon, "lines/web", 0)});
  EXPECT_EQ(KindsOf(), std::vector<GapKind>());
  DeleteOne(kNoon);
  const uint64_t told = TrailReader::Open(folder_.trail())->loaded().deletion->entry;
  for (const JoinedBy by : {JoinedBy::kTrace, JoinedBy::kSession}) {
    const auto gaps = GapsOf(by);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].kind, GapKind::kDeleted);
    EXPECT_EQ(gaps[0].last, 255U);
    EXPECT_EQ(gaps[0].count, 256U);
    EXPECT_EQ(gaps[0].from, kNoon);
    EXPECT_EQ(
        TextOf(gaps[0]).en,
        "entries up to 255 were deleted, the last on 2026-11-23, when their declared time had "
        "come (entry " +
            std::to_string(told) + "): what of it stood there cannot be shown");
  }
  EXPECT_TRUE(GapsOfEntry(400).empty()) << "none of what was deleted is of its day";
}

TEST_F(DeletedTest, WhatWasDeletedOfTheDayOfAnEntryIsTold) {
  Append(std::vector(400, Told(kNoon, "guard/1", "found")));
  Append({StepAt(kNoon + minutes(1), "lines/web", 0)});
  DeleteOne(kNoon + kKeep + minutes(1));
  for (const bool visit : {false, true}) {
    const auto gaps = GapsOfEntry(400, visit);
    ASSERT_FALSE(gaps.empty());
    EXPECT_EQ(gaps.front().kind, GapKind::kDeleted);
  }
}

TEST_F(DeletedTest, WhatAnEarlierDeletionTookMayBeNewerThanWhatTheLastOneDid) {
  const Draft of_before = Told(kNoon - std::chrono::days(9), "lines/mail", "found");
  Append(std::vector(256, Told(kNoon, "guard/1", "found")));
  Append(std::vector(100, of_before));
  Append(std::vector(400, of_before));
  Append({StepAt(kNoon + minutes(1), "lines/web", 0)});
  uint64_t step = TrailReader::Open(folder_.trail())->size() - 1;
  while (!TrailReader::Open(folder_.trail())->Read(step)->header.trace) --step;
  DeleteOne(kNoon + kKeep + minutes(1));
  DeleteOne(kNoon + kKeep + minutes(2));
  const Deletion last = *TrailReader::Open(folder_.trail())->loaded().deletion;
  ASSERT_EQ(last.newest, of_before.time);
  ASSERT_FALSE(GapsOfEntry(step).empty());
  EXPECT_EQ(GapsOfEntry(step).front().last, last.end() - 1);
}

TEST_F(DeletedTest, WhereNothingIsFoundItMayHaveBeenDeleted) {
  Append(std::vector(400, Told(kNoon, "guard/1", "found")));
  const auto before = TrailReader::Open(folder_.trail());
  ASSERT_TRUE(before);
  EXPECT_EQ(NoJourney(*before).message.en.find("deleted"), std::string::npos);
  DeleteOne(kNoon + kKeep + minutes(1));
  const auto reader = TrailReader::Open(folder_.trail());
  const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
  ASSERT_TRUE(reader && keys);
  EXPECT_NE(NoJourney(*reader).message.en.find("entries up to 255, which were deleted"),
            std::string::npos);
  EXPECT_EQ(JourneysOfEntry(*reader, *keys, 255, false).error().code, base::Code::kGone);
  EXPECT_EQ(JourneysOfEntry(*reader, *keys, 256, false).error().code, base::Code::kNotFound);
}

}  // namespace
}  // namespace garant::trail

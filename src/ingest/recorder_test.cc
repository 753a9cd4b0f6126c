#include "ingest/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/line_file.h"
#include "ingest/test_files.h"
#include "ingest/test_service.h"
#include "spool/record.h"
#include "spool/test_folder.h"
#include "spool/writer.h"

namespace garant::ingest {
namespace {

using base::Code;

// A trail that can be told to refuse.
class Sink final : public trail::EntrySink {
 public:
  base::Result<uint64_t> AppendAll(trail::Drafts& drafts) override {
    if (full) return base::Error{Code::kIo, {"no room", "plus de place"}, {}};
    for (size_t i = 0; i < drafts.size(); ++i)
      if (!poison.empty() && drafts.At(i).source == poison)
        return base::Error{Code::kInvalid, {"poison", "poison"}, {}};
    ++appends;
    return trail.AppendAll(drafts);
  }
  // "web 3 of 4": what observations of a kind counted.
  [[nodiscard]] std::vector<std::string> Counted(std::string_view kind) const {
    std::vector<std::string> counted;
    for (const trail::Entry& entry : trail.entries())
      if (entry.header.kind == kind)
        counted.push_back(FactOf<std::string>(entry, "@subject").value_or("") + " " +
                          std::to_string(FactOf<int64_t>(entry, "@numerator").value_or(-1)) +
                          " of " +
                          std::to_string(FactOf<int64_t>(entry, "@denominator").value_or(-1)));
    return counted;
  }
  // "request guard/… 3", "source lines/web refused", "system-events web 2/0", in order.
  [[nodiscard]] std::vector<std::string> Told(std::string_view kind = {}) const {
    std::vector<std::string> told;
    for (const trail::Entry& entry : trail.entries()) {
      const trail::Header& header = entry.header;
      if (!kind.empty() && header.kind != kind) continue;
      if (header.kind == "system-events") {
        told.push_back(FactOf<std::string>(entry, "@subject").value_or("") + " " +
                       std::to_string(FactOf<int64_t>(entry, "events").value_or(-1)) + "/" +
                       std::to_string(FactOf<int64_t>(entry, "gaps").value_or(-1)));
        continue;
      }
      std::string one = header.source.substr(0, header.source.find('/') + 4) + " " + header.outcome;
      if (const auto count = FactOf<int64_t>(entry, "count")) one += " " + std::to_string(*count);
      if (header.sequence) one += " #" + std::to_string(*header.sequence);
      told.push_back(one);
    }
    return told;
  }

  trail::MemoryTrail trail;
  bool full = false;
  std::string poison;
  size_t appends = 0;
};

using Strings = std::vector<std::string>;

// Has what a test gives it, and remembers what it was told.
class FakeSource final : public LineSource {
 public:
  explicit FakeSource(Untaken untaken) : untaken_(untaken) {}
  base::Result<LineBatch> Take(size_t most) override {
    LineBatch batch;
    for (; !waiting.empty() && batch.lines.size() < most; waiting.erase(waiting.begin()))
      batch.lines.push_back(waiting.front());
    batch.events = std::exchange(events, {});
    batch.problems = std::exchange(problems, {});
    return batch;
  }
  base::Status LetGo() override {
    ++let_go;
    return base::Ok{};
  }
  base::Status Close() override { return base::Ok{}; }
  void Refused(uint64_t sequence) override { refused.push_back(sequence); }
  [[nodiscard]] Untaken untaken() const override { return untaken_; }
  [[nodiscard]] std::vector<int> Descriptors() const override { return {}; }

  std::vector<Line> waiting;
  std::vector<SourceEvent> events;
  std::vector<base::Error> problems;
  std::vector<uint64_t> refused;
  size_t let_go = 0;

 private:
  Untaken untaken_;
};

class RecorderTest : public testing::Test {
 protected:
  // As a recorder that starts: it reads what is in the trail.
  void Start() {
    recorder_.reset();
    Resumed resumed;
    for (const trail::Entry& entry : sink_.trail.entries())
      resumed.Add(entry, "permits", clock_.Now());
    taken_ = resumed.taken;
    RecorderSettings settings;
    settings.service = "permits";
    settings.sending = service_.systems().sending;
    recorder_ =
        std::make_unique<Recorder>(settings, service_.routes(), std::move(resumed), sink_, clock_);
  }
  void StartWithSpool() {
    Start();
    ASSERT_TRUE(recorder_->AddSpool(spool_.OpenReader()));
  }
  void StartWithLines() {
    Start();
    const auto known = taken_.find("lines/web");
    auto file = OpenLineFile(
        {files_.log(), files_.Path("place"),
         known == taken_.end() ? std::nullopt : std::optional(known->second), base::Duration{0}},
        clock_);
    ASSERT_TRUE(file) << file.error().message.en;
    recorder_->AddLines("lines/web", service_.MappingOf(TestService::kMapping), std::move(*file));
  }
  void Drain() {
    for (int i = 0; i < 4; ++i) {
      const auto step = recorder_->Step();
      ASSERT_TRUE(step) << step.error().message.en;
      EXPECT_TRUE(recorder_->Problems().empty());
    }
  }
  void Request(spool::Writer& writer, std::string_view route = "/apply",
               std::string_view path = {}) {
    spool::RequestRecord record;
    record.time = clock_.Now();
    record.route = route;
    record.path = path;
    if (!route.empty()) record.part = "web";
    base::Bytes payload(spool::kLargestRequest);
    payload.resize(spool::Encode(record, payload));
    writer.Begin();
    writer.Finish(payload);
  }
  // The recorder owns it.
  FakeSource* StartWith(Untaken untaken, const std::string& more = {}) {
    Start();
    auto source = std::make_unique<FakeSource>(untaken);
    FakeSource* fake = source.get();
    recorder_->AddLines("lines/web", service_.MappingOf(std::string(TestService::kMapping) + more),
                        std::move(source));
    return fake;
  }
  Line LineOf(uint64_t sequence, const std::string& sender = {}) {
    const std::string text = LineNow();
    return {.sequence = sequence, .length = text.size(), .bytes = text, .sender = sender};
  }
  std::string LineNow() {
    return "{\"time\": \"" + base::FormatTime(clock_.Now()) + "\", \"event\": \"e\"}\n";
  }
  void Later(base::Duration duration) { clock_.Set(clock_.Now() + duration); }

  TestService service_;
  base::ManualClock clock_{kNow};
  spool::TestFolder spool_;
  TestFiles files_;
  Sink sink_;
  std::map<std::string, uint64_t, std::less<>> taken_;
  std::unique_ptr<Recorder> recorder_;
};

TEST_F(RecorderTest, SaysOnceThatLogsCannotBeSealedAndOnceThatTheyAre) {
  const auto told = [&] {
    std::vector<bool> sealed;
    for (const trail::Entry& entry : sink_.trail.entries())
      if (entry.header.kind == "trail-sealing")
        sealed.push_back(FactOf<bool>(entry, "sealed").value_or(false));
    return sealed;
  };
  StartWithLines();
  Drain();
  recorder_->TellSealing(Sealing::kWorks);
  Drain();
  EXPECT_THAT(told(), testing::IsEmpty());
  for (int i = 0; i < 2; ++i) {
    recorder_->TellSealing(Sealing::kFails);
    Drain();
  }
  EXPECT_THAT(told(), testing::ElementsAre(false));
  StartWithLines();
  recorder_->TellSealing(Sealing::kFails);
  Drain();
  EXPECT_THAT(told(), testing::ElementsAre(false)) << "the last recorder said so";
  StartWithLines();
  recorder_->TellSealing(Sealing::kWorks);
  Drain();
  recorder_->TellSealing(Sealing::kWorks);
  Drain();
  EXPECT_THAT(told(), testing::ElementsAre(false, true));
}

TEST_F(RecorderTest, TakesASpoolOnceOverRestarts) {
  auto writer = spool_.OpenWriter();
  Request(*writer);
  Request(*writer);
  StartWithSpool();
  Drain();
  Request(*writer);
  StartWithSpool();
  Drain();
  StartWithSpool();
  Drain();
  const auto requests = sink_.Told("request");
  ASSERT_EQ(requests.size(), 3U);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(requests[i].ends_with(" passed #" + std::to_string(i))) << requests[i];
  writer.reset();
  StartWithSpool();
  Drain();
  const auto told = sink_.Told("source");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].ends_with(" found"));
  EXPECT_TRUE(told[1].ends_with(" closed 0"));
}

TEST_F(RecorderTest, LetsNothingGoThatTheTrailDidNotTake) {
  auto writer = spool_.OpenWriter();
  Request(*writer);
  sink_.full = true;
  StartWithSpool();
  EXPECT_FALSE(recorder_->Step());
  EXPECT_FALSE(recorder_->Step());
  StartWithSpool();  // one that is killed while the disk is full
  EXPECT_FALSE(recorder_->Step());
  sink_.full = false;
  Drain();
  EXPECT_EQ(sink_.Told("request").size(), 1U);
  EXPECT_EQ(recorder_->statistics().requests, 1U);
}

TEST_F(RecorderTest, TakesWhatTheSpoolGivesAgainOnlyOnce) {
  auto writer = spool_.OpenWriter();
  Request(*writer);
  writer.reset();
  StartWithSpool();
  ASSERT_TRUE(recorder_->Step());
  // Another recorder that died between the trail and LetGo finds the ring as it was.
  Drain();
  EXPECT_EQ(sink_.Told("request").size(), 1U);
  EXPECT_EQ(sink_.Told("source").size(), 2U);
}

TEST_F(RecorderTest, TellsAGapOfTheGuardAsALossOfEverySystem) {
  files_.Append(LineNow());
  auto writer = spool_.OpenWriter();  // of the smallest size
  for (int i = 0; i < 2000; ++i) Request(*writer);
  ASSERT_GT(writer->dropped(), 0U);
  const uint64_t dropped = writer->dropped();
  StartWithLines();
  ASSERT_TRUE(recorder_->AddSpool(spool_.OpenReader()));
  Drain();
  Request(*writer);
  Drain();
  EXPECT_EQ(recorder_->statistics().lost, dropped);
  ASSERT_TRUE(recorder_->Finish());
  EXPECT_EQ(sink_.Told("system-events").back(), "web 1/" + std::to_string(dropped));
  EXPECT_EQ(sink_.Told("request").size(), 2001 - dropped);
}

TEST_F(RecorderTest, TakesLinesOnceOverRestarts) {
  files_.Append(LineNow() + LineNow() + "garbage\n" + LineNow());
  StartWithLines();
  Drain();
  files_.Append(LineNow());
  StartWithLines();  // nothing was closed: the trail says what is there
  Drain();
  StartWithLines();
  Drain();
  EXPECT_EQ(sink_.Told("event").size(), 4U);
  ASSERT_TRUE(recorder_->Finish());
  EXPECT_EQ(sink_.Told("system-events").back(), "web 4/1") << "the refused line is a loss";
}

TEST_F(RecorderTest, TellsOfACrashWhereItLosesSomething) {
  for (const Untaken untaken : {Untaken::kWaits, Untaken::kLost, Untaken::kRepeated}) {
    StartWith(untaken);
    Drain();
  }
  StartWith(Untaken::kRepeated);
  Drain();
  ASSERT_TRUE(recorder_->Finish());
  StartWith(Untaken::kWaits);
  Drain();
  EXPECT_EQ(sink_.Told("source"),
            (Strings{"lines/web found", "lines/web crashed 1", "lines/web found", "lines/web found",
                     "lines/web found", "lines/web closed", "lines/web found"}));
}

TEST_F(RecorderTest, ReadsNoFasterThanTheRateWhatCanWait) {
  FakeSource* source = StartWith(Untaken::kWaits, "rate: 10\n");
  for (uint64_t i = 0; i < 80; ++i) source->waiting.push_back(LineOf(i));
  Drain();
  EXPECT_EQ(sink_.Told("event").size(), 50U) << "five seconds' worth at once";
  Later(std::chrono::seconds(2));
  Drain();
  EXPECT_EQ(sink_.Told("event").size(), 70U);
  Later(std::chrono::seconds(2));
  Drain();
  EXPECT_EQ(sink_.Told("event").size(), 80U) << "and nothing is lost";
  source = StartWith(Untaken::kRepeated, "rate: 10\n");
  for (uint64_t i = 0; i < 80; ++i) source->waiting.push_back(LineOf(100 + i));
  Drain();
  EXPECT_EQ(sink_.Told("event").size(), 160U) << "it limits itself";
}

TEST_F(RecorderTest, KnowsEachSenderThatIsNamed) {
  FakeSource* source = StartWith(Untaken::kWaits, "senders: [host-1, host-2]\n");
  source->waiting = {LineOf(7, "host-1"), LineOf(0, "host-3")};
  Drain();
  Later(std::chrono::seconds(30));
  source->waiting = {LineOf(8, "host-1")};
  Drain();
  source->waiting = {LineOf(0, "host-2")};
  Drain();
  Strings told;
  for (const trail::Entry& entry : sink_.trail.entries())
    if (entry.header.kind == "event" || entry.header.outcome == "silent" ||
        entry.header.outcome == "heard") {
      EXPECT_EQ(entry.header.part, "web");
      told.push_back(entry.header.source + " " + entry.header.outcome);
    }
  EXPECT_EQ(told,
            (Strings{"lines/web/host-1 ", "lines/web/host-3 ", "lines/web/host-1 ",
                     "lines/web/host-2 silent", "lines/web/host-2 heard", "lines/web/host-2 "}));
  Resumed resumed;
  for (const trail::Entry& entry : sink_.trail.entries())
    resumed.Add(entry, "permits", clock_.Now());
  EXPECT_EQ(resumed.taken["lines/web/host-1"], 8U);
}

TEST_F(RecorderTest, SaysWhichLinesWereRefusedBeforeItLetsThemGo) {
  FakeSource* source = StartWith(Untaken::kRepeated);
  Drain();
  source->let_go = 0;
  Line bad = LineOf(1);
  bad.bytes = "garbage";
  source->waiting = {LineOf(0), bad, LineOf(2)};
  source->problems = {{Code::kUntrusted, {"odd", "bizarre"}, {}}};
  sink_.full = true;
  EXPECT_FALSE(recorder_->Step());
  EXPECT_EQ(recorder_->Problems().size(), 1U);
  EXPECT_EQ(source->refused, std::vector<uint64_t>{1});
  EXPECT_EQ(source->let_go, 0U);
  sink_.full = false;
  Drain();
  EXPECT_EQ(source->refused, std::vector<uint64_t>{1});
  EXPECT_GT(source->let_go, 0U);
  EXPECT_EQ(sink_.Told("event").size(), 2U);
}

TEST_F(RecorderTest, CountsWhatASourceDropped) {
  FakeSource* source = StartWith(Untaken::kLost);
  SourceEvent dropped;
  dropped.happening = Happening::kGap;
  dropped.count = 12;
  dropped.reason = Reason::kOverRate;
  source->events = {dropped};
  Drain();
  EXPECT_EQ(recorder_->statistics().lost, 12U);
  ASSERT_TRUE(recorder_->Finish());
  EXPECT_EQ(sink_.Told("system-events").back(), "web 0/12");
}

TEST_F(RecorderTest, TellsSilenceOnceAndThatItEnded) {
  StartWithLines();
  Drain();
  Later(std::chrono::seconds(29));
  Drain();
  EXPECT_TRUE(sink_.Told("source").empty());
  Later(std::chrono::seconds(1));
  Drain();
  Later(std::chrono::minutes(5));
  Drain();
  files_.Append(LineNow());
  Drain();
  EXPECT_EQ(sink_.Told("source"),
            (Strings{"lines/web silent", "lines/web found", "lines/web heard"}));
}

TEST_F(RecorderTest, HearsAGuardByItsHeartbeat) {
  StartWithSpool();
  auto writer = spool_.OpenWriter();
  for (int i = 0; i < 6; ++i) {
    Later(std::chrono::seconds(10));
    writer->Beat(clock_.Now());
    Drain();
  }
  EXPECT_EQ(sink_.Told("source").size(), 1U) << "found, and never silent";
  EXPECT_TRUE(sink_.Told("request").empty()) << "a heartbeat is no entry";
  Later(std::chrono::seconds(30));
  Drain();
  EXPECT_EQ(sink_.Told("source").size(), 3U) << "the ring, and the guard as a whole";
  writer->Beat(clock_.Now());
  Drain();
  EXPECT_EQ(sink_.Told("source").size(), 5U);
}

TEST_F(RecorderTest, ObservesEachSystemEveryMinuteOverADay) {
  files_.Append(LineNow());
  StartWithLines();
  Drain();
  EXPECT_TRUE(sink_.Told("system-events").empty()) << "it had no time to speak yet";
  Later(std::chrono::minutes(1));
  Drain();
  EXPECT_EQ(sink_.Told("system-events"), Strings{"web 1/0"});
  Later(std::chrono::hours(25));
  Drain();
  EXPECT_EQ(sink_.Told("system-events").back(), "web 0/0") << "it sent nothing for a day";
  EXPECT_EQ(sink_.trail.entries().back().header.source, "ingest.recorder");
}

TEST_F(RecorderTest, SaysOfADeclaredSenderThatItSentNothing) {
  StartWithSpool();
  Drain();
  EXPECT_TRUE(sink_.Told("system-events").empty());
  auto writer = spool_.OpenWriter();
  Request(*writer);
  Later(std::chrono::minutes(1));
  Drain();
  EXPECT_EQ(sink_.Told("system-events"), Strings{"web 0/0"})
      << "what the guard saw of it, it did not send";
}

TEST_F(RecorderTest, CountsWhatTheTrailHasWhenItStarts) {
  files_.Append(LineNow() + LineNow());
  StartWithLines();
  Drain();
  Later(std::chrono::hours(2));
  StartWithLines();
  Drain();
  EXPECT_EQ(sink_.Told("system-events").back(), "web 2/0");
  Later(std::chrono::hours(23));
  StartWithLines();
  Drain();
  ASSERT_TRUE(recorder_->Finish());
  EXPECT_EQ(sink_.Told("system-events").back(), "web 0/0");
}

// What the guard's own table left out is told by the service file's, also after a restart.
TEST_F(RecorderTest, CountsRequestsThatTheGuardFoundNoDeclaredRouteFor) {
  StartWithSpool();
  Drain();
  EXPECT_THAT(sink_.Counted("guard-requests"), testing::IsEmpty()) << "it had no time to see any";
  auto writer = spool_.OpenWriter();
  Request(*writer);
  Request(*writer);
  Request(*writer, {}, "/applications/17");
  Request(*writer, {}, "/%61pply/");
  Request(*writer, {}, "/wp-login.php");
  Request(*writer, {}, "/applications/17/..");
  Later(std::chrono::minutes(1));
  Drain();
  EXPECT_THAT(sink_.Counted("guard-requests"), testing::ElementsAre("web 2 of 4"));
  StartWithSpool();
  Drain();
  EXPECT_THAT(sink_.Counted("guard-requests"), testing::ElementsAre("web 2 of 4", "web 2 of 4"));
  Later(std::chrono::hours(25));
  Request(*writer);
  Drain();
  EXPECT_EQ(sink_.Counted("guard-requests").back(), "web 1 of 1");
}

TEST_F(RecorderTest, CountsRequestsByWhenTheyBeganAndNotByWhenTheyWereTaken) {
  StartWithSpool();
  Drain();
  auto writer = spool_.OpenWriter();
  Request(*writer);
  Request(*writer, {}, "/apply");
  Later(std::chrono::hours(25));
  Request(*writer);
  Drain();
  EXPECT_EQ(sink_.Counted("guard-requests").back(), "web 1 of 1");
  StartWithSpool();
  Drain();
  EXPECT_EQ(sink_.Counted("guard-requests").back(), "web 1 of 1");
}

TEST_F(RecorderTest, SaysOfAGuardThatItNamedNothing) {
  StartWithSpool();
  Later(std::chrono::minutes(1));
  Drain();
  Later(std::chrono::minutes(1));
  Drain();
  EXPECT_THAT(sink_.Counted("guard-requests"), testing::ElementsAre("web 0 of 0"));
}

TEST_F(RecorderTest, TellsApartWhatTheTrailRefuses) {
  files_.Append(LineNow() + LineNow());
  auto writer = spool_.OpenWriter();
  Request(*writer);
  StartWithLines();
  ASSERT_TRUE(recorder_->AddSpool(spool_.OpenReader()));
  sink_.poison = "lines/web";
  auto step = recorder_->Step();
  EXPECT_FALSE(step) << "not even told";
  EXPECT_EQ(sink_.Told("request").size(), 1U) << "the others are in";
  sink_.poison.clear();
  Drain();
  EXPECT_EQ(sink_.Told("request").size(), 1U);
  EXPECT_EQ(sink_.Told("event").size(), 2U);
}

TEST_F(RecorderTest, PassesOverWhatOtherServicesHaveInTheTrail) {
  trail::Draft foreign;
  foreign.time = kNow;
  foreign.kind = "event";
  foreign.service = "other";
  foreign.part = "web";
  foreign.source = "lines/web";
  foreign.sequence = 1'000'000;
  ASSERT_TRUE(sink_.trail.Append({&foreign, 1}));
  files_.Append(LineNow());
  StartWithLines();
  Drain();
  ASSERT_TRUE(recorder_->Finish());
  EXPECT_EQ(sink_.Told("system-events").back(), "web 1/0");
}

TEST(Tally, ForgetsAfterADayAndDoesNotOverflow) {
  Tally tally;
  tally.AddEvent("web", kNow);
  tally.AddLoss("web", UINT64_MAX, kNow);
  tally.AddLoss("", UINT64_MAX, kNow);
  EXPECT_EQ(tally.Of("web", kNow).gaps, static_cast<uint64_t>(INT64_MAX));
  EXPECT_EQ(tally.Of("mail", kNow).events, 0U);
  EXPECT_EQ(tally.Of("mail", kNow).gaps, static_cast<uint64_t>(INT64_MAX));
  EXPECT_EQ(tally.Systems(), std::set<std::string>{"web"});
  const Tally::Counts later = tally.Of("web", kNow + std::chrono::hours(25));
  EXPECT_EQ(later.events + later.gaps, 0U);
}

}  // namespace
}  // namespace garant::ingest

#include "ingest/request.h"

#include <gtest/gtest.h>

#include "ingest/source_event.h"
#include "ingest/test_service.h"
#include "spool/record.h"

namespace garant::ingest {
namespace {

spool::RequestRecord Plain() {
  spool::RequestRecord record;
  record.time = kNow - std::chrono::seconds(1);
  record.duration = std::chrono::microseconds(12'600);
  record.upstream = std::chrono::milliseconds(9);
  record.received = 512;
  record.sent = 4096;
  record.trace.fill(0xab);
  record.span.fill(0x01);
  record.parent.fill(0x02);
  record.status = 200;
  record.method = spool::Method::kPost;
  record.http = 20;
  record.tls = 13;
  record.continued = true;
  record.route = "/apply";
  record.part = "web";
  record.client = "203.0.113.9";
  record.session = "raw-session-identifier";
  return record;
}

spool::Taken TakenOf(const spool::RequestRecord& record, uint64_t sequence = 7) {
  base::Bytes payload(spool::kLargestRequest);
  payload.resize(spool::Encode(record, payload));
  spool::Taken taken;
  taken.ring.fill(0x5a);
  taken.sequence = sequence;
  taken.payload = std::move(payload);
  return taken;
}

class RequestTest : public testing::Test {
 protected:
  trail::Entry Of(const spool::Taken& taken) {
    MakeRequest(taken, SourceOf(taken.ring), service_.routes(), "permits", kNow, draft_);
    return EntryOf(trail_, draft_);
  }
  TestService service_;
  trail::MemoryTrail trail_;
  trail::Draft draft_;  // used again, as the recorder does
};

TEST_F(RequestTest, SaysWhatThePageSays) {
  const trail::Entry entry = Of(TakenOf(Plain()));
  const trail::Header& header = entry.header;
  EXPECT_EQ(header.kind, "request");
  EXPECT_EQ(header.service, "permits");
  EXPECT_EQ(header.part, "web");
  EXPECT_EQ(header.route, "/apply");
  EXPECT_EQ(header.categories, (std::vector<std::string>{"contact.email", "identity.name"}));
  EXPECT_EQ(header.outcome, "passed");
  EXPECT_EQ(header.source, "guard/5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
  EXPECT_EQ(header.sequence, 7U);
  EXPECT_EQ(entry.time, kNow - std::chrono::seconds(1));
  EXPECT_TRUE(header.session);
  EXPECT_TRUE(header.trace);
  EXPECT_EQ(FactOf<std::string>(entry, "method"), "POST");
  EXPECT_EQ(FactOf<int64_t>(entry, "status"), 200);
  EXPECT_EQ(FactOf<int64_t>(entry, "milliseconds"), 13);
  EXPECT_EQ(FactOf<int64_t>(entry, "waited"), 9);
  EXPECT_EQ(FactOf<int64_t>(entry, "received"), 512);
  EXPECT_EQ(FactOf<int64_t>(entry, "sent"), 4096);
  EXPECT_EQ(FactOf<int64_t>(entry, "http"), 20);
  EXPECT_EQ(FactOf<int64_t>(entry, "tls"), 13);
  EXPECT_EQ(FactOf<bool>(entry, "continued"), true);
  EXPECT_EQ(FactOf<bool>(entry, "sampled"), false);
  EXPECT_EQ(Opened(trail_, entry, "device.address"), "203.0.113.9");
  EXPECT_EQ(Opened(trail_, entry, "trace.span"), std::string(8, '\1') + std::string(8, '\2'));
  EXPECT_EQ(entry.parts.size(), 2U);
}

TEST_F(RequestTest, NamesWhatARouteIsAbout) {
  spool::RequestRecord record = Plain();
  record.route = "/applications/{id}";
  EXPECT_EQ(Of(TakenOf(record)).header.categories,
            (std::vector<std::string>{"identity.name", "vehicle.plate"}));
}

TEST_F(RequestTest, HasNothingPersonalInClear) {
  const std::string clear = Clear(Of(TakenOf(Plain())));
  EXPECT_EQ(clear.find("203.0.113.9"), std::string::npos);
  EXPECT_EQ(clear.find("raw-session"), std::string::npos);
  EXPECT_EQ(clear.find(std::string(8, '\xab')), std::string::npos) << "the raw trace id";
  EXPECT_EQ(clear.find("abababab"), std::string::npos);
  EXPECT_EQ(clear.find(std::string(8, '\1')), std::string::npos) << "the raw span id";
  EXPECT_EQ(clear.find(std::string(8, '\2')), std::string::npos) << "the parent's raw span id";
}

TEST_F(RequestTest, SealsThePathOfARouteThatNobodyDeclared) {
  spool::RequestRecord record = Plain();
  record.route = "";
  record.path = "/people/jeanne.tremblay";
  const trail::Entry entry = Of(TakenOf(record));
  EXPECT_EQ(entry.header.route, "");
  EXPECT_EQ(Clear(entry).find("tremblay"), std::string::npos);
  EXPECT_EQ(Opened(trail_, entry, "path"), "/people/jeanne.tremblay");
}

TEST_F(RequestTest, SaysWhereTheGuardFoundNoRouteForAPathThatHasOne) {
  spool::RequestRecord record = Plain();
  record.route = {};
  record.path = "/applications/17";
  trail::Entry entry = Of(TakenOf(record));
  EXPECT_EQ(entry.header.route, "") << "the guard did not know it, and so applied none of it";
  EXPECT_EQ(FactOf<bool>(entry, "unnamed"), true);
  record.path = {};
  record.route = "/applications/{number}";
  EXPECT_EQ(FactOf<bool>(Of(TakenOf(record)), "unnamed"), true) << "spelled otherwise";
  record.route = {};
  EXPECT_FALSE(FactOf<bool>(Of(TakenOf(record)), "unnamed")) << "of a request that broke off";
  record.path = "/applications";
  entry = Of(TakenOf(record));
  EXPECT_FALSE(FactOf<bool>(entry, "unnamed"));
  const std::string cut = "/applications/" + std::string(spool::kLongestPath, 'x') + "/more";
  record.path = cut;
  EXPECT_FALSE(FactOf<bool>(Of(TakenOf(record)), "unnamed")) << "nobody knows how it ended";
}

TEST_F(RequestTest, DoesNotBelieveATemplateThatNobodyDeclared) {
  spool::RequestRecord record = Plain();
  record.route = "/people/jeanne.tremblay";
  const trail::Entry entry = Of(TakenOf(record));
  EXPECT_EQ(Clear(entry).find("tremblay"), std::string::npos);
  EXPECT_EQ(Opened(trail_, entry, "path"), "/people/jeanne.tremblay");
}

TEST_F(RequestTest, LosesNoRecordForWhatStandsInIt) {
  const std::string hostile[] = {
      std::string("\0\x01\x1b[2J\x7f", 7), "\xff\xfe\xc0\xaf",   std::string(1024, 'x'),
      std::string(1024, '\xff'),           "jeanne@example.org", "\xe2\x80\xae turned round"};
  for (const std::string& text : hostile) {
    spool::RequestRecord record = Plain();
    record.route = record.part = record.client = record.session = text;
    const trail::Entry entry = Of(TakenOf(record));
    EXPECT_EQ(entry.header.kind, "request");
    EXPECT_EQ(entry.header.route, "");
    EXPECT_EQ(entry.header.part, "");
    EXPECT_EQ(Clear(entry).find(text), std::string::npos);
    EXPECT_EQ(Opened(trail_, entry, "device.address"), text);
    record.route = "";
    const std::string path = "/" + std::string(spool::kLongestPath - 8, '\x01') + "\xff";
    record.path = path;
    const trail::Entry other = Of(TakenOf(record));
    EXPECT_EQ(Opened(trail_, other, "path"), path);
  }
}

TEST_F(RequestTest, TakesTheMomentOfReadingForATimeThatCannotBe) {
  for (const base::Time time : {base::Time::min(), base::Time::max(), base::Time{},
                                kNow + std::chrono::hours(1), kNow - std::chrono::days(61)}) {
    spool::RequestRecord record = Plain();
    record.time = time;
    EXPECT_EQ(Of(TakenOf(record)).time, kNow);
  }
}

TEST_F(RequestTest, TakesTheMomentOfReadingWhereTheKeysOfTheDayAreGone) {
  spool::RequestRecord record = Plain();
  record.time = kNow - std::chrono::days(20);
  const spool::Taken taken = TakenOf(record);
  for (const int days : {20, 19}) {
    MakeRequest(taken, SourceOf(taken.ring), service_.routes(), "permits", kNow, draft_,
                std::chrono::days(days));
    EXPECT_EQ(draft_.time, days == 20 ? record.time : kNow);
  }
}

TEST_F(RequestTest, MakesNoTokensOutOfNothing) {
  spool::RequestRecord record = Plain();
  record.trace = {};
  record.session = "";
  record.client = "";
  const trail::Entry entry = Of(TakenOf(record));
  EXPECT_FALSE(entry.header.trace);
  EXPECT_FALSE(entry.header.session);
  EXPECT_TRUE(entry.parts.empty());
}

TEST_F(RequestTest, RefusesAPayloadThatIsNoRecordAndKeepsItSealed) {
  spool::Taken taken = TakenOf(Plain());
  taken.payload.pop_back();
  const trail::Entry entry = Of(taken);
  EXPECT_EQ(entry.header.kind, "source");
  EXPECT_EQ(entry.header.outcome, "refused");
  EXPECT_EQ(entry.header.sequence, 7U);
  EXPECT_EQ(FactOf<std::string>(entry, "reason"), "not-a-record");
  EXPECT_EQ(Opened(trail_, entry, "line"), base::AsText(taken.payload));
  EXPECT_EQ(Clear(entry).find("203.0.113.9"), std::string::npos);
}

TEST(SourceEvent, NamesRingsAndKnowsThem) {
  spool::RingId ring{};
  for (size_t i = 0; i < ring.size(); ++i) ring[i] = static_cast<uint8_t>(16 * i + 1);
  EXPECT_EQ(RingOf(SourceOf(ring)), ring);
  for (const char* none :
       {"guard", "guard/", "guard/5a", "lines/web", "", "guard/5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5g"})
    EXPECT_FALSE(RingOf(none)) << none;
}

TEST(SourceEvent, BecomesAnEntryWhateverARingSays) {
  trail::MemoryTrail trail;
  for (const spool::Event happened :
       {spool::Event::kFound, spool::Event::kGap, spool::Event::kClosed, spool::Event::kCrashed,
        spool::Event::kBroken}) {
    const spool::RingEvent event{{},         happened,  0xffffffff, base::Time::max(),
                                 UINT64_MAX, UINT64_MAX};
    const trail::Entry entry = EntryOf(trail, ToDraft(FromRing(event), "permits", kNow));
    EXPECT_EQ(entry.header.kind, "source");
    EXPECT_EQ(FactOf<int64_t>(entry, "next"), INT64_MAX);
    EXPECT_EQ(FactOf<int64_t>(entry, "count").has_value(), happened != spool::Event::kFound);
  }
}

}  // namespace
}  // namespace garant::ingest

#include "spool/record.h"

#include <gtest/gtest.h>

namespace garant::spool {
namespace {

using base::Bytes;

RequestRecord Full() {
  RequestRecord record;
  record.time = *base::ParseTime("2026-11-23T20:30:00.000000001Z");
  record.duration = base::Duration(1'500'000);
  record.upstream = base::Duration(1'200'000);
  record.received = 400;
  record.sent = 123'456'789'012;
  record.trace.fill(0x11);
  record.span.fill(0x22);
  record.parent.fill(0x33);
  record.status = 404;
  record.method = Method::kPatch;
  record.outcome = Outcome::kAbandoned;
  record.http = 20;
  record.tls = 13;
  record.continued = true;
  record.sampled = true;
  record.part = "web";
  record.path = "/permits/caf\xc3\xa9\xff";
  record.client = "2001:db8::1";
  record.session = std::string_view("a\0b", 3);
  return record;
}

Bytes Encoded(const RequestRecord& record) {
  Bytes out(kLargestRequest);
  out.resize(Encode(record, out));
  return out;
}

void ExpectSame(const RequestRecord& a, const RequestRecord& b) {
  EXPECT_EQ(Encoded(a), Encoded(b));
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.duration, b.duration);
  EXPECT_EQ(a.upstream, b.upstream);
  EXPECT_EQ(a.received, b.received);
  EXPECT_EQ(a.sent, b.sent);
  EXPECT_EQ(a.trace, b.trace);
  EXPECT_EQ(a.span, b.span);
  EXPECT_EQ(a.parent, b.parent);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.http, b.http);
  EXPECT_EQ(a.tls, b.tls);
  EXPECT_EQ(a.continued, b.continued);
  EXPECT_EQ(a.sampled, b.sampled);
  EXPECT_EQ(a.path_cut, b.path_cut);
  EXPECT_EQ(a.route, b.route);
  EXPECT_EQ(a.part, b.part);
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.client, b.client);
  EXPECT_EQ(a.session, b.session);
}

TEST(RequestRecord, RoundTripsWithEveryField) {
  const Bytes bytes = Encoded(Full());
  const auto back = Decode(bytes);
  ASSERT_TRUE(back) << back.error().message.en;
  ExpectSame(*back, Full());
}

TEST(RequestRecord, RoundTripsWithOnlyWhatMustBe) {
  const RequestRecord record;
  const Bytes bytes = Encoded(record);
  EXPECT_EQ(bytes.size(), 90U);
  const auto back = Decode(bytes);
  ASSERT_TRUE(back) << back.error().message.en;
  ExpectSame(*back, record);
}

TEST(RequestRecord, StandsWhereThePageSays) {
  RequestRecord record = Full();
  record.path = "";
  record.route = "/permits/{id}";
  const Bytes bytes = Encoded(record);
  EXPECT_EQ(bytes[40], 0x11);
  EXPECT_EQ(bytes[56], 0x22);
  EXPECT_EQ(bytes[64], 0x33);
  EXPECT_EQ(bytes[74], 6);
  EXPECT_EQ(bytes[75], 5);
  EXPECT_EQ(bytes[76], 20);
  EXPECT_EQ(bytes[77], 13);
  EXPECT_EQ(bytes[78], 3);
  EXPECT_EQ(bytes[80], record.route.size());
  EXPECT_EQ(bytes[82], '/');
}

TEST(RequestRecord, CutsALongPathAndLeavesOutLongTexts) {
  RequestRecord record;
  const std::string longest(kLongestPath, 'p');
  const std::string longer = longest + "q";
  record.path = longest;
  Bytes bytes = Encoded(record);
  EXPECT_EQ(Decode(bytes)->path, longest);
  EXPECT_FALSE(Decode(bytes)->path_cut);
  record.path = longer;
  bytes = Encoded(record);
  EXPECT_EQ(Decode(bytes)->path, longest);
  EXPECT_TRUE(Decode(bytes)->path_cut);
  record.client = longer;
  record.session = std::string_view(longer).substr(0, kLongestText);
  record.part = std::string_view(longer).substr(0, kLongestText + 1);
  bytes = Encoded(record);
  EXPECT_EQ(Decode(bytes)->client, "");
  EXPECT_EQ(Decode(bytes)->part, "");
  EXPECT_EQ(Decode(bytes)->session, record.session);
}

// A path may name a person; a template may not.
TEST(RequestRecord, HasNoPathBesideARoute) {
  const std::string too_long(kLongestText + 1, 'r');
  for (const std::string& route : {std::string("/permits/{id}"), too_long}) {
    RequestRecord record = Full();
    record.route = route;
    const Bytes bytes = Encoded(record);
    const auto back = Decode(bytes);
    ASSERT_TRUE(back) << back.error().message.en;
    EXPECT_EQ(back->path, "");
  }
}

TEST(RequestRecord, FitsWhereEverythingIsLongest) {
  const std::string text(kLongestText, 't');
  const std::string path(kLongestPath, 'p');
  RequestRecord record;
  record.path = path;
  record.part = record.client = record.session = text;
  EXPECT_EQ(Encoded(record).size(), kLargestRequest - kLongestText);
}

TEST(RequestRecord, MakesOddNumbersDecodable) {
  RequestRecord record;
  record.http = 30;
  record.tls = 14;
  record.duration = base::Duration(-1);
  record.path_cut = true;
  const Bytes bytes = Encoded(record);
  const auto back = Decode(bytes);
  ASSERT_TRUE(back) << back.error().message.en;
  EXPECT_EQ(back->http, 0);
  EXPECT_EQ(back->tls, 0);
  EXPECT_EQ(back->duration, base::Duration(0));
  EXPECT_FALSE(back->path_cut);
}

TEST(RequestRecord, EveryChangedByteIsRefusedOrAnotherRecord) {
  const Bytes bytes = Encoded(Full());
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = bytes;
      changed[i] = static_cast<uint8_t>(changed[i] ^ (1U << bit));
      const auto read = Decode(changed);
      EXPECT_TRUE(!read || Encoded(*read) == changed) << i;
    }
  }
}

TEST(RequestRecord, RefusesEveryTruncationAndMore) {
  Bytes bytes = Encoded(Full());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(Decode(base::ByteView(bytes).first(length))) << length;
  bytes.push_back(0);
  const auto read = Decode(bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.en, "request record of the spool: byte " +
                                         std::to_string(bytes.size() - 1) +
                                         ": bytes behind the last text");
}

TEST(RequestRecord, RefusesNumbersThatMeanNothing) {
  const struct {
    size_t at;
    uint8_t value;
    const char* en;
  } cases[] = {
      {15, 0x80, "byte 8: a negative duration"},
      {23, 0x80, "byte 16: a negative duration"},
      {74, 8, "byte 74: no method has the number 8"},
      {75, 0, "byte 75: no outcome has the number 0"},
      {75, 6, "byte 75: no outcome has the number 6"},
      {76, 12, "byte 76: no version of HTTP has the number 12"},
      {77, 9, "byte 77: no version of TLS has the number 9"},
      {78, 8, "byte 78: a bit that has no meaning"},
      {79, 1, "byte 79: it must be zero"},
      {81, 0xff, "byte 80: it ends inside a text"},
  };
  for (const auto& bad : cases) {
    Bytes bytes = Encoded(Full());
    bytes[bad.at] = bad.value;
    const auto read = Decode(bytes);
    ASSERT_FALSE(read) << bad.en;
    EXPECT_EQ(read.error().message.en, std::string("request record of the spool: ") + bad.en);
    EXPECT_NE(read.error().message.fr, read.error().message.en);
  }
}

TEST(RequestRecord, NamesMethodsAndOutcomes) {
  for (uint8_t i = 0; i < 8; ++i) {
    const auto method = static_cast<Method>(i);
    EXPECT_EQ(MethodOf(MethodName(method)), method);
  }
  EXPECT_EQ(MethodName(Method::kOptions), "OPTIONS");
  EXPECT_EQ(MethodOf("BREW"), Method::kOther);
  EXPECT_EQ(OutcomeName(Outcome::kPassed), "passed");
  EXPECT_EQ(OutcomeName(Outcome::kAbandoned), "abandoned");
}

}  // namespace
}  // namespace garant::spool

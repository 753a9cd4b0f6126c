#include "ingest/otlp.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "ingest/gzip.h"
#include "ingest/line.h"
#include "ingest/otlp_gate.h"
#include "ingest/test_otlp.h"
#include "ingest/test_service.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;
using enum Encoding;

std::string Read(Signal signal, Encoding encoding, const std::string& body) {
  const auto read = ReadOtlp(signal, encoding, body, kNow);
  if (const auto* fault = std::get_if<OtlpFault>(&read))
    return *fault == OtlpFault::kNotOtlp ? "not-otlp" : "too-much";
  std::string out;
  for (const std::string& record : std::get<std::vector<std::string>>(read)) out += record + "\n";
  return out;
}
Json First(Signal signal, Encoding encoding, const std::string& body) {
  const std::string read = Read(signal, encoding, body);
  Json json = Json::parse(read.substr(0, read.find('\n')), nullptr, false);
  EXPECT_TRUE(json.is_object()) << read;
  return json;
}
// A request with this as its one log record, as JSON.
std::string JsonLog(const std::string& members) {
  return R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":)"
         R"({"stringValue":"web"}}]},"scopeLogs":[{"logRecords":[{)" +
         members + "}]}]}]}";
}

std::string Gzip(const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Otlp, ReadsALogRecordOfEitherEncodingAlike) {
  const Json binary = First(Signal::kLogs, kProtobuf,
                            otlp::Logs(otlp::Log(otlp::Number(2, 9) + otlp::Bytes(3, "INFO") +
                                                 otlp::Bytes(12, "applied"))));
  EXPECT_EQ(binary.dump(),
            R"({"body":"Jeanne applied","event":"applied","level":"INFO","parent":)"
            R"("00f067aa0ba902b7","resource":{"service.name":"web"},"scope":{},"severity":9,)"
            R"("signal":"log","time":"2026-11-23T20:29:59.25Z","trace":)"
            R"("4bf92f3577b34da6a3ce929d0e0e4736"})");
  for (const char* ids :
       {R"("traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7")",
        R"("traceId":"4BF92F3577B34DA6A3CE929D0E0E4736","spanId":"00F067AA0BA902B7")",
        R"("traceId":"S/kvNXezTaajzpKdDg5HNg==","spanId":"APBnqgupArc=")",
        R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7")"})
    for (const char* time : {"\"1795465799250000000\"", "1795465799250000000"}) {
      const std::string record =
          std::string(ids) + R"(,"timeUnixNano":)" + time +
          R"(,"severityNumber":9,"severityText":"INFO","eventName":"applied",)"
          R"("body":{"stringValue":"Jeanne applied"},"unheardOf":{"a":[1]})";
      EXPECT_EQ(First(Signal::kLogs, kJson, JsonLog(record)), binary) << record;
    }
}

TEST(Otlp, ReadsASpan) {
  const std::string event = otlp::Bytes(
      11, otlp::Fixed64(1, otlp::kNanoseconds) + otlp::Bytes(2, "paid") + otlp::Number(4, 2));
  const std::string link =
      otlp::Bytes(13, otlp::Bytes(1, otlp::kTrace) + otlp::Bytes(2, otlp::kParent));
  EXPECT_EQ(
      First(Signal::kTraces, kProtobuf, otlp::Spans(event + link)).dump(),
      R"({"attributes":{"http.response.status_code":303,"http.route":"/apply"},)"
      R"("end":"2026-11-23T20:29:59.2624Z","events":[{"dropped":2,"name":"paid","time":)"
      R"("2026-11-23T20:29:59.25Z"}],"kind":"server","links":[{"span":"0102030405060708",)"
      R"("trace":"4bf92f3577b34da6a3ce929d0e0e4736"}],"milliseconds":12.4,"name":"GET /apply",)"
      R"("parent":"0102030405060708","resource":{"service.name":"web"},"scope":{"name":"http"},)"
      R"("signal":"span","span":"00f067aa0ba902b7","status":"ok","time":)"
      R"("2026-11-23T20:29:59.25Z","trace":"4bf92f3577b34da6a3ce929d0e0e4736"})");
}

TEST(Otlp, BecomesWhatThePageShows) {
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/ingest.md");
  const auto block = [&page](const std::string& fence, size_t from) {
    const size_t begin = page.find(fence, from) + fence.size();
    return page.substr(begin, page.find("\n```", begin) - begin);
  };
  const size_t at = page.find("```otlp\n");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(First(Signal::kTraces, kJson, block("```otlp\n", at)),
            Json::parse(block("```json\n", at)));
}

TEST(Otlp, KeepsEveryKindOfValue) {
  const std::string values =
      R"("attributes":[{"key":"a","value":{"intValue":"-9223372036854775808"}},)"
      R"({"key":"b","value":{"boolValue":true}},{"key":"c","value":{"doubleValue":"NaN"}},)"
      R"({"key":"c","value":{"doubleValue":1.5}},{"key":"d","value":{"arrayValue":{"values":[)"
      R"({"stringValue":"x"},{}]}}},{"key":"e","value":{"kvlistValue":{"values":[{"key":"f",)"
      R"("value":{"bytesValue":"AAE="}}]}}},{"key":"g"}])";
  EXPECT_EQ(First(Signal::kLogs, kJson, JsonLog(values))["attributes"].dump(),
            R"({"a":-9223372036854775808,"b":true,"c":["NaN",1.5],"d":["x",null],)"
            R"("e":{"f":"AAE="},"g":null})");
}

TEST(Otlp, TakesTheTimeThatThereIs) {
  const auto time = [](const std::string& record) {
    return First(Signal::kLogs, kProtobuf, otlp::Logs(otlp::Bytes(2, record)))
        .value("time", "none");
  };
  EXPECT_EQ(time(otlp::Fixed64(11, otlp::kNanoseconds)), "2026-11-23T20:29:59.25Z");
  EXPECT_EQ(time(otlp::Bytes(12, "a")), "2026-11-23T20:30:00Z") << "when it was received";
  EXPECT_EQ(time(otlp::Fixed64(1, UINT64_MAX)), "none");
  const std::string zeros = otlp::Bytes(9, std::string(16, '\0'));
  EXPECT_FALSE(
      First(Signal::kLogs, kProtobuf, otlp::Logs(otlp::Bytes(2, zeros))).contains("trace"));
}

TEST(Otlp, RefusesWhatIsNone) {
  const std::string sound = otlp::Logs(otlp::Log());
  for (size_t size = 1; size < sound.size(); ++size)
    EXPECT_EQ(Read(Signal::kLogs, kProtobuf, sound.substr(0, size)), "not-otlp") << size;
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, ""), "") << "an empty request is one";
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, otlp::Logs(otlp::Log(otlp::Bytes(3, "\xff")))),
            "not-otlp");
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, otlp::Logs(otlp::Bytes(2, otlp::Bytes(9, "short")))),
            "not-otlp");
  std::string deep = otlp::Text("x");
  for (int i = 0; i < 200; ++i) deep = otlp::Bytes(5, otlp::Bytes(1, deep));
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, otlp::Logs(otlp::Bytes(2, otlp::Bytes(5, deep)))),
            "not-otlp");
  for (const char* record :
       {R"("traceId":"4bf9")", R"("traceId":5)", R"("traceId":"4bf92f3577b34da6a3ce929d0e0e473g")",
        R"("spanId":"S/kvNXezTaajzpKdDg5HNg==")", R"("timeUnixNano":"soon")",
        R"("timeUnixNano":-1)", R"("body":{"intValue":"1e99"})", R"("severityNumber":{})"})
    EXPECT_EQ(Read(Signal::kLogs, kJson, JsonLog(record)), "not-otlp") << record;
  for (const char* body : {"", "[]", "null", "{", "{'resourceLogs':[]}", "{} {}", "\xff",
                           R"({"resourceLogs":5})", R"({"resourceLogs":[{"scopeLogs":"x"}]})"})
    EXPECT_EQ(Read(Signal::kLogs, kJson, body), "not-otlp") << body;
  EXPECT_EQ(Read(Signal::kLogs, kJson, "{\"a\":" + std::string(100'000, '[')), "not-otlp");
  EXPECT_EQ(Read(Signal::kTraces, kJson,
                 R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"links":[)"
                 R"({"traceId":"xx"}]}]}]}]})"),
            "not-otlp");
}

TEST(Otlp, TakesBoundedAmounts) {
  std::string records;
  for (size_t i = 0; i <= kMostOtlpRecords; ++i) records += otlp::Bytes(2, "");
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, otlp::Logs(records)), "too-much");
  // A large resource stands in each of its records.
  const std::string resource =
      otlp::Bytes(1, otlp::Attribute(1, "a", otlp::Text(std::string(1U << 20U, 'x'))));
  std::string many;
  for (int i = 0; i < 100; ++i) many += otlp::Bytes(2, "");
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, otlp::Bytes(1, resource + otlp::Bytes(2, many))),
            "too-much");
  EXPECT_EQ(Read(Signal::kLogs, kProtobuf, std::string(kLargestOtlpBody + 1, 'x')), "too-much");
}

TEST(Otlp, SaysWhatItCouldNotTake) {
  EXPECT_EQ(OtlpAnswer(Signal::kLogs, kProtobuf, 0), "");
  EXPECT_EQ(OtlpAnswer(Signal::kTraces, kJson, 0), "{}");
  const Json partial = Json::parse(OtlpAnswer(Signal::kTraces, kJson, 3));
  EXPECT_EQ(partial["partialSuccess"]["rejectedSpans"], "3");
  EXPECT_NE(partial["partialSuccess"]["errorMessage"], "");
  const std::string binary = OtlpAnswer(Signal::kLogs, kProtobuf, 3);
  EXPECT_EQ(binary[0], '\x0a');
  EXPECT_EQ(binary.substr(2, 2), otlp::Number(1, 3));
  EXPECT_EQ(OtlpRefusal(kJson, 3, "why"), R"({"code":3,"message":"why"})");
}

TEST(Otlp, BecomesEntriesByTheMappingThatIsShipped) {
  const TestService service;
  const Mapping mapping =
      service.MappingOf(*base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/mappings/otlp.yaml"));
  const std::string source = "otlp/web";
  const std::string id = "permits";
  const LineContext context{source, mapping, service.routes(), id, kNow};
  trail::MemoryTrail trail;
  const auto entry = [&](Signal signal, const std::string& body) {
    const std::string text = First(signal, kProtobuf, body).dump();
    return EntryOf(trail, LineToDraft({1, text.size(), text}, context));
  };
  const trail::Entry span = entry(Signal::kTraces, otlp::Spans());
  EXPECT_EQ(span.header.part, "web");
  EXPECT_EQ(span.header.route, "/apply");
  EXPECT_EQ(span.header.outcome, "ok");
  EXPECT_EQ(FactOf<std::string>(span, "event"), "server");
  EXPECT_EQ(FactOf<int64_t>(span, "milliseconds"), 12);
  EXPECT_EQ(FactOf<int64_t>(span, "status"), 303);
  EXPECT_EQ(Opened(trail, span, "trace.span"), otlp::kSpan + otlp::kParent);
  const trail::Entry log = entry(Signal::kLogs, otlp::Logs(otlp::Log(otlp::Bytes(12, "applied"))));
  EXPECT_EQ(FactOf<std::string>(log, "event"), "applied");
  EXPECT_EQ(log.header.trace, span.header.trace);
  EXPECT_EQ(Opened(trail, log, "trace.span"), std::string(8, '\0') + otlp::kSpan);
  EXPECT_EQ(Clear(log).find("Jeanne"), std::string::npos);
}

TEST(Gzip, UnpacksOnlySoMuch) {
  const auto unpacked = [](const std::string& bytes, size_t most) {
    const auto plain = Gunzip(bytes, most);
    if (const auto* fault = std::get_if<GzipFault>(&plain))
      return std::string(*fault == GzipFault::kBroken ? "broken" : "too large");
    return std::get<std::string>(plain);
  };
  const std::string packed = Gzip("hello");
  EXPECT_EQ(unpacked(packed, 5), "hello");
  EXPECT_EQ(unpacked(packed, 4), "too large");
  EXPECT_EQ(unpacked(packed + packed, 100), "hellohello");
  EXPECT_EQ(unpacked(packed + "x", 100), "broken");
  EXPECT_EQ(unpacked(Gzip(std::string(8U << 20U, '\0')), 1U << 20U), "too large");
  for (size_t size = 0; size < packed.size(); ++size)
    EXPECT_EQ(unpacked(packed.substr(0, size), 100), "broken") << size;
  for (size_t at = packed.size() - 8; at < packed.size(); ++at) {  // what it says of itself
    std::string flipped = packed;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    EXPECT_NE(unpacked(flipped, 100), "hello") << at;
  }
}

class GateTest : public testing::Test {
 protected:
  int StatusOf(const OtlpHead& head) {
    const auto reply = gate_.JudgeHead(head);
    return reply ? reply->status : 0;
  }
  OtlpHead head_{.method = "POST",
                 .target = "/v1/logs",
                 .type = "application/x-protobuf",
                 .encoding = {},
                 .authorization = {}};
  base::ManualClock clock_{kNow};
  OtlpGate gate_{{.rate = 10}, clock_};
};

TEST_F(GateTest, RefusesByTheHeadAlone) {
  EXPECT_EQ(StatusOf(head_), 0);
  const auto with = [this](auto member, auto value) {
    OtlpHead head = head_;
    head.*member = value;
    return StatusOf(head);
  };
  EXPECT_EQ(with(&OtlpHead::target, "/v1/traces?x=1"), 0);
  EXPECT_EQ(with(&OtlpHead::type, "Application/JSON; charset=utf-8"), 0);
  EXPECT_EQ(with(&OtlpHead::encoding, "GZIP"), 0);
  EXPECT_EQ(with(&OtlpHead::target, "/v1/metrics"), 404);
  EXPECT_EQ(with(&OtlpHead::target, "/"), 404);
  EXPECT_EQ(with(&OtlpHead::method, "GET"), 405);
  EXPECT_EQ(with(&OtlpHead::type, "text/plain"), 415);
  EXPECT_EQ(with(&OtlpHead::type, ""), 415);
  EXPECT_EQ(with(&OtlpHead::encoding, "br"), 415);
  EXPECT_EQ(with(&OtlpHead::browser, true), 403);
}

TEST_F(GateTest, AsksForItsToken) {
  OtlpGate gate({.token = "sixteen letters!"}, clock_);
  const auto status = [&](const std::string& authorization) {
    head_.authorization = authorization;
    const auto reply = gate.JudgeHead(head_);
    return reply ? reply->status : 0;
  };
  EXPECT_EQ(status("Bearer sixteen letters!"), 0);
  EXPECT_EQ(status("bearer sixteen letters!"), 0);
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer sixteen letters", "sixteen letters!",
                            "Basic sixteen letters!", "Bearer sixteen letters!!"})
    EXPECT_EQ(status(wrong), 401) << wrong;
}

TEST_F(GateTest, SaysWhenToComeAgain) {
  std::string records;
  for (int i = 0; i < 70; ++i) records += otlp::Log();
  EXPECT_EQ(gate_.ReadBody(head_, otlp::Logs(records)).records.size(), 70U) << "what comes at once";
  const auto reply = gate_.JudgeHead(head_);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 429);
  EXPECT_EQ(reply->headers,
            (std::vector<std::pair<std::string, std::string>>{{"Retry-After", "3"}}));
  clock_.Set(kNow + std::chrono::seconds(3));
  EXPECT_EQ(StatusOf(head_), 0);
}

TEST_F(GateTest, QuarantinesABodyThatIsNone) {
  const OtlpPost none = gate_.ReadBody(head_, "no protobuf");
  EXPECT_EQ(none.status, 400);
  ASSERT_TRUE(none.refused);
  EXPECT_EQ(none.refused->reason, Reason::kNotOtlp);
  EXPECT_EQ(none.refused->bytes, 11U);
  EXPECT_EQ(base::AsText(none.refused->sealed), "no protobuf");
  head_.encoding = "gzip";
  EXPECT_EQ(gate_.ReadBody(head_, "no gzip").status, 400);
  EXPECT_EQ(gate_.ReadBody(head_, Gzip(std::string(8U << 20U, '\0'))).status, 413);
  EXPECT_EQ(gate_.ReadBody(head_, Gzip(otlp::Logs(otlp::Log()))).records.size(), 1U);
  const OtlpPost large = gate_.TooLarge(head_, std::string(100'000, 'x'), 5'000'000);
  EXPECT_EQ(large.status, 413);
  ASSERT_TRUE(large.refused);
  EXPECT_EQ(large.refused->bytes, 5'000'000U);
  EXPECT_EQ(large.refused->sealed.size(), kLongestLine);
  for (int status : {400, 413})
    EXPECT_EQ(OtlpGate::Kept(Signal::kLogs, kJson, status, 0).status, status);
}

}  // namespace
}  // namespace garant::ingest

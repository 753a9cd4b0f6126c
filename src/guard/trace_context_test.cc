#include "guard/trace_context.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "base/file.h"
#include "base/yaml.h"

namespace garant::guard {
namespace {

std::string Written(const TraceContext& context) {
  std::string text(kTraceparentBytes, ' ');
  WriteTraceparent(context, std::span<char, kTraceparentBytes>(text));
  return text;
}

std::vector<std::string_view> Texts(const base::YamlNode& one, std::string_view key) {
  std::vector<std::string_view> texts;
  if (const base::YamlNode* list = one.Find(key))
    for (const base::YamlNode& item : list->items) texts.push_back(item.scalar);
  return texts;
}

std::string Scalar(const base::YamlNode& one, std::string_view key) {
  const base::YamlNode* found = one.Find(key);
  return found == nullptr ? "" : found->scalar;
}

TEST(TraceContext, FollowsItsCases) {
  const std::string path = std::string(GARANT_SOURCE_DIR) + "/src/guard/trace_cases.yaml";
  const auto text = base::ReadFile(path);
  ASSERT_TRUE(text);
  base::Diagnostics complaints;
  const base::YamlNode file = base::ParseYaml(*text, path, complaints);
  ASSERT_TRUE(complaints.empty());
  ASSERT_NE(file.Find("cases"), nullptr);
  ASSERT_GT(file.Find("cases")->items.size(), 25U);
  RandomPool random;
  for (const base::YamlNode& one : file.Find("cases")->items) {
    SCOPED_TRACE(Scalar(one, "name"));
    const auto parents = Texts(one, "parents");
    const TraceContext context = Continue(parents, random);
    const bool continued = one.Find("trace") != nullptr;
    EXPECT_EQ(context.continued, continued);
    EXPECT_NE(context.trace, spool::TraceId{});
    EXPECT_NE(context.span, spool::SpanId{});
    EXPECT_NE(context.span, context.parent);
    if (continued) {
      EXPECT_EQ(base::ToHex(context.trace), Scalar(one, "trace"));
      EXPECT_EQ(base::ToHex(context.parent), Scalar(one, "parent"));
      EXPECT_EQ(context.sampled, Scalar(one, "sampled") == "true");
    } else {
      EXPECT_EQ(context.parent, spool::SpanId{});
      EXPECT_TRUE(context.sampled);
    }
    EXPECT_EQ(Written(context), "00-" + base::ToHex(context.trace) + "-" +
                                    base::ToHex(context.span) + (context.sampled ? "-01" : "-00"));
    std::array<char, kMostTracestateBytes> out{};
    const auto states = Texts(one, "states");
    const std::string_view state =
        context.continued ? JoinTracestate(states, out) : std::string_view{};
    EXPECT_EQ(state, Scalar(one, "state"));
  }
}

TEST(TraceContext, EachTraceAndSpanIsItsOwn) {
  RandomPool random;
  const TraceContext first = Continue({}, random);
  const TraceContext second = Continue({}, random);
  EXPECT_NE(first.trace, second.trace);
  EXPECT_NE(first.span, second.span);
}

TEST(Tracestate, LosesLongMembersFirstThenTheLast) {
  std::array<char, kMostTracestateBytes> out{};
  const std::string kept = "short=1";
  const std::string longer = "longer=" + std::string(200, 'x');
  const std::string also = "also=" + std::string(100, 'y');
  const std::string last = "last=" + std::string(100, 'z');
  const std::string more = "more=" + std::string(120, 'w');
  const std::vector<std::string_view> all = {kept, longer, also, last, more};
  EXPECT_EQ(JoinTracestate(all, out), kept + "," + also + "," + last + "," + more);
  const std::string another = "another=" + std::string(110, 'v');
  const std::string lastest = "lastest=" + std::string(110, 'u');
  const std::vector<std::string_view> many = {kept, also, last, more, another, lastest};
  EXPECT_EQ(JoinTracestate(many, out), kept + "," + also + "," + last + "," + more + "," + another);
}

TEST(Tracestate, TakesThirtyTwoMembersAndNoMore) {
  std::array<char, kMostTracestateBytes> out{};
  std::string state;
  for (int i = 0; i < 32; ++i) state += (i == 0 ? "" : ",") + ("k" + std::to_string(i) + "=1");
  const std::vector<std::string_view> as_many = {state};
  EXPECT_EQ(JoinTracestate(as_many, out), state);
  const std::vector<std::string_view> too_many = {state, "one=more"};
  EXPECT_EQ(JoinTracestate(too_many, out), "");
}

TEST(RandomPool, GivesDifferentBytesAcrossItsEdge) {
  RandomPool random;
  std::array<uint8_t, 3000> first{};
  std::array<uint8_t, 3000> second{};
  random.Fill(first);
  random.Fill(second);
  EXPECT_NE(first, second);
  std::array<uint8_t, 64> zeros{};
  EXPECT_FALSE(std::ranges::equal(std::span(second).last(64), zeros));
}

}  // namespace
}  // namespace garant::guard

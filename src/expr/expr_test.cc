#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/file.h"
#include "expr/expression.h"
#include "expr/functions.h"
#include "expr/test_world.h"

// Runs src/expr/expr_cases.yaml: a new case needs no C++.
namespace garant::expr {
namespace {

using base::YamlNode;

const char* Name(Truth truth) {
  static constexpr const char* kNames[] = {"false", "absent", "unknown", "true"};
  return kNames[static_cast<size_t>(truth)];
}

const char* Name(Unknown why) {
  static constexpr const char* kNames[] = {"none",  "no-observer", "never", "loopback", "elsewhere",
                                           "stale", "bounded",     "cost",  "overflow"};
  return kNames[static_cast<size_t>(why)];
}

std::string OrEmpty(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.Find(key);
  return found == nullptr ? std::string() : found->scalar;
}

std::vector<std::string> Strings(const YamlNode& node, std::string_view key) {
  std::vector<std::string> strings;
  if (const YamlNode* list = node.Find(key)) {
    for (const YamlNode& item : list->items) strings.push_back(item.scalar);
  }
  return strings;
}

std::string Show(const Origin& origin) {
  if (origin.world == World::kDeclared) {
    return std::to_string(origin.line) + ":" + std::to_string(origin.column);
  }
  return "entry " + std::to_string(origin.entry);
}

class Cases : public testing::Test {
 protected:
  void SetUp() override {
    const auto text = base::ReadFile(GARANT_SOURCE_DIR "/src/expr/expr_cases.yaml");
    ASSERT_TRUE(text.has_value()) << text.error().message.en;
    base::Diagnostics diagnostics;
    document_ = base::ParseYaml(*text, "expr_cases.yaml", diagnostics);
    ASSERT_TRUE(diagnostics.empty()) << diagnostics[0].ToString(base::Language::kEnglish);
    for (const auto& [name, node] : document_.Find("worlds")->members) {
      worlds_[name.scalar] = ReadValue(node, Type::Record(&WorldType()), arena_);
    }
  }

  const std::vector<YamlNode>& Items(std::string_view section) {
    const YamlNode* found = document_.Find(section);
    EXPECT_TRUE(found != nullptr && !found->items.empty()) << section;
    return found->items;
  }

  const Value& WorldOf(const YamlNode& node) {
    const std::string name = OrEmpty(node, "in").empty() ? "city" : OrEmpty(node, "in");
    EXPECT_TRUE(worlds_.contains(name)) << name;
    return worlds_[name];
  }

  YamlNode document_;
  Arena arena_;
  std::map<std::string, Value> worlds_;
};

base::Result<Expression> Read(const std::string& source, base::Diagnostics& diagnostics) {
  return Expression::CompileCondition(source, {"", 1, 1}, Scope{&WorldType()}, diagnostics);
}

Expression Must(const std::string& source) {
  base::Diagnostics diagnostics;
  auto expression = Read(source, diagnostics);
  if (!expression) {
    ADD_FAILURE() << source << "\n" << expression.error().ToString(base::Language::kEnglish);
    return Read("true", diagnostics).value();
  }
  return std::move(expression).value();
}

void CheckOutcome(const YamlNode& node, const Outcome& outcome) {
  EXPECT_EQ(Name(outcome.truth), OrEmpty(node, "is"));
  if (node.Find("why") != nullptr) {
    EXPECT_EQ(Name(outcome.why), OrEmpty(node, "why"));
  }
  if (node.Find("what") != nullptr) {
    EXPECT_EQ(outcome.what, OrEmpty(node, "what"));
  }
  if (outcome.truth != Truth::kTrue) return;
  std::string rests;
  if (outcome.rests_on_observation) rests += "observed";
  if (outcome.rests_on_act) rests += rests.empty() ? "acted" : " acted";
  EXPECT_EQ(rests, OrEmpty(node, "rests"));
}

void CheckCauses(const YamlNode& node, const Outcome& outcome, const std::vector<Cause>& causes) {
  ASSERT_FALSE(causes.empty());
  EXPECT_EQ(Name(causes[0].truth), std::string(Name(outcome.truth)));
  std::vector<std::string> en, fr, sources, places;
  for (const Cause& cause : causes) {
    EXPECT_FALSE(cause.says.en.empty() || cause.says.fr.empty() || cause.source.empty());
    EXPECT_EQ(cause.truth == Truth::kTrue, outcome.truth == Truth::kTrue);
    std::string bound;
    for (const auto& binding : cause.bindings) bound += binding.first + ": ";
    en.push_back(bound + cause.says.en);
    fr.push_back(cause.says.fr);
    sources.push_back(cause.source);
    for (const Origin& origin : cause.origins) places.push_back(Show(origin));
  }
  if (node.Find("en") != nullptr) {
    EXPECT_EQ(en, Strings(node, "en"));
  }
  if (node.Find("fr") != nullptr) {
    EXPECT_EQ(fr, Strings(node, "fr"));
  }
  if (node.Find("source") != nullptr) {
    EXPECT_EQ(sources, Strings(node, "source"));
  }
  if (node.Find("at") != nullptr) {
    EXPECT_EQ(places, Strings(node, "at"));
  }
}

TEST_F(Cases, EvaluateAndExplain) {
  const Options options = WorldOptions();
  for (const YamlNode& node : Items("cases")) {
    const std::string source = OrEmpty(node, "expr");
    SCOPED_TRACE(node.where.ToString() + ": " + source);
    const Value& world = WorldOf(node);
    const Expression expression = Must(source);
    const Outcome outcome = expression.Evaluate(world, options);
    CheckOutcome(node, outcome);
    CheckCauses(node, outcome, expression.Explain(world, options));
  }
}

// What holds of every case: `not` exchanges true and false and leaves the rest, and a condition
// joined with itself is itself.
TEST_F(Cases, Logic) {
  const Options options = WorldOptions();
  for (const YamlNode& node : Items("cases")) {
    const std::string source = OrEmpty(node, "expr");
    SCOPED_TRACE(node.where.ToString() + ": " + source);
    const Value& world = WorldOf(node);
    const Truth truth = Must(source).Evaluate(world, options).truth;
    const Truth denied = truth == Truth::kTrue    ? Truth::kFalse
                         : truth == Truth::kFalse ? Truth::kTrue
                                                  : truth;
    const std::string same = "(" + source + "\n)";
    const auto judge = [&](const std::string& text) {
      return Must(text).Evaluate(world, options).truth;
    };
    EXPECT_EQ(judge("not " + same), denied);
    EXPECT_EQ(judge(same + " and " + same), truth);
    EXPECT_EQ(judge(same + " or " + same), truth);
    EXPECT_EQ(judge("not " + same + " implies " + same), truth);
    EXPECT_EQ(judge(same + " and true"), truth);
    EXPECT_EQ(judge(same + " or false"), truth);
    EXPECT_EQ(judge(same + " and false"), Truth::kFalse);
    EXPECT_EQ(judge(same + " == true"), truth);
    const auto denial = Must("not " + same).Explain(world, options);
    ASSERT_FALSE(denial.empty());
    EXPECT_EQ(denial[0].truth, denied);
  }
}

TEST_F(Cases, Complaints) {
  for (const YamlNode& node : Items("errors")) {
    const std::string source = OrEmpty(node, "expr");
    SCOPED_TRACE(node.where.ToString() + ": " + source);
    base::Diagnostics diagnostics;
    const auto expression = Read(source, diagnostics);
    EXPECT_FALSE(expression.has_value());
    std::vector<std::string> en, fr;
    for (const auto& diagnostic : diagnostics) {
      const std::string at = std::to_string(diagnostic.where.line) + ":" +
                             std::to_string(diagnostic.where.column) + ": ";
      en.push_back(at + diagnostic.message.en);
      fr.push_back(diagnostic.message.fr);
      EXPECT_FALSE(diagnostic.message.fr.empty());
    }
    EXPECT_EQ(en, Strings(node, "en"));
    if (node.Find("fr") != nullptr) {
      EXPECT_EQ(fr, Strings(node, "fr"));
    }
  }
}

TEST_F(Cases, Messages) {
  const Options options = WorldOptions();
  for (const YamlNode& node : Items("messages")) {
    SCOPED_TRACE(node.where.ToString());
    const Expression expression = Must(OrEmpty(node, "expr"));
    base::Diagnostics diagnostics;
    const auto message = Message::Compile(OrEmpty(node, "message"), {"", 1, 1}, Scope{&WorldType()},
                                          expression.Variables(), diagnostics);
    std::vector<std::string> errors;
    for (const auto& diagnostic : diagnostics) {
      errors.push_back(std::to_string(diagnostic.where.column) + ": " + diagnostic.message.en);
    }
    EXPECT_EQ(errors, Strings(node, "errors"));
    EXPECT_EQ(message.has_value(), errors.empty());
    if (!message) continue;
    const Value& world = WorldOf(node);
    const auto causes = expression.Explain(world, options);
    ASSERT_FALSE(causes.empty());
    EXPECT_EQ(message->Render(world, causes[0], options, base::Language::kEnglish),
              OrEmpty(node, "en"));
    EXPECT_EQ(message->Render(world, causes[0], options, base::Language::kFrench),
              OrEmpty(node, "fr"));
  }
}

TEST_F(Cases, ReadsAndVariables) {
  const Expression expression =
      Must("every s in stores: has s.seen.tls and page.tls > 1 and service.name != \"\"");
  EXPECT_THAT(expression.Reads(),
              testing::ElementsAre("page", "page.tls", "service", "service.name", "stores"));
  ASSERT_EQ(expression.Variables().size(), 1U);
  EXPECT_EQ(expression.Variables()[0].first, "s");
  EXPECT_EQ(expression.Variables()[0].second.ToString(), "store");
}

TEST_F(Cases, StepsAreBounded) {
  const Value& world = worlds_["city"];
  Options options = WorldOptions();
  options.most_steps = 20;
  // Whatever stands round it, a condition that was cut short is unknown: never a guess.
  const std::string costly = "(every s in stores: every t in stores: every u in stores: has u.id)";
  for (const std::string& source : {costly, "not " + costly, costly + " or " + costly}) {
    const Outcome outcome = Must(source).Evaluate(world, options);
    EXPECT_EQ(outcome.truth, Truth::kUnknown) << source;
    EXPECT_EQ(outcome.why, Unknown::kCost) << source;
    EXPECT_FALSE(outcome.rests_on_observation || outcome.rests_on_act);
    const auto causes = Must(source).Explain(world, options);
    ASSERT_EQ(causes.size(), 1U);
    EXPECT_EQ(causes[0].why, Unknown::kCost);
  }
}

TEST_F(Cases, CausesAreBounded) {
  const Expression expression = Must("every n in numbers: n > 100");
  EXPECT_EQ(expression.Explain(worlds_["city"], WorldOptions(), 2).size(), 2U);
}

TEST(Expression, AnotherRootIsUnknown) {
  Arena arena;
  const RecordType other{"other", {}, false};
  const Value root = Value::Of(arena.Keep(&other, {}));
  EXPECT_EQ(Must("true").Evaluate(root, WorldOptions()).truth, Truth::kUnknown);
  EXPECT_EQ(Must("true").Evaluate({}, WorldOptions()).truth, Truth::kUnknown);
  EXPECT_TRUE(Must("true").Explain({}, WorldOptions()).empty());
}

TEST(Expression, NestingIsBounded) {
  for (const std::string open : {"(", "not ", "[", "has (", "true implies ", "lower("}) {
    std::string source;
    while (source.size() + open.size() < 4000) source += open;
    base::Diagnostics diagnostics;
    EXPECT_FALSE(Read(source, diagnostics).has_value());
    ASSERT_EQ(diagnostics.size(), 1U) << open;
    EXPECT_THAT(diagnostics[0].message.en, testing::HasSubstr("200 deep")) << open;
  }
  std::string sum = "1";
  while (sum.size() < 4000) sum += "+1";
  base::Diagnostics diagnostics;
  EXPECT_FALSE(Read(sum + " > 1", diagnostics).has_value());
  EXPECT_FALSE(Read(std::string(4097, ' '), diagnostics).has_value());
  EXPECT_FALSE(Read("title == \"\xff\"", diagnostics).has_value());
}

TEST(Functions, StandInTheDocument) {
  const auto document = base::ReadFile(GARANT_SOURCE_DIR "/docs/expr.md");
  ASSERT_TRUE(document.has_value());
  for (const Function& function : Functions()) {
    EXPECT_THAT(*document, testing::HasSubstr("`" + std::string(function.name) + "("));
    EXPECT_FALSE(function.en.empty() || function.fr.empty() || function.signature.empty());
    const Outcome outcome =
        Must(std::string(function.example))
            .Evaluate(Value::Of(Arena().Keep(&WorldType(),
                                             std::vector<Value>(WorldType().fields.size()))),
                      WorldOptions());
    EXPECT_EQ(outcome.truth, Truth::kTrue) << function.example;
    EXPECT_FALSE(outcome.rests_on_observation || outcome.rests_on_act);
  }
}

// What a `where` begins with is asked without walking the tree, and a grouped list gives up only
// the group asked for. Neither may change an answer: `or 1 == 2` says nothing and is always walked.
TEST(Filters, AnswerAsTheWalkDoes) {
  static const RecordType kDeed{"deed",
                                {{"kind", Type::Of(Kind::kText), {}},
                                 {"here", Type::Of(Kind::kBool), {}},
                                 {"n", Type::Of(Kind::kInt), {}}},
                                false};
  static const RecordType kRoot{"root", {{"deeds", Type::ListOf(&kDeed), {}}}, false};
  const Origin acted{.world = World::kActed, .entry = 3};
  const Origin seen{.world = World::kObserved, .entry = 4};
  const std::vector<Value> kinds = {Value::Text("a", acted), Value::Text("b", seen),
                                    Value::Absent(acted),
                                    Value::UnknownFor(Unknown::kStale, "probe", seen)};
  const std::vector<Value> heres = {Value::Bool(true, acted), Value::Bool(false, seen),
                                    Value::Absent(acted), Value::UnknownFor(Unknown::kCost)};
  const char* const wheres[] = {
      "d.kind == \"a\"",
      "d.kind == \"a\" and d.here",
      "d.here and d.kind == \"a\" and d.n > 1",
      "d.kind in [\"b\", \"c\"] and d.n > 1",
      "d.n > 1 and d.kind == \"a\"",
      "(d.kind == \"a\" and d.here) and (d.n == 2 and d.n > 1)",
  };
  const char* const forms[] = {
      "some d in deeds where {}: d.n == 2", "every d in deeds where {}: d.n == 2",
      "no d in deeds where {}: d.n == 2", "count(d in deeds where {}) == 1",
      "latest(d in deeds where {} by d.n).here"};
  size_t compared = 0;
  for (size_t chosen = 0; chosen < kinds.size() * heres.size() * kinds.size() * heres.size();
       ++chosen) {
    Arena arena;
    std::vector<Value> deeds;
    bool has_kinds = true;
    for (size_t i = 0, left = chosen; i < 2; ++i) {
      const Value& kind = kinds[left % 4];
      const Value& here = heres[left / 4 % 4];
      left /= 16;
      has_kinds = has_kinds && kind.kind() == Kind::kText;
      deeds.push_back(Value::Of(
          arena.Keep(&kDeed, {kind, here, Value::Int(static_cast<int64_t>(i) + 1, seen)})));
    }
    const Value plain = Value::Of(arena.Keep(&kRoot, {Value::Of(arena.Keep(deeds), acted)}));
    std::vector<Group> groups;
    for (const Value& deed : deeds) {
      const std::string_view kind = deed.record().fields[0].text();
      if (!groups.empty() && groups.front().text == kind)
        groups.front().items = deeds;
      else
        groups.push_back({kind, {&deed, 1}});
    }
    const List* grouped_list = arena.ListOver(deeds, arena.Keep(uint16_t{0}, groups));
    const Value grouped = Value::Of(arena.Keep(&kRoot, {Value::Of(grouped_list, acted)}));
    for (const std::string where : wheres)
      for (const std::string form : forms) {
        const auto ask = [&](const std::string& condition, const Value& root) {
          base::Diagnostics faults;
          std::string source = form;
          source.replace(source.find("{}"), 2, condition);
          const auto expression =
              Expression::CompileCondition(source, {"test", 1, 1}, {&kRoot}, faults);
          EXPECT_TRUE(expression.has_value()) << source;
          return expression ? expression->Evaluate(root, WorldOptions()) : Outcome{};
        };
        const Outcome walked = ask("(" + where + ") or 1 == 2", plain);
        for (const Value* root : {&plain, has_kinds ? &grouped : &plain}) {
          const Outcome filtered = ask(where, *root);
          EXPECT_EQ(filtered.truth, walked.truth) << form << where << chosen;
          EXPECT_EQ(filtered.why, walked.why) << form << where << chosen;
          EXPECT_EQ(filtered.rests_on_act, walked.rests_on_act) << form << where << chosen;
          EXPECT_EQ(filtered.rests_on_observation, walked.rests_on_observation)
              << form << where << chosen;
          ++compared;
        }
      }
  }
  EXPECT_EQ(compared, 256U * 6 * 5 * 2);
}

TEST(Expressions, TellWhichFieldsOfATypeTheyRead) {
  const Expression expression = Must("every s in stores: has s . keep");
  EXPECT_TRUE(expression.ReadsField("store", "keep"));
  EXPECT_FALSE(expression.ReadsField("store", "id"));
  EXPECT_FALSE(expression.ReadsField("page", "keep"));
}

TEST(Values, AreSmallAndSafe) {
  EXPECT_LE(sizeof(Value), 32U);
  const Value unknown = Value::UnknownFor(Unknown::kStale, "probe");
  EXPECT_EQ(unknown.why(), Unknown::kStale);
  EXPECT_EQ(unknown.text(), "probe");
  EXPECT_EQ(unknown.number(), 0);
  EXPECT_TRUE(Value::Int(7).list().items.empty());
  EXPECT_EQ(Value::Int(7).record().type, nullptr);
  EXPECT_EQ(Value::Text("x").number(), 0);
  EXPECT_FALSE(Value::Int(1).boolean());
  EXPECT_EQ(Type::ListOf(&WorldType()).ToString(), "list of world");
}

}  // namespace
}  // namespace garant::expr

#include "service/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/file.h"
#include "base/yaml.h"
#include "service/draft7.h"
#include "service/model.h"
#include "service/shape.h"

namespace garant::service {
namespace {

using Json = nlohmann::json;

constexpr const char* kComplete = GARANT_SOURCE_DIR "/src/service/cases/complete.yaml";

// The tree as YAML 1.2 readers see it, so far as the service file goes.
Json AsJson(const base::YamlNode& node) {
  switch (node.kind) {
    case base::YamlNode::Kind::kNull:
      return nullptr;
    case base::YamlNode::Kind::kList: {
      Json list = Json::array();
      for (const base::YamlNode& item : node.items) list.push_back(AsJson(item));
      return list;
    }
    case base::YamlNode::Kind::kMap: {
      Json map = Json::object();
      for (const auto& [key, value] : node.members) map[key.scalar] = AsJson(value);
      return map;
    }
    case base::YamlNode::Kind::kScalar:
      break;
  }
  const bool number = node.plain && !node.scalar.empty() &&
                      node.scalar.find_first_not_of("0123456789") == std::string::npos;
  if (number) return std::stoi(node.scalar);
  if (node.plain && (node.scalar == "true" || node.scalar == "false")) return node.scalar == "true";
  return node.scalar;
}

Json Complete() {
  base::Diagnostics complaints;
  const auto text = base::ReadFile(kComplete);
  return text ? AsJson(base::ParseYaml(*text, "complete.yaml", complaints)) : Json();
}

// JSON is YAML, so a changed tree can be read as a service file.
bool ParserTakes(const Json& file) {
  base::Diagnostics complaints;
  const auto model = Model::Parse(file.dump(), "changed.yaml", complaints);
  EXPECT_EQ(model == nullptr, !complaints.empty());
  return model != nullptr;
}

struct Mutant {
  std::string what;
  Json file;
};

// Breaks every field of the table in every way that both the parser and the JSON Schema must see.
class Breaker {
 public:
  explicit Breaker(Json file) : file_(std::move(file)) { Break(Sections(), Json::json_pointer()); }

  [[nodiscard]] const std::vector<Mutant>& mutants() const { return mutants_; }
  [[nodiscard]] const std::set<std::string>& never_seen() const { return never_seen_; }

 private:
  void Break(std::span<const Field> fields, const Json::json_pointer& place) {
    Put(place / "no-such-key", "x", "unknown key");
    for (const Field& field : fields) {
      const Json::json_pointer at = place / std::string(field.name);
      if (!file_.contains(at)) {
        if (!seen_.contains(&field)) never_seen_.insert(at.to_string());
        continue;
      }
      if (!seen_.insert(&field).second) continue;  // a record that stands in several places
      if (field.required) Remove(place, std::string(field.name));
      Put(at, nullptr, "nothing");
      if (field.list) Put(at, "not a list", "no list");
      BreakOne(field, field.list ? at / 0 : at);
    }
  }

  void BreakOne(const Field& field, const Json::json_pointer& at) {
    if (!file_.contains(at)) return;
    Put(at, Json::array({"x"}), "a list");
    if (field.shape == Shape::kRecord) {
      Put(at, "x", "no map");
      return Break(field.fields, at);
    }
    Put(at, Json{{"no-such-key", "x"}}, "a map");
    if (field.shape == Shape::kBilingual) {
      Put(at, "x", "one language");
      Put(at, Json{{"en", "x"}}, "English alone");
      Put(at, Json{{"en", "x"}, {"fr", "y"}, {"de", "z"}}, "a third language");
      return Put(at, Json{{"en", "x"}, {"fr", " "}}, "blank French");
    }
    if (field.shape != Shape::kBool) Put(at, true, "a truth");
    if (field.shape != Shape::kInt)
      return Put(at, 7, "a number"), Put(at, " ", "blank"), Word(field, at);
    Put(at, field.least - 1, "too small");
    Put(at, field.most + 1, "too great");
    Put(at, 1.5, "a fraction");
  }

  void Word(const Field& field, const Json::json_pointer& at) {
    if (field.shape != Shape::kText) Put(at, "No such thing!", "of no such form");
  }

  void Put(const Json::json_pointer& at, Json value, const std::string& what) {
    Json changed = file_;
    changed[at] = std::move(value);
    mutants_.push_back({at.to_string() + ": " + what, std::move(changed)});
  }

  void Remove(const Json::json_pointer& place, const std::string& name) {
    Json changed = file_;
    changed[place].erase(name);
    mutants_.push_back({place.to_string() + "/" + name + ": missing", std::move(changed)});
  }

  Json file_;
  std::vector<Mutant> mutants_;
  std::set<const Field*> seen_;
  std::set<std::string> never_seen_;
};

TEST(Schema, TheParserAndTheJsonSchemaRefuseTheSame) {
  const Json complete = Complete();
  const Draft7 schema(Json::parse(JsonSchema()));
  ASSERT_TRUE(ParserTakes(complete));
  ASSERT_TRUE(schema.Takes(complete));
  const Breaker breaker(complete);
  EXPECT_THAT(breaker.never_seen(), testing::IsEmpty());
  EXPECT_GT(breaker.mutants().size(), 900U);
  for (const Mutant& mutant : breaker.mutants()) {
    EXPECT_FALSE(ParserTakes(mutant.file)) << mutant.what;
    EXPECT_FALSE(schema.Takes(mutant.file)) << mutant.what;
  }
}

// The same with a validator that is not ours, where there is one.
TEST(Schema, AnotherValidatorAgrees) {
  if (std::system("python3 -W ignore -c 'import jsonschema' >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  const Json complete = Complete();
  const Breaker breaker(complete);
  Json refused = Json::array();
  // It takes its time: every eleventh does.
  for (size_t i = 0; i < breaker.mutants().size(); i += 11)
    refused.push_back(breaker.mutants()[i].file);
  const Json all = {
      {"schema", Json::parse(JsonSchema())}, {"taken", complete}, {"refused", refused}};
  const std::string path = testing::TempDir() + "service_schema_test.json";
  ASSERT_TRUE(base::WriteFileDurably(path, all.dump()));
  const std::string program =
      "import json, sys, jsonschema\n"
      "all = json.load(open(sys.argv[1]))\n"
      "jsonschema.Draft7Validator.check_schema(all[\"schema\"])\n"
      "validator = jsonschema.Draft7Validator(all[\"schema\"])\n"
      "assert validator.is_valid(all[\"taken\"])\n"
      "assert not any(validator.is_valid(file) for file in all[\"refused\"])\n";
  EXPECT_EQ(std::system(("python3 -c '" + program + "' " + path).c_str()), 0);
  std::remove(path.c_str());
}

TEST(Schema, ExamplesAreSound) {
  for (const Shape shape :
       {Shape::kText, Shape::kId, Shape::kDate, Shape::kDuration, Shape::kKeep, Shape::kUrl,
        Shape::kRoute, Shape::kPath, Shape::kParty, Shape::kThreat, Shape::kParameter,
        Shape::kRequest, Shape::kJurisdiction, Shape::kSecret, Shape::kReference}) {
    const ShapeFacts& facts = FactsOf(shape);
    Field field;
    field.shape = shape;
    const std::string example(facts.example);
    EXPECT_FALSE(FaultOf(field, example)) << facts.name;
    EXPECT_TRUE(std::regex_search(example, std::regex(std::string(facts.pattern)))) << facts.name;
  }
  EXPECT_TRUE(IsCategory(FactsOf(Shape::kCategory).example));
}

void ExpectBothLanguages(std::span<const Field> fields) {
  for (const Field& field : fields) {
    EXPECT_FALSE(field.en.empty()) << field.name;
    EXPECT_FALSE(field.fr.empty()) << field.name;
    EXPECT_EQ(field.shape == Shape::kRecord, !field.type.empty()) << field.name;
    EXPECT_EQ(field.shape == Shape::kWord, !field.words.empty()) << field.name;
    if (field.shape == Shape::kReference) {
      const Field* section = FindSection(field.refers_to);
      ASSERT_NE(section, nullptr) << field.name;
      EXPECT_TRUE(section->list);
      EXPECT_EQ(section->fields.front().name, "id");
    }
    ExpectBothLanguages(field.fields);
  }
}

TEST(Schema, TheTableIsWhole) { ExpectBothLanguages(Sections()); }

TEST(Schema, TypesFollowTheTable) {
  const expr::RecordType& model = ModelType();
  ASSERT_EQ(model.fields.size(), Sections().size());
  EXPECT_EQ(model.fields[static_cast<size_t>(model.Find("stores"))].type.ToString(),
            "list of store");
  const expr::RecordType& store = SectionType("stores");
  EXPECT_EQ(store.fields[static_cast<size_t>(store.Find("backup"))].type.ToString(), "backup");
  const expr::RecordType& plans = SectionType("plans");
  EXPECT_EQ(plans.fields.front().type, plans.fields.back().type);
  const expr::RecordType& service = SectionType("service");
  const expr::FieldType& stage = service.fields[static_cast<size_t>(service.Find("stage"))];
  EXPECT_EQ(stage.allowed, (std::vector<std::string>{"alpha", "beta", "live"}));
  EXPECT_EQ(service.fields[static_cast<size_t>(service.Find("beta-since"))].type.kind,
            expr::Kind::kTime);
}

// GARANT_UPDATE=1 writes the reference into the page anew.
TEST(Schema, ThePageIsUpToDate) {
  const std::string path = GARANT_SOURCE_DIR "/docs/formats/service-file.md";
  constexpr std::string_view kBegin = "<!-- schema:begin -->\n";
  constexpr std::string_view kEnd = "<!-- schema:end -->\n";
  const auto page = base::ReadFile(path);
  ASSERT_TRUE(page) << page.error().message.en;
  const size_t begin = page->find(kBegin);
  const size_t end = page->find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::string wanted =
      page->substr(0, begin + kBegin.size()) + "\n" + SchemaReference() + "\n" + page->substr(end);
  if (std::getenv("GARANT_UPDATE") != nullptr) {
    ASSERT_TRUE(base::WriteFileDurably(path, wanted));
    return;
  }
  EXPECT_EQ(*page, wanted) << "run this test with GARANT_UPDATE=1";
}

}  // namespace
}  // namespace garant::service

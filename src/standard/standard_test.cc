#include "standard/standard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "standard/test_folder.h"

namespace garant::standard {
namespace {

using base::Language;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// A service of two sections and one kind of observation.
class SmallFacts final : public Facts {
 public:
  SmallFacts() {
    using expr::Kind;
    using expr::Type;
    cookie_ = {
        "cookie", {{"name", Type::Of(Kind::kText), {}}, {"keep", Type::Of(Kind::kInt), {}}}, false};
    seen_ = {"seen", {{"name", Type::Of(Kind::kText), {}}}, true};
    item_ = {"item", {{"id", Type::Of(Kind::kText), {}}}, false};
    root_ = {"facts",
             {{"cookies", Type::ListOf(&cookie_), {}},
              {"systems", Type::ListOf(Kind::kText), {}},
              {"seen", Type::ListOf(&seen_), {}},
              {"item", Type::Record(&item_), {}}},
             false};
  }
  [[nodiscard]] const expr::RecordType& RootType() const override { return root_; }
  [[nodiscard]] std::vector<std::string> ObservationsBehind(std::string_view name) const override {
    return name == "seen" ? std::vector<std::string>{"http-cookie"} : std::vector<std::string>{};
  }

 private:
  expr::RecordType cookie_, seen_, item_, root_;
};

const char* const kAbout = R"(standard: 1
id: small
version: "1"
name: { en: Small, fr: Petit }
source: { en: Here, fr: Ici }
guidelines: [ { id: "1", title: { en: One, fr: Un } } ]
sources: [ { id: us, name: { en: Us, fr: Nous } } ]
)";
const char* const kItems = R"(- id: 1-01
  stage: alpha
  source: us
  verb: list
  floor: none
  text: { en: List them., fr: Les énumérer. }
  covers: [systems, cookies]
  equivalents: [ { jurisdiction: ca, name: { en: An act, fr: Une loi } } ]
  proofs: [cookies.listed]
- id: 1-02
  stage: live
  source: us
  parent: 1-01
  verb: test
  floor: seen
  text: { en: Look., fr: Regarder. }
  proofs: [cookies.seen]
)";
const char* const kProofs = R"(- id: cookies.seen
  kind: observed
  asks: { en: None is hidden., fr: Aucun n’est caché. }
  fresh: P1D
  must: "every c in seen: has c.name"
  contradicted: 'some c in seen: c.name == "x"'
  fails: { en: "{c.name} fails.", fr: "{c.name} échoue." }
  contradicts: { en: "{c.name} is seen.", fr: "{c.name} est vu." }
  next: { en: Mend it., fr: Corrigez. }
- id: cookies.listed
  kind: declared
  asks: { en: They are listed., fr: Ils sont énumérés. }
  must: "every c in cookies: has c.name and has item.id"
  fails: { en: "One has no name.", fr: "L’un n’a pas de nom." }
  next: { en: Name it., fr: Nommez-le. }
)";

std::vector<std::string> Complaints(const TestFolder& folder, Language language) {
  const SmallFacts facts;
  base::Diagnostics diagnostics;
  const auto standard = Load(folder.path(), facts, diagnostics);
  EXPECT_EQ(standard == nullptr, !diagnostics.empty());
  std::vector<std::string> told;
  for (const base::Diagnostic& one : diagnostics)
    told.push_back(one.ToString(language).substr(folder.path().size() + 1));
  return told;
}

// The sound standard with one change; `from` must stand in it.
std::string With(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::vector<std::string> About(const std::string& from, const std::string& to) {
  return Complaints(TestFolder({{"standard.yaml", With(kAbout, from, to)},
                                {"items/a.yaml", kItems},
                                {"proofs/a.yaml", kProofs}}),
                    Language::kEnglish);
}
std::vector<std::string> OfItems(const std::string& from, const std::string& to,
                                 Language language = Language::kEnglish) {
  return Complaints(TestFolder({{"standard.yaml", kAbout},
                                {"items/a.yaml", With(kItems, from, to)},
                                {"proofs/a.yaml", kProofs}}),
                    language);
}
std::vector<std::string> OfProofs(const std::string& from, const std::string& to,
                                  Language language = Language::kEnglish) {
  return Complaints(TestFolder({{"standard.yaml", kAbout},
                                {"items/a.yaml", kItems},
                                {"proofs/a.yaml", With(kProofs, from, to)}}),
                    language);
}

TEST(Standard, ReadsWhatIsSound) {
  const TestFolder folder(
      {{"standard.yaml", kAbout}, {"items/a.yaml", kItems}, {"proofs/a.yaml", kProofs}});
  const SmallFacts facts;
  base::Diagnostics diagnostics;
  const auto standard = Load(folder.path(), facts, diagnostics);
  ASSERT_NE(standard, nullptr) << diagnostics.front().ToString(Language::kEnglish);
  EXPECT_EQ(standard->id, "small");
  ASSERT_EQ(standard->items.size(), 2U);
  const Item& parent = standard->items[0];
  const Item& child = standard->items[1];
  EXPECT_EQ(parent.stage, Stage::kAlpha);
  EXPECT_THAT(parent.covers, ElementsAre("cookies", "systems")) << "sorted, as acts sign them";
  EXPECT_THAT(parent.children, ElementsAre(1U));
  EXPECT_EQ(child.parent, 0U);
  EXPECT_EQ(child.floor, Floor::kSeen);
  EXPECT_EQ(parent.equivalents[0].name, (base::Text{"An act", "Une loi"}));
  ASSERT_EQ(standard->proofs.size(), 2U);
  const Proof& listed = standard->proofs[*standard->FindProof("cookies.listed")];
  const Proof& seen = standard->proofs[*standard->FindProof("cookies.seen")];
  EXPECT_TRUE(listed.reads_item);
  EXPECT_FALSE(seen.reads_item);
  EXPECT_THAT(seen.observes, ElementsAre("http-cookie"));
  EXPECT_EQ(seen.fresh, std::chrono::hours(24));
  EXPECT_TRUE(seen.contradicted.has_value());
  EXPECT_EQ(standard->FindItem("1-02"), &child);
  EXPECT_EQ(standard->FindItem("1-0"), nullptr);
  EXPECT_EQ(standard->FindProof("cookies"), std::nullopt);
  EXPECT_EQ(standard->GuidelineOf(child), &standard->guidelines[0]);
}

TEST(Standard, NamesStagesAndKindsBothWays) {
  for (const Stage stage : {Stage::kAlpha, Stage::kBeta, Stage::kLive, Stage::kAll})
    EXPECT_EQ(ParseStage(StageName(stage)), stage);
  EXPECT_EQ(ParseStage("gamma"), std::nullopt);
  for (int kind = 0; kind <= static_cast<int>(ProofKind::kDeclared); ++kind)
    EXPECT_EQ(ParseProofKind(ProofKindName(static_cast<ProofKind>(kind))),
              static_cast<ProofKind>(kind));
  EXPECT_EQ(ParseProofKind("seen"), std::nullopt);
}

TEST(BadStandard, SaysWhatIsWrongWithItself) {
  EXPECT_THAT(About("standard: 1", "standard: 2"), ElementsAre(HasSubstr("standard.yaml:1:11: ")));
  EXPECT_THAT(About("standard: 1", "standard: 2"), ElementsAre(HasSubstr("reads format 1")));
  EXPECT_THAT(About("version: \"1\"\n", ""), ElementsAre(HasSubstr("lacks 'version'")));
  EXPECT_THAT(About("version:", "versions:"),
              ElementsAre(HasSubstr("standard.yaml:3:1: a standard has no key 'versions'; did "
                                    "you mean 'version'?"),
                          HasSubstr("lacks 'version'")));
  EXPECT_THAT(About("fr: Petit", "de: Klein"),
              ElementsAre(HasSubstr("4:7: 'name' lacks its text in 'fr'"),
                          HasSubstr("4:20: only 'en' and 'fr'")));
  EXPECT_THAT(About("[ { id: us, name: { en: Us, fr: Nous } } ]", "us"),
              testing::Contains(HasSubstr("7:10: 'sources' must be a list")));
}

TEST(BadStandard, SaysWhatIsWrongWithAnItem) {
  EXPECT_THAT(OfItems("verb:", "verbe:"),
              ElementsAre(HasSubstr("items/a.yaml:4:3: an item has no key 'verbe'; did you mean "
                                    "'verb'?"),
                          HasSubstr("items/a.yaml:1:3: an item lacks 'verb'")));
  EXPECT_THAT(OfItems("stage: alpha", "stage: gamma"),
              ElementsAre(HasSubstr("a.yaml:2:10: 'gamma' is no stage")));
  EXPECT_THAT(OfItems("source: us", "source: them"),
              ElementsAre(HasSubstr("a.yaml:3:11: source 'them' is not named")));
  EXPECT_THAT(OfItems("floor: none", "floor: high"),
              ElementsAre(HasSubstr("a.yaml:5:10: a floor is 'seen' or 'none', not 'high'")));
  EXPECT_THAT(OfItems("[systems, cookies]", "[systems, biscuits]"),
              ElementsAre(HasSubstr("'biscuits' is no section")));
  EXPECT_THAT(OfItems("[cookies.listed]", "[cookies.lsted]"),
              ElementsAre(HasSubstr("a.yaml:9:11: there is no sound proof 'cookies.lsted'; did you "
                                    "mean 'cookies.listed'?")));
  EXPECT_THAT(OfItems("id: 1-02", "id: 2-02"), ElementsAre(HasSubstr("belongs to no guideline")));
  EXPECT_THAT(OfItems("parent: 1-01", "parent: 1-09"),
              ElementsAre(HasSubstr("items/a.yaml:10:3: there is no item '1-09'")));
  EXPECT_THAT(OfItems("{ en: Look., fr: Regarder. }", "Look."),
              ElementsAre(HasSubstr("lacks its text in 'en'"), HasSubstr("'fr'")));
  EXPECT_THAT(OfItems("proofs: [cookies.seen]", "proofs: [cookies.listed]"),
              ElementsAre(HasSubstr("item '1-02' has a floor ('test') and asks for no observed")));
  EXPECT_THAT(OfItems("[cookies.listed]", "[[a]]"),
              ElementsAre(HasSubstr("a.yaml:9:12: a word is expected")));
  EXPECT_THAT(OfItems("  proofs: [cookies.listed]\n- id: 1-02\n  stage: live\n  source: us\n"
                      "  parent: 1-01\n",
                      "  proofs: []\n- id: 1-02\n  stage: live\n  source: us\n"),
              ElementsAre(HasSubstr("item '1-01' asks for no proof and has no children")));
  EXPECT_THAT(OfItems("id: 1-02", "id: 1-01"),
              testing::Contains(HasSubstr("item '1-01' stands already at ")));
}

TEST(BadStandard, FindsRingsOfParentsAndOnlyThem) {
  EXPECT_THAT(OfItems("  verb: list\n", "  verb: list\n  parent: 1-02\n"),
              ElementsAre(HasSubstr("item '1-01' is its own ancestor"),
                          HasSubstr("item '1-02' is its own ancestor")));
  EXPECT_THAT(OfItems("parent: 1-01", "parent: 1-02"),
              ElementsAre(HasSubstr("item '1-02' is its own ancestor")));
  // 1-01 leads into the ring of 1-02 and is not part of it.
  const TestFolder folder(
      {{"standard.yaml", kAbout},
       {"items/a.yaml", With(With(kItems, "parent: 1-01", "parent: 1-02"), "  verb: list\n",
                             "  verb: list\n  parent: 1-02\n")},
       {"proofs/a.yaml", kProofs}});
  EXPECT_THAT(Complaints(folder, Language::kEnglish),
              ElementsAre(HasSubstr("item '1-02' is its own ancestor")));
}

TEST(BadStandard, SaysWhatIsWrongWithAProof) {
  EXPECT_THAT(OfProofs("kind: observed", "kind: guessed"),
              testing::Contains(HasSubstr("proofs/a.yaml:2:9: 'guessed' is no kind of proof")));
  EXPECT_THAT(OfProofs("every c in seen: has c.name", "every c in seen: c.name > 3"),
              testing::Contains(testing::StartsWith("proofs/a.yaml:5:")));
  // What follows from it is not told: 1-02's floor, and that it asks for no proof.
  EXPECT_THAT(OfProofs("every c in seen: has c.name", "every c in sene: has c.name"),
              ElementsAre(HasSubstr("proofs/a.yaml:5:21: unknown name 'sene'"),
                          HasSubstr("there is no sound proof 'cookies.seen'")));
  EXPECT_THAT(OfProofs("\"{c.name} fails.\"", "\"{d.name} fails.\""),
              testing::Contains(testing::StartsWith("proofs/a.yaml:7:")));
  EXPECT_THAT(OfProofs("  fresh: P1D\n", ""),
              testing::Contains(HasSubstr("must say how 'fresh' they are to be")));
  EXPECT_THAT(OfProofs("fresh: P1D", "fresh: daily"),
              testing::Contains(testing::StartsWith("proofs/a.yaml:4:10: ")));
  EXPECT_THAT(OfProofs("kind: declared", "kind: exercised"),
              testing::Contains(HasSubstr("a proof of this kind must read an observation")));
  EXPECT_THAT(OfProofs("  contradicted: 'some c in seen: c.name == \"x\"'\n", ""),
              testing::Contains(HasSubstr("'contradicts' is said of 'contradicted'")));
  EXPECT_THAT(OfProofs("id: cookies.listed", "id: cookies.seen"),
              testing::Contains(HasSubstr("proof 'cookies.seen' stands already at ")));
}

TEST(BadStandard, RefusesAProofThatNobodyAsksFor) {
  EXPECT_THAT(
      OfItems("proofs: [cookies.listed]", "proofs: []"),
      ElementsAre(HasSubstr("proofs/a.yaml:10:3: no item asks for proof 'cookies.listed'")));
}

TEST(BadStandard, TellsAllFaultsOfAProofAtOnce) {
  // A type error, a language that is missing twice and an unknown key: none hides another.
  const std::string proofs =
      With(With(With(With(kProofs, "has c.name\"", "c.name\""), ", fr: Aucun n’est caché.", ""),
                "fresh:", "frsh:"),
           ", fr: \"{c.name} échoue.\"", "");
  const auto told = Complaints(
      TestFolder({{"standard.yaml", kAbout}, {"items/a.yaml", kItems}, {"proofs/a.yaml", proofs}}),
      Language::kEnglish);
  EXPECT_THAT(told, testing::IsSupersetOf({HasSubstr("a.yaml:4:3: a proof has no key 'frsh'"),
                                           HasSubstr("a.yaml:3:9: 'asks' lacks its text in 'fr'"),
                                           HasSubstr("a.yaml:7:10: 'fails' lacks its text in 'fr'"),
                                           HasSubstr("a.yaml:5:")}));
}

TEST(BadStandard, TellsFaultsOfAllFilesAtOnce) {
  const auto told =
      Complaints(TestFolder({{"standard.yaml", With(kAbout, "id: small\n", "")},
                             {"items/a.yaml", With(kItems, "floor: none", "floor: high")},
                             {"proofs/a.yaml", With(kProofs, "kind: declared", "kind: x")}}),
                 Language::kEnglish);
  EXPECT_THAT(told, testing::IsSupersetOf({HasSubstr("lacks 'id'"), HasSubstr("not 'high'"),
                                           HasSubstr("'x' is no kind")}));
}

TEST(BadStandard, ComplainsInFrenchToo) {
  EXPECT_THAT(OfItems("stage: alpha", "stage: gamma", Language::kFrench),
              ElementsAre(HasSubstr("« gamma » n’est pas une étape")));
  EXPECT_THAT(OfProofs("kind: declared", "kind: x", Language::kFrench),
              testing::Contains(HasSubstr("n’est pas un genre de preuve")));
}

TEST(BadStandard, RefusesFoldersWithoutWhatTheyNeed) {
  EXPECT_THAT(Complaints(TestFolder({}), Language::kEnglish),
              ElementsAre(testing::StartsWith("standard.yaml: ")));
  EXPECT_THAT(Complaints(TestFolder({{"standard.yaml", ""}}), Language::kEnglish),
              ElementsAre(testing::StartsWith("standard.yaml")));
  EXPECT_THAT(Complaints(TestFolder({{"standard.yaml", kAbout}}), Language::kEnglish),
              ElementsAre(HasSubstr("proofs: holds no .yaml file"),
                          HasSubstr("items: holds no .yaml file")));
  EXPECT_THAT(Complaints(TestFolder({{"standard.yaml", kAbout},
                                     {"items/a.yaml", kItems},
                                     {"proofs/a.yaml", "id: x\n"}}),
                         Language::kEnglish),
              testing::Contains(HasSubstr("proofs/a.yaml:1:1: a list (- id: …) is expected")));
  EXPECT_THAT(Complaints(TestFolder({{"standard.yaml", kAbout},
                                     {"items/a.yaml", "- a\n"},
                                     {"proofs/a.yaml", kProofs}}),
                         Language::kEnglish),
              testing::Contains(HasSubstr("items/a.yaml:1:3: an item must be a map")));
  EXPECT_THAT(Complaints(TestFolder({{"standard.yaml", kAbout},
                                     {"items/a.yaml", "- { id: [\n"},
                                     {"proofs/a.yaml", kProofs}}),
                         Language::kEnglish),
              testing::Contains(testing::StartsWith("items/a.yaml:")));
}

}  // namespace
}  // namespace garant::standard

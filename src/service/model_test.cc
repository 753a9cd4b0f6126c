#include "service/model.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "service/canonical.h"

namespace garant::service {
namespace {

using expr::Value;

constexpr std::string_view kSmall = R"(garant: 1
service:
  id: s
  name: { en: S, fr: S }
  stage: alpha
  environment: production
  organization: { en: O, fr: "L’\"O\"" }
  jurisdictions: [ca, ca-on]
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: transport, internet: true }
sharing: []
engagement: { every: P7D, with: [owner] }
documentation:
  - { id: d, title: { en: T, fr: T }, path: d.md, owner: owner, reviewed: 2026-02-03 }
)";

std::unique_ptr<const Model> Parse(std::string_view text) {
  base::Diagnostics complaints;
  auto model = Model::Parse(text, "garant.yaml", complaints);
  for (const base::Diagnostic& complaint : complaints)
    ADD_FAILURE() << complaint.ToString(base::Language::kEnglish);
  return model;
}

base::Diagnostics Complaints(std::string_view text) {
  base::Diagnostics complaints;
  EXPECT_EQ(Model::Parse(text, "garant.yaml", complaints), nullptr);
  return complaints;
}

std::string Replace(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  const size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return changed.replace(at, from.size(), to);
}

Value Get(const Value& record, std::string_view name) {
  const int slot = record.record().type->Find(name);
  return slot < 0 ? Value() : record.record().fields[static_cast<size_t>(slot)];
}

std::string Digest(const Model& model, const std::vector<std::string>& sections) {
  const auto digest = model.DigestOf(sections);
  return digest ? base::FormatDigest(*digest) : digest.error().message.en;
}

TEST(Model, HoldsTypedValuesWithTheirPlaces) {
  const auto model = Parse(kSmall);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->id(), "s");
  EXPECT_EQ(model->stage(), "alpha");
  EXPECT_FALSE(model->trial());
  EXPECT_EQ(model->file(), "garant.yaml");

  const Value system = Get(model->root(), "systems").list().items[0];
  EXPECT_EQ(Get(system, "id").text(), "web");
  EXPECT_EQ(Get(system, "id").origin(), (expr::Origin{expr::World::kDeclared, 12, 11, 0}));
  EXPECT_TRUE(Get(system, "internet").boolean());
  EXPECT_EQ(Get(system, "url").kind(), expr::Kind::kAbsent);
  EXPECT_EQ(Get(system, "url").origin().line, 12U);

  const Value engagement = Get(model->root(), "engagement");
  EXPECT_EQ(Get(engagement, "every").duration(), base::Duration{std::chrono::hours{7 * 24}});
  const Value document = Get(model->root(), "documentation").list().items[0];
  EXPECT_EQ(base::FormatTime(Get(document, "reviewed").time()), "2026-02-03T00:00:00Z");
  EXPECT_EQ(Get(Get(document, "title"), "fr").text(), "T");
}

TEST(Model, TellsAnEmptyListFromAMissingOne) {
  const auto model = Parse(kSmall);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(Get(model->root(), "sharing").kind(), expr::Kind::kList);
  EXPECT_TRUE(Get(model->root(), "sharing").list().items.empty());
  EXPECT_EQ(Get(model->root(), "cookies").kind(), expr::Kind::kAbsent);
}

// The worked example of docs/formats/service-file.md.
TEST(Digest, IsOverTheCanonicalForm) {
  const auto model = Parse(kSmall);
  ASSERT_NE(model, nullptr);
  const std::string canonical = R"({"engagement":{"every":"P7D","with":["owner"]},"sharing":[]})";
  EXPECT_EQ(Digest(*model, {"sharing", "engagement"}),
            base::FormatDigest(base::Sha256(base::AsBytes(canonical))));
  EXPECT_EQ(CanonicalJson(Get(Get(model->root(), "documentation").list().items[0], "reviewed")),
            R"("2026-02-03")");
  EXPECT_EQ(CanonicalJson(Get(Get(model->root(), "service"), "organization")),
            R"({"en":"O","fr":"L’\"O\""})");
  EXPECT_EQ(JsonString("a\n\t\\\x01"), R"("a\n\t\\\u0001")");
}

TEST(Digest, DoesNotDependOnLayout) {
  const auto model = Parse(kSmall);
  const auto other = Parse(R"(# another layout of the same file
engagement: { with: ["owner"], every: P1W }
documentation: [{ reviewed: '2026-02-03', title: { fr: T, en: T }, path: "d.md", owner: owner, id: d }]
sharing: [ ]
systems: [{ agency: transport, internet: true, id: web, kind: web-application }]
people: [{ contact: owner@example.org, id: owner, role: owner }]
service: { jurisdictions: [ca, ca-on], id: s, organization: { fr: L’"O", en: O }, name: { en: S, fr: S }, environment: production, stage: alpha }
garant: 1
)");
  ASSERT_NE(model, nullptr);
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(Digest(*model, {}), Digest(*other, {}));
}

TEST(Digest, ChangesWithWhatIsSaid) {
  const auto model = Parse(kSmall);
  const auto reordered = Parse(Replace(kSmall, "[ca, ca-on]", "[ca-on, ca]"));
  const auto without = Parse(Replace(kSmall, "sharing: []\n", ""));
  const auto moved = Parse(Replace(kSmall, "stage: alpha", "stage: beta"));
  ASSERT_TRUE(model && reordered && without && moved);
  EXPECT_NE(Digest(*model, {}), Digest(*reordered, {}));
  EXPECT_NE(Digest(*model, {}), Digest(*without, {}));
  EXPECT_NE(Digest(*model, {"service"}), Digest(*moved, {"service"}));
  EXPECT_EQ(Digest(*model, {"people", "systems"}), Digest(*moved, {"systems", "people"}));
}

TEST(Digest, RefusesWhatIsNoSection) {
  const auto model = Parse(kSmall);
  ASSERT_NE(model, nullptr);
  const auto digest = model->DigestOf({"people", "peolpe"});
  ASSERT_FALSE(digest);
  EXPECT_NE(digest.error().message.en.find("'peolpe' is not a section"), std::string::npos);
}

TEST(Model, RefusesWhatIsNoText) {
  const auto bytes = Complaints(std::string_view("\x1f\x8b\x08\x00garant\xff\xfe", 13));
  ASSERT_EQ(bytes.size(), 1U);
  EXPECT_NE(bytes[0].message.en.find("UTF-8"), std::string::npos);
  EXPECT_EQ(Complaints(std::string_view("garant: 1\0\n", 11)).size(), 1U);
  EXPECT_EQ(Complaints("\xEF\xBB\xBF").size(), 1U);
}

TEST(Model, RefusesWhatIsTooLarge) {
  const auto large = Complaints(std::string(9U << 20U, '#'));
  ASSERT_EQ(large.size(), 1U);
  EXPECT_NE(large[0].message.en.find("bytes, more than"), std::string::npos);
  const auto deep = Complaints("garant: " + std::string(10'000, '['));
  ASSERT_FALSE(deep.empty());
  EXPECT_NE(deep.back().message.en.find("too deeply nested"), std::string::npos);
}

TEST(Model, QuotesNothingThatSteersATerminal) {
  const auto complaints =
      Complaints(Replace(kSmall, "stage: alpha", "stage: \"\\e[31m\\n\\0\\x7f\""));
  for (const base::Diagnostic& complaint : complaints)
    for (const char c : complaint.message.en + complaint.message.fr)
      EXPECT_TRUE(static_cast<uint8_t>(c) >= 0x20 && c != 0x7F);
}

TEST(Model, QuotesNoSecret) {
  const std::string secret = "hunter2";
  for (const char* line :
       {"stores: [{ id: a, system: web, engine: sqlite, connect: 'mysql://u:hunter2@h', holds: [] "
        "}]\n",
        "stores: [{ id: a, system: web, engine: sqlite, connect: hunter2, holds: [] }]\n"})
    for (const base::Diagnostic& complaint : Complaints(std::string(kSmall) + line)) {
      EXPECT_EQ(complaint.message.en.find(secret), std::string::npos);
      EXPECT_EQ(complaint.message.fr.find(secret), std::string::npos);
    }
}

// Many faults, each looking for its nearest: the work stays in proportion (this ends at once, or
// not within the life of a test).
TEST(Model, KeepsPaceWithAHostileFile) {
  std::string text(kSmall);
  text += "flows:\n";
  for (int i = 0; i < 4'000; ++i)
    text += "  - { from: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + std::to_string(i) +
            ", to: web, data: [none], over: https }\n";
  text += "stores:\n";
  for (int i = 0; i < 2'000; ++i)
    text += "  - { id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" + std::to_string(i) +
            ", system: web, engine: sqlite, holds: [] }\n";
  EXPECT_EQ(Complaints(text).size(), 4'000U);
}

}  // namespace
}  // namespace garant::service

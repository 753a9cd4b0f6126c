#include "trail/entry/observation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "trail/append/memory_trail.h"
#include "trail/entry/allowed_facts.h"

namespace garant::trail {
namespace {

Observation Plain() {
  Observation observation;
  observation.kind = "http-plain";
  observation.subject = "permits.example:80";
  observation.vantage = Vantage::kOutside;
  observation.method = "harden.probe";
  observation.version = 2;
  observation.time = *base::ParseTime("2026-11-23T20:30:00Z");
  observation.numerator = 3;
  observation.denominator = 4;
  observation.facts = {{"answers", true}, {"redirects", false}, {"status", int64_t{301}}};
  return observation;
}

Entry Recorded(const Draft& draft) {
  MemoryTrail trail;
  EXPECT_TRUE(trail.Append({&draft, 1}));
  return trail.entries().at(0);
}

bool operator==(const Observation& a, const Observation& b) {
  return a.kind == b.kind && a.subject == b.subject && a.vantage == b.vantage &&
         a.method == b.method && a.version == b.version && a.time == b.time &&
         a.numerator == b.numerator && a.denominator == b.denominator && a.facts == b.facts &&
         a.entry == b.entry;
}

TEST(Observation, RoundTripsThroughAnEntry) {
  for (const Vantage vantage : {Vantage::kOutside, Vantage::kLoopback, Vantage::kInside}) {
    Observation observation = Plain();
    observation.vantage = vantage;
    const auto draft = ToDraft(observation, "parking-permits");
    ASSERT_TRUE(draft) << draft.error().message.en;
    const auto back = FromEntry(Recorded(*draft));
    ASSERT_TRUE(back) << back.error().message.en;
    EXPECT_TRUE(*back == observation);
  }
}

// Each kind of the table, with every attribute that it names.
TEST(Observation, RoundTripsForEveryKind) {
  for (const ObservationKind& kind : ObservationKinds()) {
    Observation observation = Plain();
    observation.kind = kind.name;
    observation.facts.clear();
    for (const AttributeKind& attribute : kind.attributes) {
      EXPECT_FALSE(attribute.name.starts_with('@'));
      FactValue value = true;
      if (attribute.type == FactType::kInt || attribute.type == FactType::kTime)
        value = int64_t{-5};
      if (attribute.type == FactType::kText) value = std::string("text");
      if (attribute.type == FactType::kTextList) value = std::vector<std::string>{"b", "a"};
      observation.facts.push_back({std::string(attribute.name), value});
    }
    std::ranges::sort(observation.facts, {}, &Fact::name);
    const auto draft = ToDraft(observation, "s");
    ASSERT_TRUE(draft) << kind.name << ": " << draft.error().message.en;
    const auto back = FromEntry(Recorded(*draft));
    ASSERT_TRUE(back) << kind.name << ": " << back.error().message.en;
    EXPECT_TRUE(*back == observation) << kind.name;
  }
}

TEST(Observation, RefusesWhatTheTableDoesNotName) {
  const auto refuses = [](auto change) {
    Observation observation = Plain();
    change(observation);
    return !ToDraft(observation, "s").has_value();
  };
  EXPECT_FALSE(refuses([](Observation&) {}));
  EXPECT_TRUE(refuses([](Observation& o) { o.kind = "act"; }));
  EXPECT_TRUE(refuses([](Observation& o) { o.kind = "unheard-of"; }));
  EXPECT_TRUE(refuses([](Observation& o) { o.facts.push_back({"cookie", std::string("v")}); }));
  EXPECT_TRUE(refuses([](Observation& o) { o.facts[0].value = int64_t{1}; }));
  EXPECT_TRUE(refuses([](Observation& o) { o.facts.push_back(o.facts[0]); }));
  EXPECT_TRUE(refuses([](Observation& o) { o.facts.push_back({"@subject", std::string("x")}); }));
  EXPECT_TRUE(refuses([](Observation& o) { o.subject.clear(); }));
  EXPECT_TRUE(refuses([](Observation& o) { o.method.clear(); }));
  EXPECT_TRUE(refuses([](Observation& o) { o.numerator = 5; }));
}

TEST(Observation, RefusesEntriesThatAreNone) {
  const Entry sound = Recorded(*ToDraft(Plain(), "s"));
  const auto refuses = [&sound](auto change) {
    Entry entry = sound;
    change(entry);
    return !FromEntry(entry).has_value();
  };
  EXPECT_FALSE(refuses([](Entry&) {}));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.kind = "act"; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.kind = "http-cookie"; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.source.clear(); }));
  for (const char* name : {"@subject", "@vantage", "@version", "@numerator", "@denominator"}) {
    EXPECT_TRUE(refuses([name](Entry& e) {
      std::erase_if(e.header.facts, [name](const Fact& fact) { return fact.name == name; });
    })) << name;
    EXPECT_TRUE(refuses([name](Entry& e) {
      for (Fact& fact : e.header.facts)
        if (fact.name == name) fact.value = int64_t{-1};
    })) << name;
  }
  EXPECT_TRUE(refuses([](Entry& e) {
    for (Fact& fact : e.header.facts)
      if (fact.name == "@vantage") fact.value = std::string("above");
  }));
}

constexpr std::string_view kTypeNames[] = {"yes/no", "number", "text", "texts", "moment"};

std::string KindsForThePage() {
  std::string out = "`GARANT_WRITE_PAGES=1`.\n";
  for (const ObservationKind& kind : ObservationKinds()) {
    out += "\n### `" + std::string(kind.name) + "`\n\nWhat it says: " + std::string(kind.about) +
           ". Subject: " + std::string(kind.subject) + ". Made by: " +
           (kind.observer.empty() ? "nothing in this version"
                                  : "`" + std::string(kind.observer) + "`") +
           "." + (kind.needs_outside ? " From loopback it proves nothing, save in a trial." : "") +
           "\n\n| attribute | type | says |\n|---|---|---|\n";
    for (const AttributeKind& attribute : kind.attributes)
      out += "| `" + std::string(attribute.name) + "` | " +
             std::string(kTypeNames[static_cast<size_t>(attribute.type)]) + " | " +
             std::string(attribute.about) + " |\n";
  }
  return out;
}

TEST(ObservationKinds, StandOnTheirPageAsInTheTable) {
  const std::string path = std::string(GARANT_SOURCE_DIR) + "/docs/formats/observations.md";
  const std::string expected = KindsForThePage();
  std::string page = *base::ReadFile(path);
  const size_t start = page.find(expected.substr(0, expected.find('\n') + 1));
  ASSERT_NE(start, std::string::npos);
  if (std::getenv("GARANT_WRITE_PAGES") != nullptr) {
    ASSERT_TRUE(base::WriteFileDurably(path, page.substr(0, start) + expected));
    page = *base::ReadFile(path);
  }
  EXPECT_EQ(page.substr(start), expected)
      << "write the page anew: GARANT_WRITE_PAGES=1 garant_trail_test";
}

}  // namespace
}  // namespace garant::trail

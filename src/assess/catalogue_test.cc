#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "assess/assess.h"
#include "assess/cases.h"
#include "proof/facts.h"

// Every standard in standards/ is read, and its cases are run. GARANT_STANDARD=folder runs one
// other.
namespace garant::assess {
namespace {

std::vector<std::string> Folders() {
  if (const char* one = std::getenv("GARANT_STANDARD")) return {one};
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator("standards"))
    if (entry.is_directory()) folders.push_back(entry.path().string());
  for (const auto& entry : std::filesystem::directory_iterator("tests/standards"))
    if (entry.is_directory()) folders.push_back(entry.path().string());
  return folders;
}

std::string Told(const base::Diagnostics& diagnostics) {
  std::string told;
  for (const base::Diagnostic& one : diagnostics)
    told += one.ToString(base::Language::kEnglish) + "\n";
  return told;
}

TEST(Catalogue, EveryCaseComesOutAsItSays) {
  for (const std::string& folder : Folders()) {
    base::Diagnostics diagnostics;
    const auto standard = standard::Load(folder, proof::FactTypes::Get(), diagnostics);
    ASSERT_NE(standard, nullptr) << Told(diagnostics);
    const auto results = RunCases(*standard, folder, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << Told(diagnostics);
    EXPECT_FALSE(results.empty()) << folder << " has no cases";
    for (const CaseResult& result : results)
      EXPECT_TRUE(result.passed) << result.where.ToString() << ": " << result.proof << " ("
                                 << result.name << "): expected " << StateName(result.expected)
                                 << ", got " << StateName(result.got) << ":\n"
                                 << result.why;
    std::string untested;
    for (const std::string& proof : Untested(*standard, results)) untested += " " + proof;
    EXPECT_EQ(untested, "") << "proofs without a case that is met and one that is not";
  }
}

constexpr const char* kBareService = R"(garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: live
  environment: production
  organization: { en: City, fr: Ville }
  jurisdictions: [ca, ca-on]
people: [ { id: owner, role: owner, contact: a@example.org } ]
systems: [ { id: web, kind: web-application, agency: A, internet: true } ]
)";

size_t Times(std::string_view text, std::string_view word) {
  size_t times = 0;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    ++times;
  return times;
}

// An item that a proof takes an act of, beside its own, may be the one asked for.
TEST(Catalogue, NoReasonNamesAnItemTwice) {
  for (const std::string& folder : Folders()) {
    base::Diagnostics diagnostics;
    const auto standard = standard::Load(folder, proof::FactTypes::Get(), diagnostics);
    ASSERT_NE(standard, nullptr) << Told(diagnostics);
    const auto model = service::Model::Parse(kBareService, "garant.yaml", diagnostics);
    ASSERT_NE(model, nullptr) << Told(diagnostics);
    const Options options{
        .as_of = *base::ParseTime("2026-11-23T12:00:00Z"), .stage = {}, .trust = {}};
    const proof::ServiceFacts facts(*model,
                                    {.observations = {}, .acts = {}, .as_of = options.as_of});
    const Judgement judgement = Assess(*standard, facts, options);
    size_t reasons = 0;
    for (size_t item = 0; item < standard->items.size(); ++item)
      for (const auto& proof : Explain(*standard, facts, options, judgement, item).proofs)
        for (const Reason& reason : proof.reasons) {
          ++reasons;
          for (const standard::Item& named : standard->items)
            for (const std::string& text : {reason.text.en, reason.text.fr})
              EXPECT_LE(Times(text, named.id), 1U) << proof.id << ": " << text;
        }
    EXPECT_GT(reasons, 0U) << folder;
  }
}

}  // namespace
}  // namespace garant::assess

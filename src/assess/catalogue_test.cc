#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

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

}  // namespace
}  // namespace garant::assess

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "service/model.h"

// Each src/service/cases/*.yaml is a service file; the comments at its end say which complaints it
// earns, in both languages and in file order: `# en 3:5: …`, `# fr 3:5: …`. With GARANT_UPDATE=1
// the comments are written anew: read the difference before you keep it.
namespace garant::service {
namespace {

constexpr std::string_view kExpectations = "# expect\n";

std::vector<std::string> CaseFiles() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(GARANT_SOURCE_DIR "/src/service/cases"))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

std::string Written(const base::Diagnostics& complaints) {
  std::string text(kExpectations);
  for (const base::Diagnostic& complaint : complaints) {
    const std::string place =
        std::to_string(complaint.where.line) + ":" + std::to_string(complaint.where.column) + ": ";
    text += "# en " + place + complaint.message.en + "\n";
    text += "# fr " + place + complaint.message.fr + "\n";
  }
  return text;
}

class Case : public testing::TestWithParam<std::string> {};

TEST_P(Case, EarnsItsComplaints) {
  const std::string path = GARANT_SOURCE_DIR "/src/service/cases/" + GetParam() + ".yaml";
  const auto content = base::ReadFile(path);
  ASSERT_TRUE(content) << content.error().message.en;
  const size_t end = content->find(kExpectations);
  const std::string text = content->substr(0, end);
  base::Diagnostics complaints;
  const auto model = Model::Parse(text, GetParam() + ".yaml", complaints);
  EXPECT_EQ(model == nullptr, !complaints.empty());
  for (const base::Diagnostic& complaint : complaints) {
    EXPECT_EQ(complaint.where.file, GetParam() + ".yaml");
    EXPECT_FALSE(complaint.message.en.empty());
    EXPECT_NE(complaint.message.en, complaint.message.fr);
  }
  if (std::getenv("GARANT_UPDATE") != nullptr) {
    ASSERT_TRUE(base::WriteFileDurably(path, text + Written(complaints)));
    return;
  }
  ASSERT_NE(end, std::string::npos) << "the case does not say what it expects";
  EXPECT_EQ(content->substr(end), Written(complaints));
}

INSTANTIATE_TEST_SUITE_P(Files, Case, testing::ValuesIn(CaseFiles()), [](const auto& name) {
  std::string word = name.param;
  std::replace(word.begin(), word.end(), '-', '_');
  return word;
});

}  // namespace
}  // namespace garant::service

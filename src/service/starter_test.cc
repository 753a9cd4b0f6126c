#include <gtest/gtest.h>

#include <algorithm>

#include "service/model.h"

namespace garant::service {
namespace {

TEST(Starter, IsValidInBothLanguages) {
  for (const auto language : {base::Language::kEnglish, base::Language::kFrench}) {
    const std::string text = StarterFile("dog-licences", language);
    base::Diagnostics complaints;
    const auto model = Model::Parse(text, "garant.yaml", complaints);
    for (const base::Diagnostic& complaint : complaints)
      ADD_FAILURE() << complaint.ToString(base::Language::kEnglish);
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->id(), "dog-licences");
    EXPECT_EQ(model->stage(), "alpha");
    EXPECT_TRUE(model->trial());
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 120);
  }
}

TEST(Starter, DiffersInItsCommentsOnly) {
  const auto digest = [](base::Language language) {
    base::Diagnostics complaints;
    return *Model::Parse(StarterFile("s", language), "s.yaml", complaints)->DigestOf({});
  };
  EXPECT_NE(StarterFile("s", base::Language::kEnglish), StarterFile("s", base::Language::kFrench));
  EXPECT_EQ(digest(base::Language::kEnglish), digest(base::Language::kFrench));
}

}  // namespace
}  // namespace garant::service

#include "base/yaml.h"

#include <gtest/gtest.h>

namespace garant::base {
namespace {

TEST(Yaml, KeepsPositionsAndOrder) {
  Diagnostics complaints;
  const YamlNode root = ParseYaml("a: 1\nb:\n  - x\n  - 'y'\n", "f.yaml", complaints);
  EXPECT_TRUE(complaints.empty());
  ASSERT_EQ(root.members.size(), 2U);
  const YamlNode* list = root.Find("b");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[1].where, (Where{"f.yaml", 4, 5}));
  EXPECT_TRUE(list->items[0].plain);
  EXPECT_FALSE(list->items[1].plain);
}

TEST(Yaml, ComplainsOfWhatAReaderCouldMistake) {
  const auto complaints_of = [](std::string_view text) {
    Diagnostics complaints;
    (void)ParseYaml(text, "f.yaml", complaints);
    return complaints;
  };
  EXPECT_EQ(complaints_of("a: 1\na: 2\n").size(), 1U);
  EXPECT_EQ(complaints_of("a: &x 1\nb: *x\n").size(), 2U);
  EXPECT_EQ(complaints_of("a: !!python/object 1\n").size(), 1U);
  EXPECT_EQ(complaints_of("a: 1\n---\nb: 2\n").size(), 1U);
  EXPECT_EQ(complaints_of("a: [1, 2\n").size(), 1U);
  EXPECT_EQ(complaints_of("a: r\xe9\n").size(), 1U);
  EXPECT_EQ(complaints_of(std::string(1000, '[')).size(), 1U);
  EXPECT_TRUE(complaints_of("").empty());
}

}  // namespace
}  // namespace garant::base

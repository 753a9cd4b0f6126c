#include "trail/tree/tile_path.h"

#include <gtest/gtest.h>

namespace garant::trail {
namespace {

TEST(TilePath, HasTheSpellingsOfTheSpecification) {
  const std::pair<const char*, TilePath> kCases[] = {
      {"tile/0/000", {.level = 0, .number = 0}},
      {"tile/0/x001/x234/067", {.level = 0, .number = 1'234'067}},
      {"tile/63/999", {.level = 63, .number = 999}},
      {"tile/1/x001/000.p/17", {.level = 1, .number = 1000, .width = 17}},
      {"tile/entries/x005/123.p/255", {.entries = true, .number = 5123, .width = 255}},
      {"tile/entries/000", {.entries = true, .number = 0}},
      {"tile/0/x018/x446/x744/x073/x709/x551/615", {.number = UINT64_MAX}},
  };
  for (const auto& [text, path] : kCases) {
    EXPECT_EQ(path.ToString(), text);
    EXPECT_EQ(TilePath::Parse(text), path) << text;
  }
}

TEST(TilePath, RefusesEveryOtherSpelling) {
  for (const char* text : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/+1/000",
                           "tile/x/000",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/0/x000",
                           "tile/0/x000/001",
                           "tile/0/001/002",
                           "tile/0/x001/x002",
                           "tile/0/x01/002",
                           "tile/0/00a",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/+1",
                           "tile/0/000.p/1/",
                           "tile/0/000.p/1.p/1",
                           "tile/0/000/",
                           "/tile/0/000",
                           "tile//000",
                           "tile/0//000",
                           "tile/Entries/000",
                           "tile/entries/",
                           "tile/0/000 ",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
                           "tile/8/0/000",
                           "tile/0/..",
                           "tile/0/X001/234",
                           "tile/0/x-01/234"})
    EXPECT_FALSE(TilePath::Parse(text)) << text;
}

TEST(TilePath, RoundTrips) {
  uint64_t number = 1;
  for (int i = 0; i < 64; ++i, number = number * 3 + 7) {
    const TilePath path{
        .level = static_cast<unsigned>(i), .number = number, .width = static_cast<unsigned>(1 + i)};
    EXPECT_EQ(TilePath::Parse(path.ToString()), path);
  }
}

}  // namespace
}  // namespace garant::trail

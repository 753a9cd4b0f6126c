#include "trail/keys/subjects.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace garant::trail {
namespace {

Key Id(uint64_t number) {
  return HmacSha256({}, {base::ByteView(reinterpret_cast<const uint8_t*>(&number), 8)});
}

// Against a std::map, over many thousands of persons who come and go.
TEST(Subjects, AreFoundUntilTheyAreErased) {
  SubjectTable table;
  std::map<uint64_t, SubjectRow> known;
  std::mt19937 random(7);
  for (int step = 0; step < 20'000; ++step) {
    const uint64_t number = random() % 6000;
    const bool there = known.contains(number);
    ASSERT_EQ(table.Find(Id(number)) != nullptr, there) << step;
    if (there && random() % 3 == 0) {
      EXPECT_TRUE(table.Erase(Id(number), {}));
      known.erase(number);
    } else if (!there) {
      known[number] = table.Add(Id(number));
    }
  }
  EXPECT_EQ(table.size(), known.size());
  for (const auto& [number, row] : known) {
    ASSERT_NE(table.Find(Id(number)), nullptr);
    EXPECT_EQ(*table.Find(Id(number)), row);
  }
  for (const SubjectPage& page : table.pages()) EXPECT_LE(page.rows.size(), kRowsPerPage);
  EXPECT_FALSE(table.Erase(Id(6001), {}));
}

TEST(Subjects, AreInPagesOfAThousandAndOneNewPersonChangesOne) {
  SubjectTable table;
  for (uint64_t number = 0; number < 2500; ++number) table.Add(Id(number));
  ASSERT_EQ(table.pages().size(), 3U);
  EXPECT_EQ(table.pages()[2].rows.size(), 500U);
  for (SubjectPage& page : table.pages()) page.changed = false;
  table.Add(Id(2500));
  EXPECT_FALSE(table.pages()[0].changed || table.pages()[1].changed);
  EXPECT_TRUE(table.pages()[2].changed);
  table.pages()[2].changed = false;
  EXPECT_TRUE(table.Erase(Id(3), {}));
  EXPECT_TRUE(table.pages()[0].changed);
  EXPECT_FALSE(table.pages()[2].changed);
}

TEST(Subjects, LeaveOnlyWhatIsHeld) {
  SubjectTable table;
  const SubjectRow row = table.Add(Id(1));
  EXPECT_TRUE(table.Erase(Id(1), {"a", "b"}));
  EXPECT_EQ(table.Find(Id(1)), nullptr);
  ASSERT_EQ(table.pages()[0].held.size(), 1U);
  const HeldRow& held = table.pages()[0].held[0];
  EXPECT_EQ(held.record, row.record);
  EXPECT_EQ(held.keys, (std::vector<HeldKey>{{"a", CategoryKey(row.root, "a")},
                                             {"b", CategoryKey(row.root, "b")}}));
  EXPECT_FALSE(table.KeepHeld(row.record, {"a", "b"}));
  EXPECT_TRUE(table.KeepHeld(row.record, {"b"}));
  EXPECT_EQ(table.pages()[0].held[0].keys.size(), 1U);
  EXPECT_TRUE(table.KeepHeld(row.record, {}));
  EXPECT_TRUE(table.pages()[0].held.empty());
  EXPECT_NE(table.Add(Id(1)).root, row.root) << "who comes back is somebody new";
}

TEST(Subjects, RefuseAPersonInTwoPages) {
  SubjectTable table;
  SubjectPage page;
  page.rows.push_back({Id(1), Id(2), {}});
  EXPECT_TRUE(table.AddPage(page));
  EXPECT_FALSE(table.AddPage(page));
}

}  // namespace
}  // namespace garant::trail

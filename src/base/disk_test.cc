#include "base/disk.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/test_folder.h"

namespace garant::base {
namespace {

constexpr size_t kBytes = size_t{9} << 20U;  // let go of in three steps

class TheDisk : public TestFolder {
 protected:
  TheDisk() { EXPECT_TRUE(WriteFileDurably(Path("large"), std::string(kBytes, 'x'))); }
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_ + "/" + name; }
};

TEST_F(TheDisk, RemovesALargeFileAndGivesItsRoomBack) {
  std::ifstream open(Path("large"), std::ios::binary);
  ASSERT_TRUE(open.is_open());
  auto removed = SystemDisk().RemoveLarge(Path("large"));
  ASSERT_TRUE(removed);
  EXPECT_FALSE(Exists(Path("large")));
  removed->GiveRoomBack();
  EXPECT_EQ(open.get(), std::ifstream::traits_type::eof()) << "held open, it takes no room";
}

TEST_F(TheDisk, LeavesAloneWhatAnotherNameHolds) {
  std::filesystem::create_hard_link(Path("large"), Path("kept"));
  auto removed = SystemDisk().RemoveLarge(Path("large"));
  ASSERT_TRUE(removed);
  removed->GiveRoomBack();
  EXPECT_FALSE(Exists(Path("large")));
  EXPECT_EQ(std::filesystem::file_size(Path("kept")), kBytes);
}

TEST_F(TheDisk, HoldsWhatItDropsFromTheCache) {
  const std::string text(kBytes, 'y');
  const auto file = SystemDisk().Open(Path("new"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->WriteAt(0, AsBytes(text)));
  (*file)->DropCached(0, kBytes);  // not synced: it stays, in whole or in part
  EXPECT_EQ(*ReadFile(Path("new"), kBytes), text);
  ASSERT_TRUE((*file)->Sync());
  (*file)->DropCached(0, kBytes);
  EXPECT_EQ(*ReadFile(Path("new"), kBytes), text);
}

TEST_F(TheDisk, RemovesWhatIsNotThere) {
  auto removed = SystemDisk().RemoveLarge(Path("other"));
  ASSERT_TRUE(removed);
  removed->GiveRoomBack();
}

}  // namespace
}  // namespace garant::base

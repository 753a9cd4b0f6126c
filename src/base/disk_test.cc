#include "base/disk.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"

namespace garant::base {
namespace {

constexpr size_t kBytes = size_t{9} << 20U;  // let go of in three steps

class Disk : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = testing::TempDir() + "disk-XXXXXX";
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    folder_ = made;
    ASSERT_TRUE(WriteFileDurably(Path("large"), std::string(kBytes, 'x')));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
};

TEST_F(Disk, RemovesALargeFileAndGivesItsRoomBack) {
  std::ifstream open(Path("large"), std::ios::binary);
  ASSERT_TRUE(open.is_open());
  ASSERT_TRUE(SystemDisk().RemoveLarge(Path("large")));
  EXPECT_FALSE(Exists(Path("large")));
  EXPECT_EQ(open.peek(), std::ifstream::traits_type::eof()) << "held open, it takes no room";
}

TEST_F(Disk, LeavesAloneWhatAnotherNameHolds) {
  std::filesystem::create_hard_link(Path("large"), Path("kept"));
  ASSERT_TRUE(SystemDisk().RemoveLarge(Path("large")));
  EXPECT_FALSE(Exists(Path("large")));
  EXPECT_EQ(std::filesystem::file_size(Path("kept")), kBytes);
}

TEST_F(Disk, RemovesWhatIsNotThere) { EXPECT_TRUE(SystemDisk().RemoveLarge(Path("other"))); }

}  // namespace
}  // namespace garant::base

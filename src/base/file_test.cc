#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/test_folder.h"

namespace garant::base {
namespace {

class FileTest : public TestFolder {};

TEST_F(FileTest, WritesDurablyAndReadsBack) {
  ASSERT_TRUE(MakeFolder(folder_ + "/a/b"));
  const std::string path = folder_ + "/a/b/secret";
  ASSERT_TRUE(WriteFileDurably(path, "one", FileMode::kPrivate));
  ASSERT_TRUE(WriteFileDurably(path, "two", FileMode::kPrivate));
  EXPECT_EQ(*ReadFile(path), "two");
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_FALSE(Exists(path + ".new"));
}

TEST_F(FileTest, ListsTheNamesInAFolder) {
  for (const char* name : {"b", "é", "a", ".c"})
    ASSERT_TRUE(WriteFileDurably(folder_ + "/" + name, ""));
  ASSERT_TRUE(MakeFolder(folder_ + "/d"));
  EXPECT_THAT(*NamesIn(folder_), testing::ElementsAre(".c", "a", "b", "d", "é"));
  EXPECT_THAT(*NamesIn(folder_ + "/d"), testing::IsEmpty());
  EXPECT_EQ(NamesIn(folder_ + "/e").error().code, Code::kNotFound);
  EXPECT_EQ(NamesIn(folder_ + "/a").error().code, Code::kIo);
}

TEST_F(FileTest, WritesThroughNeitherALinkNorALeftOver) {
  const std::string path = folder_ + "/secret";
  ASSERT_TRUE(WriteFileDurably(folder_ + "/other", "other"));
  std::filesystem::create_symlink(folder_ + "/other", path + ".new");
  ASSERT_TRUE(WriteFileDurably(path, "mine", FileMode::kPrivate));
  EXPECT_EQ(*ReadFile(folder_ + "/other"), "other");
  ASSERT_TRUE(WriteFileDurably(path + ".new", "left open to all"));
  ASSERT_TRUE(WriteFileDurably(path, "mine", FileMode::kPrivate));
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(FileTest, PutsNoFileInThePlaceOfADevice) {
  ASSERT_EQ(::mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  const auto written = WriteFileDurably(folder_ + "/pipe", "text");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kIo);
  EXPECT_FALSE(WriteFileDurably(folder_, "text"));
}

TEST_F(FileTest, NamesThePathAndTheReason) {
  const auto missing = ReadFile(folder_ + "/none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_NE(missing.error().message.en.find(folder_ + "/none"), std::string::npos);
  EXPECT_THAT(missing.error().message.fr,
              ::testing::StartsWith("impossible d’ouvrir " + folder_ + "/none : aucun fichier"));
  EXPECT_EQ(SystemText(ENOENT).en, std::strerror(ENOENT));
  EXPECT_EQ(SystemText(EXDEV).fr, std::strerror(EXDEV)) << "what has no French of ours stays";
  ASSERT_TRUE(MakeFolder(folder_));
  EXPECT_FALSE(ReadFile(folder_));
}

TEST_F(FileTest, RefusesWhatIsTooLarge) {
  ASSERT_TRUE(MakeFolder(folder_));
  ASSERT_TRUE(WriteFileDurably(folder_ + "/large", std::string(100, 'x')));
  EXPECT_TRUE(ReadFile(folder_ + "/large", 100));
  EXPECT_FALSE(ReadFile(folder_ + "/large", 99));
  // Of a file that claims to be huge nothing is read, nor is room made for it.
  std::filesystem::resize_file(folder_ + "/large", uintmax_t{1} << 40U);
  EXPECT_FALSE(ReadFile(folder_ + "/large"));
}

}  // namespace
}  // namespace garant::base

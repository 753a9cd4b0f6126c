#include "base/removed_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/file.h"
#include "base/test_folder.h"

namespace garant::base {
namespace {

constexpr size_t kBytes = size_t{9} << 20U;

class TheRemovedFiles : public TestFolder {
 protected:
  // Removes one that is held open.
  std::ifstream Remove(RemovedFiles& files, const std::string& name) {
    const std::string path = folder_ + "/" + name;
    EXPECT_TRUE(WriteFileDurably(path, std::string(kBytes, 'x')));
    std::ifstream open(path, std::ios::binary);
    auto removed = SystemDisk().RemoveLarge(path);
    EXPECT_TRUE(removed);
    EXPECT_FALSE(Exists(path));
    files.Add(*std::move(removed));
    return open;
  }
};

TEST_F(TheRemovedFiles, GiveTheirRoomBack) {
  RemovedFiles files;
  files.Wait();
  std::vector<std::ifstream> open;
  for (const char* name : {"a", "b", "c", "d", "e"}) open.push_back(Remove(files, name));
  files.Wait();
  for (std::ifstream& one : open) EXPECT_EQ(one.get(), std::ifstream::traits_type::eof());
}

// How many files without a name this process holds.
size_t HeldWithoutName() {
  size_t held = 0;
  for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    held += std::filesystem::read_symlink(one, gone).string().ends_with("(deleted)") ? 1 : 0;
  }
  return held;
}

TEST_F(TheRemovedFiles, EndWithWhatIsLeft) {
  const size_t before = HeldWithoutName();
  {
    RemovedFiles files;
    for (const char* name : {"a", "b", "c"}) (void)Remove(files, name);
    EXPECT_GE(HeldWithoutName(), before + 1) << "three of 9 MB go in steps of 4";
  }
  EXPECT_EQ(HeldWithoutName(), before);
}

}  // namespace
}  // namespace garant::base

#include "base/file_watch.h"

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/test_folder.h"

namespace garant::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

class TheWatch : public TestFolder {
 protected:
  TheWatch() { EXPECT_TRUE(WriteFileDurably(folder_ + "/file", "one")); }
};

TEST_F(TheWatch, ReturnsWhenSomethingHappens) {
  const FileWatch watch(folder_, IN_MOVED_TO);
  ASSERT_TRUE(watch.works());
  std::thread other([&] { EXPECT_TRUE(WriteFileDurably(folder_ + "/file", "two")); });
  EXPECT_TRUE(watch.Wait(minutes(1)));
  other.join();
}

TEST_F(TheWatch, MissesNothingThatHappenedBeforeItWaits) {
  const FileWatch watch(folder_, IN_MOVED_TO);
  EXPECT_TRUE(WriteFileDurably(folder_ + "/file", "two"));
  EXPECT_TRUE(watch.Wait(minutes(1)));
  EXPECT_FALSE(watch.Wait(milliseconds(0))) << "it was told once";
}

TEST_F(TheWatch, TakesItsTimeWhereThereIsNothingToWatch) {
  const FileWatch watch(folder_ + "/none", IN_MODIFY);
  EXPECT_FALSE(watch.works());
  EXPECT_FALSE(watch.Wait(milliseconds(1)));
  EXPECT_FALSE(watch.Drain());
}

}  // namespace
}  // namespace garant::base

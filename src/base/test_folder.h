#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace garant::base {

// A folder of a test's own, since tests run beside each other; gone with it.
class TestFolder : public testing::Test {
 protected:
  TestFolder() {
    // mkdtemp writes over the capitals.
    std::string name = (std::filesystem::temp_directory_path() / "garant-base-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~TestFolder() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

}  // namespace garant::base

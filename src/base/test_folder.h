#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/scratch.h"

namespace garant::base {

// A folder of a test's own, since tests run beside each other; gone with it.
class TestFolder : public testing::Test {
 protected:
  TestFolder() { EXPECT_NE(folder_, ""); }

 private:
  Scratch scratch_;

 protected:
  const std::string& folder_ = scratch_.path();
};

}  // namespace garant::base

#include "standard/test_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace garant::standard {

TestFolder::TestFolder(std::initializer_list<std::pair<std::string, std::string>> files)
    : path_(testing::TempDir() + "garant-standard-XXXXXX") {
  EXPECT_NE(::mkdtemp(path_.data()), nullptr);
  for (const char* part : {"/items", "/proofs"}) std::filesystem::create_directory(path_ + part);
  for (const auto& [name, text] : files) std::ofstream(path_ + "/" + name) << text;
}

TestFolder::~TestFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace garant::standard

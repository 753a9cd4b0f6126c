#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace garant::ingest {

// A folder with a log that grows, gone with the test.
class TestFiles {
 public:
  TestFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "garant-ingest-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  TestFiles(const TestFiles&) = delete;
  TestFiles& operator=(const TestFiles&) = delete;
  ~TestFiles() {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] std::string log() const { return Path("log"); }

  void Append(const std::string& text, const std::string& name = "log") const {
    std::ofstream file(Path(name), std::ios::binary | std::ios::app);
    file << text;
    file.close();
    EXPECT_TRUE(file);
  }
  void Replace(const std::string& text, const std::string& name = "log") const {
    std::ofstream file(Path(name), std::ios::binary | std::ios::trunc);
    file << text;
  }
  void Rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(Path(from), Path(to));
  }

 private:
  std::string folder_;
};

}  // namespace garant::ingest

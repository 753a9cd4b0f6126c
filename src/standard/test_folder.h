#pragma once

#include <initializer_list>
#include <string>
#include <utility>

// A standard in a folder of its own, for tests: written on construction, gone on destruction.
namespace garant::standard {

class TestFolder {
 public:
  // Pairs of a path within the folder and what stands there.
  explicit TestFolder(std::initializer_list<std::pair<std::string, std::string>> files);
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace garant::standard

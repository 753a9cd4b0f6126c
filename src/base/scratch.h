#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace garant::base {

// A folder that goes when it does.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    std::string pattern = (std::filesystem::temp_directory_path(error) / "garant-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace garant::base

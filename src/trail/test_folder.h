#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.h"
#include "trail/keys.h"
#include "trail/trail.h"

namespace garant::trail {

// A trail and its root key in a new folder of their own, gone with the test.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "garant-trail-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    top_ = name;
    EXPECT_TRUE(CreateRootKey(root_key()));
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code error;
    std::filesystem::remove_all(top_, error);
  }

  [[nodiscard]] std::string root_key() const { return top_ + "/root.key"; }
  [[nodiscard]] std::string trail() const { return top_ + "/trail"; }
  [[nodiscard]] std::string File(const std::string& name) const { return trail() + "/" + name; }

  [[nodiscard]] base::Result<std::unique_ptr<Trail>> Open(
      std::chrono::milliseconds patience = {}) const {
    return Trail::OpenForWriting(trail(), root_key(), "permits.example", clock_, patience);
  }
  [[nodiscard]] std::string Read(const std::string& name) const {
    auto content = base::ReadFile(File(name));
    EXPECT_TRUE(content);
    return content ? *content : "";
  }
  void Write(const std::string& name, const std::string& content) const {
    std::ofstream file(File(name), std::ios::binary | std::ios::trunc);
    file << content;
    file.close();
    EXPECT_TRUE(file);
  }

  static Draft Example(const std::string& outcome) {
    Draft draft;
    draft.time = *base::ParseTime("2026-11-23T20:30:00Z");
    draft.kind = "request";
    draft.service = "permits";
    draft.outcome = outcome;
    draft.actor = Person{"idp", "clerk"};
    draft.sealed = {{KeyClass::kRecord, "act", {'h', 'i'}, {}}};
    return draft;
  }

 private:
  std::string top_;
  base::ManualClock clock_{*base::ParseTime("2026-11-23T20:30:00Z")};
};

}  // namespace garant::trail

#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "trail/append/trail.h"
#include "trail/keys/keys.h"

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
  // The log that a new trail begins with, within the trail's folder.
  static constexpr const char* kLog = "segments/00000000000000000000.log";
  // The names of all files but the lock, within the trail's folder.
  [[nodiscard]] std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::recursive_directory_iterator(trail()))
      if (file.is_regular_file() && file.path().filename() != "lock")
        names.push_back(std::filesystem::relative(file.path(), trail()).string());
    std::ranges::sort(names);
    return names;
  }
  // Segments of so few entries that a test can look at several.
  [[nodiscard]] static TrailSettings SmallLogs() {
    TrailSettings settings;
    settings.commit.log_entries = 300;
    return settings;
  }
  // Entries of two kinds by three people in some sessions, in batches of `batch`.
  void Fill(size_t entries, size_t batch = 100) const {
    auto trail = Open(SmallLogs());
    ASSERT_TRUE(trail) << trail.error().message.en;
    std::vector<Draft> drafts;
    for (size_t i = 0; i < entries; ++i) {
      drafts.push_back(Example(i % 5 == 0 ? "refused" : "passed"));
      Draft& draft = drafts.back();
      draft.time += std::chrono::seconds(i);
      draft.kind = i % 7 == 0 ? "event" : "request";
      draft.part = i % 2 == 0 ? "web" : "office";
      draft.actor = Person{"idp", "clerk " + std::to_string(i % 3)};
      draft.session = "session " + std::to_string(i / 10);
      draft.trace = "trace " + std::to_string(i);
      draft.categories = {"contact.email"};
      if (i % 11 == 0) draft.subjects = {{"idp", "resident"}, {"idp", "clerk 1"}};
      draft.sequence = i;
      if (drafts.size() < batch && i + 1 < entries) continue;
      ASSERT_TRUE((*trail)->Append(drafts));
      drafts.clear();
    }
    ASSERT_TRUE((*trail)->WaitForSealing());
  }

  [[nodiscard]] base::Result<std::unique_ptr<Trail>> Open(
      const TrailSettings& settings = {}) const {
    return Trail::OpenForWriting(trail(), root_key(), "permits.example", clock_, settings);
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

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/verify.h"

namespace garant::trail {

// Four entries in three batches.
class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    auto trail = folder_.Open();
    ASSERT_TRUE(trail);
    const Draft drafts[] = {TestFolder::Example("a"), TestFolder::Example("b")};
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_TRUE((*trail)->Append({drafts, 1}));
    ASSERT_TRUE((*trail)->Append({drafts, 1}));
    trail->reset();
    Remember();
    FindFrames();
    ASSERT_EQ(starts_.size(), 4U);
  }
  void Remember() {
    for (const std::string& name : folder_.Files()) sound_[name] = folder_.Read(name);
  }
  void FindFrames() {
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader);
    for (const LoadedLog::Place& place : reader->loaded().logs[0].log.places) {
      starts_.push_back(place.offset - 4);
      ends_.push_back(place.offset + place.size + 32);
    }
  }

  VerifyReport Check() {
    auto report = Verify(folder_.trail(), folder_.root_key(), sound_["log.vkey"]);
    EXPECT_TRUE(report) << report.error().message.en;
    return report ? *report : VerifyReport{};
  }
  // Whether some fault lies in `file`, in the given entry.
  static bool Found(const VerifyReport& report, const std::string& file,
                    std::optional<uint64_t> entry) {
    return std::ranges::any_of(report.faults, [&](const Fault& fault) {
      return fault.file == file && fault.entry == entry;
    });
  }
  static bool FoundAt(const VerifyReport& report, const std::string& file,
                      std::optional<uint64_t> entry, uint64_t offset) {
    return std::ranges::any_of(report.faults, [&](const Fault& fault) {
      return fault.file == file && fault.entry == entry && fault.offset == offset;
    });
  }
  static bool FoundIn(const VerifyReport& report, const std::string& file) {
    return std::ranges::any_of(report.faults,
                               [&](const Fault& fault) { return fault.file == file; });
  }
  // For the message of a test that fails.
  static std::string Said(const VerifyReport& report) {
    std::string said;
    for (size_t i = 0; i < std::min<size_t>(report.faults.size(), 5); ++i)
      said += "\n" + report.faults[i].ToString(base::Language::kEnglish);
    return said.empty() ? "\nno fault" : said;
  }
  // The frame that holds this byte of the log: as many entries behind the log's first.
  [[nodiscard]] std::optional<uint64_t> EntryAt(size_t offset) const {
    for (size_t i = 0; i < starts_.size(); ++i)
      if (offset >= starts_[i] && offset < ends_[i]) return i;
    return {};
  }
  [[nodiscard]] std::string FrameBytes(size_t i) const {
    return sound_.at(TestFolder::kLog).substr(starts_[i], ends_[i] - starts_[i]);
  }
  // The log with frame `i` replaced by another of the same length.
  [[nodiscard]] std::string WithFrame(size_t i, const std::string& frame) const {
    std::string log = sound_.at(TestFolder::kLog);
    EXPECT_EQ(frame.size(), ends_[i] - starts_[i]);
    return log.replace(starts_[i], frame.size(), frame);
  }

  TestFolder folder_;
  std::map<std::string, std::string> sound_;
  std::vector<size_t> starts_;  // of frames in the log
  std::vector<size_t> ends_;
};

}  // namespace garant::trail

#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/time.h"
#include "spool/reader.h"
#include "spool/writer.h"

namespace garant::spool {

// A folder for a spool, gone with the test.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "garant-spool-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> Names(const std::string& prefix) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      if (const std::string name = entry.path().filename().string(); name.starts_with(prefix))
        names.push_back(name);
    return names;
  }

  [[nodiscard]] std::unique_ptr<Writer> OpenWriter(uint64_t capacity = 64U << 10U) const {
    auto writer = Writer::Open(path_, capacity, clock_);
    EXPECT_TRUE(writer) << writer.error().message.en;
    return std::move(*writer);
  }
  [[nodiscard]] std::unique_ptr<Reader> OpenReader() const {
    auto reader = Reader::Open(path_);
    EXPECT_TRUE(reader) << reader.error().message.en;
    return std::move(*reader);
  }

  const base::ManualClock& clock() const { return clock_; }

 private:
  std::string path_;
  base::ManualClock clock_{*base::ParseTime("2026-11-23T20:30:00Z")};
};

// A payload of `length` bytes (at least 8) that says which it is, and whether it is whole.
inline base::Bytes Numbered(uint64_t number, size_t length = 8) {
  base::Bytes bytes(length);
  for (size_t i = 0; i < length; ++i)
    bytes[i] = static_cast<uint8_t>((number >> (8 * (i % 8))) ^ (i / 8));
  return bytes;
}
inline uint64_t NumberOf(const base::Bytes& bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number |= uint64_t{bytes[i]} << (8 * i);
  EXPECT_EQ(bytes, Numbered(number, bytes.size())) << "torn";
  return number;
}

inline void Write(Writer& writer, uint64_t number, size_t length = 8) {
  writer.Begin();
  writer.Finish(Numbered(number, length));
}

inline Batch TakeAll(Reader& reader) {
  auto batch = reader.Take(1'000'000);
  EXPECT_TRUE(batch) << batch.error().message.en;
  return batch ? std::move(*batch) : Batch{};
}

}  // namespace garant::spool

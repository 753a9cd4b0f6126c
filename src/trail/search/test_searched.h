#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "trail/store/reader.h"
#include "trail/store/test_folder.h"

namespace garant::trail {

// A trail that tests only read: three segments of which entries speak, and a log.
class SearchedTrail : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TestFolder>();
    folder_->Fill(1000);
    folder_->Fill(1);  // says what is indexed
    auto reader = TrailReader::Open(folder_->trail());
    ASSERT_TRUE(reader) << reader.error().message.en;
    reader_ = std::make_unique<TrailReader>(std::move(*reader));
    ASSERT_EQ(reader_->loaded().segments.size(), 3U);
    all_ = *reader_->ReadAll();
  }
  static void TearDownTestSuite() {
    reader_.reset();
    folder_.reset();
  }

  inline static std::unique_ptr<TestFolder> folder_;
  inline static std::unique_ptr<TrailReader> reader_;
  inline static std::vector<Entry> all_;
};

}  // namespace garant::trail

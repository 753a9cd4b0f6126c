#include "ingest/line_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ingest/test_files.h"

namespace garant::ingest {
namespace {

using Strings = std::vector<std::string>;

class LineFileTest : public testing::Test {
 protected:
  void Open(std::optional<uint64_t> taken = {}) {
    auto opened = OpenLineFile({files_.log(), files_.Path("place"), taken, linger_}, clock_);
    ASSERT_TRUE(opened) << opened.error().message.en;
    file_ = std::move(*opened);
  }
  // One Take and its LetGo; numbers are kept to look at.
  Strings Take() {
    auto batch = file_->Take(1000);
    EXPECT_TRUE(batch) << batch.error().message.en;
    Strings out;
    for (const SourceEvent& event : batch->events)
      out.push_back("<" + std::string(HappeningName(event.happening)) + ">");
    for (const Line& line : batch->lines) {
      out.push_back(line.bytes);
      numbers_.push_back(line.sequence);
    }
    EXPECT_TRUE(file_->LetGo());
    return out;
  }
  // Until nothing more comes at once.
  Strings TakeAll() {
    Strings all;
    for (int i = 0; i < 5; ++i)
      for (std::string& one : Take()) all.push_back(std::move(one));
    for (size_t i = 1; i < numbers_.size(); ++i) EXPECT_LT(numbers_[i - 1], numbers_[i]);
    return all;
  }

  TestFiles files_;
  base::ManualClock clock_{*base::ParseTime("2026-11-23T20:30:00Z")};
  base::Duration linger_{0};
  std::unique_ptr<LineSource> file_;
  std::vector<uint64_t> numbers_;
};

TEST_F(LineFileTest, RefusesTheFileOfAnotherSource) {
  const auto in_use = std::make_shared<FilesInUse>();
  const auto open = [&](const std::string& path, const std::string& place) {
    return OpenLineFile({path, files_.Path(place), {}, linger_, in_use}, clock_);
  };
  const auto taken = [](const base::Result<std::unique_ptr<LineSource>>& source) {
    const auto batch = (*source)->Take(10);
    return batch ? "taken" : batch.error().code == base::Code::kConflict ? "refused" : "failed";
  };
  files_.Append("one\n");
  ASSERT_EQ(::link(files_.log().c_str(), files_.Path("hard").c_str()), 0);
  ASSERT_EQ(::symlink(files_.log().c_str(), files_.Path("soft").c_str()), 0);
  auto first = open(files_.log(), "place");
  ASSERT_TRUE(first);
  EXPECT_STREQ(taken(first), "taken");
  for (const char* name : {"hard", "soft"}) {
    const auto other = open(files_.Path(name), std::string("place-") + name);
    ASSERT_TRUE(other) << "it is opened when it is there to be read";
    EXPECT_STREQ(taken(other), "refused") << name;
  }
  EXPECT_STREQ(taken(first), "taken") << "whose it is reads on";
  first->reset();
  EXPECT_STREQ(taken(open(files_.Path("hard"), "place-2")), "taken");
}

TEST_F(LineFileTest, FollowsAFileThatGrows) {
  Open();
  EXPECT_EQ(TakeAll(), Strings{}) << "there is none yet";
  files_.Append("one\ntw");
  EXPECT_EQ(TakeAll(), (Strings{"<found>", "one"}));
  EXPECT_EQ(TakeAll(), Strings{});
  files_.Append("o\nthree\n");
  EXPECT_EQ(TakeAll(), (Strings{"two", "three"}));
  EXPECT_EQ(numbers_, (std::vector<uint64_t>{0, 4, 8}));
}

TEST_F(LineFileTest, GoesOnWhereItClosed) {
  files_.Append("one\ntwo\nthr");
  Open();
  EXPECT_EQ(TakeAll(), (Strings{"<found>", "one", "two"}));
  ASSERT_TRUE(file_->Close());
  files_.Append("ee\n");
  Open(4);
  EXPECT_EQ(TakeAll(), Strings{"three"});
}

TEST_F(LineFileTest, LetsTheTrailSayWhatWasTakenWhereItWasKilled) {
  files_.Append("one\n");
  Open();
  TakeAll();
  ASSERT_TRUE(file_->Close());
  files_.Append("two\nthree\nfour\n");
  Open(8);  // killed after "three" was in the trail, before the place was kept
  EXPECT_EQ(TakeAll(), Strings{"four"});
  EXPECT_EQ(numbers_.back(), 14U);
}

TEST_F(LineFileTest, TakesAgainWhatWasNotLetGo) {
  files_.Append("one\ntwo\n");
  Open();
  ASSERT_TRUE(file_->Take(1000));
  Open();
  EXPECT_EQ(TakeAll(), (Strings{"one", "two"}));
}

TEST_F(LineFileTest, ReadsARotatedFileToItsEnd) {
  linger_ = std::chrono::seconds(2);
  files_.Append("one\n");
  Open();
  EXPECT_EQ(TakeAll(), (Strings{"<found>", "one"}));
  files_.Rename("log", "log.1");
  EXPECT_EQ(TakeAll(), Strings{});
  files_.Append("new\n");
  EXPECT_EQ(TakeAll(), Strings{}) << "the old one may grow still";
  files_.Append("late\nno end", "log.1");
  EXPECT_EQ(TakeAll(), Strings{"late"});
  clock_.Set(clock_.Now() + linger_);
  EXPECT_EQ(TakeAll(), (Strings{"no end", "<rotated>", "new"}));
  EXPECT_EQ(numbers_, (std::vector<uint64_t>{0, 4, 9, 15}));
  files_.Append("more\n");
  EXPECT_EQ(TakeAll(), Strings{"more"});
}

TEST_F(LineFileTest, FindsARotatedFileAgainAndThoseBetween) {
  files_.Append("one\n");
  Open();
  TakeAll();
  ASSERT_TRUE(file_->Close());
  files_.Append("two\n");
  files_.Rename("log", "log.2");
  const auto at = [&](const char* name, int seconds) {
    const timespec times[2] = {{0, UTIME_OMIT}, {1'795'000'000 + seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, files_.Path(name).c_str(), times, 0), 0);
  };
  files_.Append("three\n", "log.1");
  files_.Append("four\n");
  files_.Append("old\n", "log.3");
  files_.Append("other\n", "log.old");
  at("log.3", 1);
  at("log.2", 2);
  at("log.1", 3);
  Open(0);
  EXPECT_EQ(TakeAll(), (Strings{"two", "<rotated>", "three", "<rotated>", "four"}));
}

TEST_F(LineFileTest, SaysThatAFileWasCutShort) {
  files_.Append("one\ntwo\n");
  Open();
  TakeAll();
  files_.Replace("1\n");
  EXPECT_EQ(TakeAll(), (Strings{"<truncated>", "1"}));
  EXPECT_EQ(numbers_, (std::vector<uint64_t>{0, 4, 8}));
  files_.Append("2\n");
  EXPECT_EQ(TakeAll(), Strings{"2"});
}

TEST_F(LineFileTest, SaysThatAFileHasAnotherContent) {
  files_.Append("one\ntwo\n");
  Open();
  TakeAll();
  files_.Replace("three\nfour\nfive\n");
  EXPECT_EQ(TakeAll(), (Strings{"<truncated>", "three", "four", "five"}));
}

TEST_F(LineFileTest, NoticesThatBetweenTwoRunsToo) {
  files_.Append("one\ntwo\n");
  Open();
  TakeAll();
  ASSERT_TRUE(file_->Close());
  files_.Replace("three\nfour\nfive\n");
  Open(4);
  EXPECT_EQ(TakeAll(), (Strings{"<truncated>", "three", "four", "five"}));
  EXPECT_EQ(numbers_[2], 8U);
  ASSERT_TRUE(file_->Close());
  files_.Replace("6\n");
  Open(numbers_.back());
  EXPECT_EQ(TakeAll(), (Strings{"<truncated>", "6"}));
}

TEST_F(LineFileTest, NumbersBehindTheTrailWhereTheFileIsGone) {
  files_.Append("one\n");
  Open();
  TakeAll();
  ASSERT_TRUE(file_->Close());
  files_.Append("taken and never seen again\n");
  std::filesystem::remove(files_.log());
  files_.Append("new\n", "fresh");  // not the inode that was freed
  files_.Append("new\n");
  std::filesystem::remove(files_.log());
  files_.Rename("fresh", "log");
  Open(40);
  const Strings taken = TakeAll();
  // The new file may have been given the old one's inode.
  EXPECT_TRUE(taken.front() == "<lost>" || taken.front() == "<truncated>");
  EXPECT_EQ(taken.back(), "new");
  EXPECT_EQ(numbers_.back(), 41U);
}

TEST_F(LineFileTest, DoesNotGuessWhereThePlaceIsMissing) {
  files_.Append("one\n");
  const auto opened = OpenLineFile({files_.log(), files_.Path("place"), 0, {}}, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::Code::kConflict);
  for (const char* broken :
       {"", "garant-source/1\n", "garant-source/1\n1 2 3 4 5\n", "garant-source/2\n1 2 0 0 0 00\n",
        "garant-source/1\n1 2 0 0 1 "
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
        "garant-source/1\n1 2 18446744073709551615 0 0 "
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"}) {
    files_.Replace(broken, "place");
    const auto refused = OpenLineFile({files_.log(), files_.Path("place"), 0, {}}, clock_);
    ASSERT_FALSE(refused) << broken;
    EXPECT_EQ(refused.error().code, base::Code::kInvalid);
  }
}

TEST_F(LineFileTest, KeepsThePlaceAtMostOnceASecond) {
  files_.Append("one\n");
  Open();
  TakeAll();
  const std::string before = *base::ReadFile(files_.Path("place"));
  files_.Append("two\n");
  TakeAll();
  EXPECT_EQ(*base::ReadFile(files_.Path("place")), before);
  clock_.Set(clock_.Now() + std::chrono::seconds(1));
  TakeAll();
  EXPECT_NE(*base::ReadFile(files_.Path("place")), before);
}

}  // namespace
}  // namespace garant::ingest

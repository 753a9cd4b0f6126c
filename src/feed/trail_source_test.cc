#include "feed/trail_source.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "trail/store/test_folder.h"

namespace garant::feed {
namespace {

using trail::TestFolder;
using trail::TrailReader;

std::shared_ptr<const TrailReader> Open(const TestFolder& folder) {
  auto reader = TrailReader::Open(folder.trail());
  EXPECT_TRUE(reader) << reader.error().message.en;
  return std::make_shared<const TrailReader>(std::move(*reader));
}

base::Result<trail::Search> OfKind(const char* kind) {
  trail::Search search;
  if (kind != nullptr) search.all_of.push_back(trail::ByText(trail::RunKey::kKind, kind));
  return search;
}

TrailSource SourceOf(const TestFolder& folder, const char* kind = nullptr) {
  return {folder.trail(),
          Open(folder),
          [kind](const TrailReader&) { return OfKind(kind); },
          {[](uint64_t, uint64_t) {}, [](const base::Error&) {}}};
}

std::vector<uint64_t> All(TrailSource& source, uint64_t& next) {
  std::vector<uint64_t> indices;
  for (bool last = false; !last;) {
    const auto page = source.Read(next);
    EXPECT_TRUE(page);
    if (!page) break;
    EXPECT_LE(page->entries.size(), 500U);
    for (const trail::Entry& entry : page->entries) indices.push_back(entry.index);
    EXPECT_TRUE(page->next > next || page->last);
    next = page->next;
    last = page->last;
  }
  return indices;
}

// How long whatever another thread of the system does may take.
bool Comes(TrailSource& source) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!source.HasMore())
    if (std::chrono::steady_clock::now() > end) return false;
  return true;
}

TEST(TrailSource, GivesEveryEntryOnceFromWhereverItBegins) {
  const TestFolder folder;
  folder.Fill(1300);
  TrailSource source = SourceOf(folder);
  for (const uint64_t from : {0U, 1U, 511U, 512U, 1299U}) {
    uint64_t next = from;
    const auto indices = All(source, next);
    ASSERT_EQ(indices.size(), source.end() - from) << from;
    for (size_t i = 0; i < indices.size(); ++i) EXPECT_EQ(indices[i], from + i);
    EXPECT_EQ(next, source.end());
  }
}

TEST(TrailSource, GivesOnlyWhatFits) {
  const TestFolder folder;
  folder.Fill(1300);
  TrailSource source = SourceOf(folder, "event");
  uint64_t next = 0;
  std::vector<uint64_t> expected;
  const auto reader = Open(folder);
  for (uint64_t i = 0; i < reader->size(); ++i)
    if (reader->Read(i)->header.kind == "event") expected.push_back(i);
  EXPECT_EQ(All(source, next), expected);
  EXPECT_GT(expected.size(), 100U);
  EXPECT_EQ(next, source.end()) << "what does not fit was looked at too";
}

TEST(TrailSource, FollowsWhatIsPublished) {
  const TestFolder folder;
  folder.Fill(20);
  TrailSource source = SourceOf(folder);
  source.Follow();
  uint64_t next = 0;
  const size_t before = All(source, next).size();
  EXPECT_EQ(before, 20U);
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    const std::vector<trail::Draft> drafts(5, TestFolder::Example("passed"));
    ASSERT_TRUE((*trail)->Append(drafts));
  }
  ASSERT_TRUE(Comes(source));
  EXPECT_EQ(All(source, next), (std::vector<uint64_t>{20, 21, 22, 23, 24}));
}

TEST(TrailSource, RefusesATrailThatWentBack) {
  const TestFolder folder;
  folder.Fill(20);
  const std::string copy = folder.trail() + ".old";
  std::filesystem::copy(folder.trail(), copy, std::filesystem::copy_options::recursive);
  folder.Fill(20);
  TrailSource source = SourceOf(folder);
  source.Follow();
  ASSERT_TRUE(source.Read(0));
  for (const char* name : {"checkpoints", TestFolder::kLog}) {
    const auto content = base::ReadFile(copy + "/" + name);
    ASSERT_TRUE(content);
    folder.Write(name, *content);
  }
  ASSERT_TRUE(Comes(source));
  const auto page = source.Read(20);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, base::Code::kUntrusted);
}

TEST(TrailSource, WaitsWhereTheTrailCannotBeReadNow) {
  const TestFolder folder;
  folder.Fill(20);
  int told = 0;
  TrailSource source(folder.trail(), Open(folder),
                     [](const TrailReader&) { return OfKind(nullptr); },
                     {[](uint64_t, uint64_t) {}, [&told](const base::Error&) { ++told; }});
  source.Follow();
  ASSERT_TRUE(source.Read(0));
  const std::string log = folder.Read(TestFolder::kLog);
  folder.Write(TestFolder::kLog, log + "torn");
  folder.Write("checkpoints", folder.Read("checkpoints"));
  ASSERT_TRUE(Comes(source));
  EXPECT_TRUE(source.Read(20));
  EXPECT_EQ(told, 1);
  ASSERT_TRUE(Comes(source));
  EXPECT_TRUE(source.Read(20));
  EXPECT_EQ(told, 1) << "it says the same once";
}

}  // namespace
}  // namespace garant::feed

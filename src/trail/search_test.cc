#include "trail/search.h"

#include <gtest/gtest.h>

#include <random>

#include "trail/test_folder.h"

namespace garant::trail {
namespace {

base::Bytes Value(std::string_view text) { return base::Bytes(text.begin(), text.end()); }
base::Bytes Value(const Token& token) { return base::Bytes(token.begin(), token.end()); }

// Three segments and a log.
class TheSearch : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TestFolder>();
    folder_->Fill(1000);
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

  static std::vector<uint64_t> Expected(const Search& search) {
    std::vector<uint64_t> indices;
    for (const Entry& entry : all_)
      if (Matches(entry, search)) indices.push_back(entry.index);
    if (search.order == SearchOrder::kNewestFirst) std::ranges::reverse(indices);
    return indices;
  }
  // Page by page.
  static std::vector<uint64_t> Found(Search search) {
    std::vector<uint64_t> indices;
    for (;;) {
      const auto page = Find(*reader_, search);
      EXPECT_TRUE(page) << page.error().message.en;
      if (!page) return indices;
      EXPECT_LE(page->entries.size(), search.most);
      for (const Entry& entry : page->entries) indices.push_back(entry.index);
      if (!page->next) return indices;
      EXPECT_EQ(page->entries.size(), search.most);
      search.from = page->next;
    }
  }

  static std::unique_ptr<TestFolder> folder_;
  static std::unique_ptr<TrailReader> reader_;
  static std::vector<Entry> all_;
};
std::unique_ptr<TestFolder> TheSearch::folder_;
std::unique_ptr<TrailReader> TheSearch::reader_;
std::vector<Entry> TheSearch::all_;

TEST_F(TheSearch, FindsWhatLookingAtEachEntryFinds) {
  std::mt19937_64 chance(11);
  size_t hits = 0;
  for (int i = 0; i < 300; ++i) {
    const Header& header = all_[chance() % all_.size()].header;
    Search search;
    const auto add = [&](RunKey key, base::Bytes value) {
      if (chance() % 3 == 0) search.all_of.push_back({key, {std::move(value)}});
    };
    if (header.actor) add(RunKey::kActor, Value(*header.actor));
    if (header.session) add(RunKey::kSession, Value(*header.session));
    if (header.trace && chance() % 4 == 0) add(RunKey::kTrace, Value(*header.trace));
    if (!header.subjects.empty()) add(RunKey::kSubject, Value(header.subjects[0]));
    add(RunKey::kKind, Value(header.kind));
    if (!header.part.empty()) add(RunKey::kPart, Value(header.part));
    add(RunKey::kOutcome, Value(header.outcome));
    if (chance() % 5 == 0)
      search.all_of.push_back({RunKey::kPart, {Value("web"), Value("office")}});
    if (chance() % 3 == 0) search.since = all_[0].time + std::chrono::seconds(chance() % 1000);
    if (chance() % 3 == 0) search.until = all_[0].time + std::chrono::seconds(chance() % 1200);
    if (chance() % 2 == 0) search.order = SearchOrder::kNewestFirst;
    search.most = 1 + chance() % 200;
    const auto expected = Expected(search);
    EXPECT_EQ(Found(search), expected) << i;
    hits += expected.size();
  }
  EXPECT_GT(hits, 5000U);
}

TEST_F(TheSearch, FindsNothingOfWhatIsNotThere) {
  Search search;
  search.all_of = {{RunKey::kKind, {Value("no-such-kind")}}};
  EXPECT_TRUE(Found(search).empty());
  search.all_of = {{RunKey::kActor, {}}};
  EXPECT_TRUE(Found(search).empty()) << "none of no values";
  search.all_of = {{RunKey::kSubject, {base::Bytes(32)}}};
  EXPECT_TRUE(Found(search).empty());
}

TEST_F(TheSearch, GoesOnWhereItWasTold) {
  Search search;
  search.from = 500;
  search.most = 3;
  const auto up = Find(*reader_, search);
  ASSERT_TRUE(up);
  ASSERT_EQ(up->entries.size(), 3U);
  EXPECT_EQ(up->entries[0].index, 500U);
  EXPECT_EQ(up->next, 503U);
  search.order = SearchOrder::kNewestFirst;
  const auto down = Find(*reader_, search);
  ASSERT_TRUE(down);
  EXPECT_EQ(down->entries[0].index, 500U);
  EXPECT_EQ(down->next, 497U);
}

TEST_F(TheSearch, RefusesEntriesThatAreNotThoseThatWereSigned) {
  const std::string name = "segments/00000000000000000256.segment";
  const std::string sound = folder_->Read(name);
  std::string changed = sound;
  const std::string needle(base::AsText(all_[300].parts[0].ciphertext));
  const size_t at = changed.find(needle);
  ASSERT_NE(at, std::string::npos);
  changed[at] = static_cast<char>(changed[at] ^ 1);
  folder_->Write(name, changed);
  const auto reader = TrailReader::Open(folder_->trail());
  ASSERT_TRUE(reader);
  Search search;
  search.all_of = {{RunKey::kTrace, {Value(*all_[300].header.trace)}}};
  EXPECT_EQ(Find(*reader, search).error().code, base::Code::kUntrusted);
  search.all_of = {{RunKey::kTrace, {Value(*all_[301].header.trace)}}};
  EXPECT_TRUE(Find(*reader, search));
  folder_->Write(name, sound);
}

}  // namespace
}  // namespace garant::trail

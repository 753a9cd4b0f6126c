#include "trail/search/search.h"

#include <gtest/gtest.h>

#include <random>

#include "trail/index/runs_builder.h"
#include "trail/search/test_searched.h"
#include "trail/store/index_entries.h"
#include "trail/store/paths.h"

namespace garant::trail {
namespace {

base::Bytes Value(std::string_view text) { return base::Bytes(text.begin(), text.end()); }
base::Bytes Value(const Token& token) { return base::Bytes(token.begin(), token.end()); }

class TheSearch : public SearchedTrail {
 protected:
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
};

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

// Makes the runs of a segment anew as if one of its entries had no trace: every digest holds.
std::string RunsWithout(const TrailReader& reader, const StoredSegment& stored, uint64_t left_out) {
  const Segment& segment = stored.segment;
  RunsBuilder builder("permits.example", segment.first(), segment.entries());
  std::vector<base::Bytes> leaves;
  for (uint64_t i = segment.first(); i < segment.first() + segment.entries(); ++i) {
    Entry entry = *reader.Read(i);
    if (i == left_out) entry.header.trace.reset();
    leaves.push_back(*EncodeEntry(entry));
  }
  for (const base::Bytes& leaf : leaves) builder.Add(leaf);
  return std::string(base::AsText(builder.Finish()));
}

TEST_F(TheSearch, RefusesAnIndexThatLeavesAnEntryOut) {
  TestFolder silent;
  silent.Fill(300, 300);  // in one append: none comes behind that could speak of the segment
  for (TestFolder* folder : {folder_.get(), &silent}) {
    const auto before = TrailReader::Open(folder->trail());
    ASSERT_TRUE(before);
    const auto unsaid = SegmentsWithoutEntry(*before);
    ASSERT_TRUE(unsaid);
    EXPECT_EQ(unsaid->empty(), folder != &silent) << "the last segment's entry comes later";
    const StoredSegment& stored = before->loaded().segments.back();
    const uint64_t left_out = stored.segment.first() + 7;
    const std::string name = "segments/" + SegmentName(stored.segment.first(), kRunsSuffix);
    const std::string sound = folder->Read(name);
    folder->Write(name, RunsWithout(*before, stored, left_out));
    const auto reader = TrailReader::Open(folder->trail());
    ASSERT_TRUE(reader);
    ASSERT_TRUE(reader->loaded().segments.back().runs.CheckDigest());
    Search search;
    search.all_of = {ByToken(RunKey::kTrace, *before->Read(left_out)->header.trace)};
    const auto found = Find(*reader, search);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, base::Code::kUntrusted);
    EXPECT_NE(found.error().message.en.find(SegmentName(stored.segment.first(), kRunsSuffix)),
              std::string::npos)
        << found.error().message.en;
    // The writer says what the entries say, and not what the file does.
    EXPECT_EQ(*SegmentsWithoutEntry(*reader), *unsaid);
    folder->Write(name, sound);
    const auto again = Find(*TrailReader::Open(folder->trail()), search);
    ASSERT_TRUE(again) << again.error().message.en;
    EXPECT_EQ(again->entries.size(), 1U);
  }
}

// The index of another segment, put in its place with its own number of entries and first index.
TEST_F(TheSearch, RefusesTheIndexOfAnotherSegment) {
  const StoredSegment& stored = reader_->loaded().segments[1];
  const std::string name = "segments/" + SegmentName(stored.segment.first(), kRunsSuffix);
  const std::string sound = folder_->Read(name);
  RunsBuilder builder("permits.example", stored.segment.first(), stored.segment.entries());
  std::vector<base::Bytes> leaves;
  for (uint64_t i = 0; i < stored.segment.entries(); ++i) leaves.push_back(*reader_->ReadLeaf(i));
  for (const base::Bytes& leaf : leaves) builder.Add(leaf);
  folder_->Write(name, std::string(base::AsText(builder.Finish())));
  const auto reader = TrailReader::Open(folder_->trail());
  ASSERT_TRUE(reader);
  Search search;
  search.all_of = {ByText(RunKey::kOutcome, "refused")};
  const auto found = Find(*reader, search);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::Code::kUntrusted);
  folder_->Write(name, sound);
}

// Whoever says that a segment is of another time hides its entries from who asks for a time.
TEST_F(TheSearch, RefusesTimesThatAreNotThoseOfTheEntries) {
  const StoredSegment& stored = reader_->loaded().segments[1];
  const std::string name = "segments/" + SegmentName(stored.segment.first(), kSegmentSuffix);
  const std::string sound = folder_->Read(name);
  Search in_time;
  in_time.since = all_[300].time;
  in_time.until = all_[310].time;
  ASSERT_EQ(Find(*reader_, in_time)->entries.size(), 10U);
  std::string changed = sound;
  const std::string later(base::AsText(base::Bytes{0x7f, 0, 0, 0, 0, 0, 0, 0}));
  const size_t zone = changed.size() - 32 - 16;  // of its only 256 entries
  changed.replace(zone, 8, later);
  changed.replace(zone + 8, 8, later);
  const auto seal = [](std::string& file) {
    const base::Digest digest =
        base::Sha256(base::AsBytes(std::string_view(file).substr(0, file.size() - 32)));
    file.replace(file.size() - 32, 32, base::AsText(digest));
  };
  seal(changed);
  folder_->Write(name, changed);
  EXPECT_EQ(Find(*TrailReader::Open(folder_->trail()), in_time).error().code,
            base::Code::kUntrusted);
  // In the head as well: what the tree says of the segment is believed, and not the head.
  changed = sound;
  changed.replace(17 + 12, 8, later);
  changed.replace(17 + 12 + 8, 8, later);
  seal(changed);
  folder_->Write(name, changed);
  const auto found = Find(*TrailReader::Open(folder_->trail()), in_time);
  EXPECT_TRUE(!found || found->entries.size() == 10U);
  EXPECT_FALSE(found) << "times of entries hang on the head's";
  folder_->Write(name, sound);
}

TEST_F(TheSearch, FindsAPersonAndAVisitThroughTheirTokensOfEachTime) {
  const auto keys = KeyRing::Open(folder_->trail(), folder_->root_key());
  ASSERT_TRUE(keys);
  for (const Criterion& criterion :
       {ByPerson(RunKey::kActor, {"idp", "clerk 1"}, *reader_, *keys),
        ByPerson(RunKey::kSubject, {"idp", "resident"}, *reader_, *keys),
        BySession("session 31", *keys)}) {
    Search search;
    search.all_of = {criterion};
    ASSERT_EQ(criterion.when.size(), criterion.any_of.size());
    EXPECT_GT(Found(search).size(), 9U);
    EXPECT_EQ(Found(search), Expected(search));
  }
}

}  // namespace
}  // namespace garant::trail

#include "trail/search/search_proof.h"

#include <gtest/gtest.h>

#include <random>

#include "trail/index/runs_form.h"
#include "trail/keys/page_example.h"
#include "trail/keys/seal.h"
#include "trail/keys/test_page.h"
#include "trail/search/test_searched.h"
#include "trail/store/index_entries.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

class TheSearchProof : public SearchedTrail {
 protected:
  static SearchProof Prove(const Search& search, SealedEntries sealed = SealedEntries::kGiveAlong) {
    auto proof = ProveSearch(*reader_, search, reader_->note(), sealed);
    EXPECT_TRUE(proof) << proof.error().message.en;
    return proof ? *proof : SearchProof();
  }
  static std::vector<uint64_t> Indices(const std::vector<Entry>& entries) {
    std::vector<uint64_t> indices;
    for (const Entry& entry : entries) indices.push_back(entry.index);
    return indices;
  }
  static Search OfTrace(uint64_t index) {
    Search search;
    search.all_of = {ByToken(RunKey::kTrace, *all_[index].header.trace)};
    return search;
  }
  static bool HoldsFor(const SearchProof& proof) {
    return CheckSearch(proof, reader_->verifier_key()).has_value();
  }
  // Gives the tree's proof of whatever leaves are there now.
  static void ProveLeaves(SearchProof& proof) {
    std::vector<uint64_t> indices;
    for (const auto& [index, leaf] : proof.leaves) indices.push_back(index);
    proof.nodes = *SubsetProof(reader_->hashes(), reader_->size(), indices);
  }
  // Whatever a proof that holds says of what it was searched for and of what it covers: the
  // entries that it gives are those, and none is missing.
  static void ExpectSound(const SearchProof& proof, const CheckedSearch& checked) {
    Search search;
    search.all_of = proof.all_of;
    search.since = proof.since;
    search.until = proof.until;
    search.source = proof.source;
    const std::vector<uint64_t> given = Indices(checked.entries);
    for (uint64_t index : given) {
      EXPECT_TRUE(Matches(all_[index], search)) << index;
      EXPECT_TRUE(index >= proof.from && index < proof.end) << index;
    }
    for (uint64_t i = proof.from; i < proof.end; ++i) {
      Search in_time = search;
      for (Criterion& one : in_time.all_of)
        for (size_t j = one.when.size(); j-- > 0;)
          if (all_[i].time < one.when[j].earliest || all_[i].time > one.when[j].latest)
            one.any_of.erase(one.any_of.begin() + static_cast<ptrdiff_t>(j));
      if (!Matches(all_[i], in_time)) continue;
      EXPECT_TRUE(std::ranges::binary_search(given, i) ||
                  std::ranges::binary_search(checked.unseen, i))
          << i;
    }
  }
};

TEST_F(TheSearchProof, ShowsWhatFindFinds) {
  std::mt19937_64 chance(5);
  size_t shown = 0;
  for (int i = 0; i < 60; ++i) {
    const Entry& like = all_[chance() % 1000];
    const Header& header = like.header;
    Search search;
    if (header.session && chance() % 2 == 0)
      search.all_of.push_back(ByToken(RunKey::kSession, *header.session));
    if (header.actor && chance() % 2 == 0)
      search.all_of.push_back(ByToken(RunKey::kActor, *header.actor));
    if (chance() % 2 == 0) search.all_of.push_back(ByText(RunKey::kOutcome, header.outcome));
    if (chance() % 3 == 0) search.since = like.time - std::chrono::seconds(50);
    if (chance() % 3 == 0) search.until = like.time + std::chrono::seconds(50);
    search.most = SIZE_MAX;
    const SearchProof made = Prove(search);
    const std::string text = made.ToString();
    const auto proof = SearchProof::Parse(text);
    ASSERT_TRUE(proof) << proof.error().message.en;
    EXPECT_EQ(proof->ToString(), text);
    const auto checked = CheckSearch(*proof, reader_->verifier_key());
    ASSERT_TRUE(checked) << checked.error().message.en;
    EXPECT_EQ(Indices(checked->entries), Indices(Find(*reader_, search)->entries));
    EXPECT_EQ(proof->from, 0U);
    EXPECT_EQ(proof->end, reader_->size());
    EXPECT_TRUE(checked->unseen.empty());
    ExpectSound(*proof, *checked);
    shown += checked->entries.size();
  }
  EXPECT_GT(shown, 1000U);
}

TEST_F(TheSearchProof, KeepsBackWhatIsSealed) {
  const Search search = OfTrace(300);
  const SearchProof proof = Prove(search, SealedEntries::kKeepBack);
  EXPECT_EQ(proof.end, 768U) << "the entries behind have sealed parts";
  EXPECT_FALSE(proof.leaves.at(300).bytes);
  const auto checked = CheckSearch(proof, reader_->verifier_key());
  ASSERT_TRUE(checked);
  EXPECT_TRUE(checked->entries.empty());
  EXPECT_EQ(checked->unseen, (std::vector<uint64_t>{300}));
}

TEST_F(TheSearchProof, EndsBeforeWhatNoEntrySpeaksOfOrCoversItByItself) {
  TestFolder silent;
  silent.Fill(300, 300);  // in one append
  const auto reader = TrailReader::Open(silent.trail());
  ASSERT_TRUE(reader);
  ASSERT_FALSE(SegmentsWithoutEntry(*reader)->empty());
  Search search;
  search.all_of = {ByToken(RunKey::kTrace, *reader->Read(100)->header.trace)};
  const auto whole = ProveSearch(*reader, search, reader->note(), SealedEntries::kGiveAlong);
  ASSERT_TRUE(whole) << whole.error().message.en;
  EXPECT_EQ(whole->end, reader->size());
  EXPECT_TRUE(whole->segments.empty());
  EXPECT_EQ(CheckSearch(*whole, reader->verifier_key())->entries.size(), 1U);
  const auto part = ProveSearch(*reader, search, reader->note(), SealedEntries::kKeepBack);
  ASSERT_FALSE(part) << "the first entry would be the last that is shown";
  EXPECT_NE(part.error().message.en.find("--sealed"), std::string::npos);
}

// The line that says what is covered is signed by nobody.
TEST_F(TheSearchProof, CannotBeMadeToCoverLess) {
  const SearchProof sound = Prove(OfTrace(300));
  ASSERT_TRUE(HoldsFor(sound));
  SearchProof proof = sound;
  proof.from = proof.end - 1;
  proof.segments.clear();
  EXPECT_FALSE(HoldsFor(proof)) << "no entry tells of a deletion";
  proof = sound;
  proof.end = proof.from = 0;
  EXPECT_FALSE(HoldsFor(proof)) << "nothing is covered";
  proof = sound;
  proof.end = 512;
  EXPECT_FALSE(HoldsFor(proof)) << "entries behind the segments are there and not covered";
  proof = sound;
  proof.end = 256;
  proof.segments.resize(1);
  EXPECT_FALSE(HoldsFor(proof)) << "what was found is there and not covered";
  proof = sound;
  proof.all_of[0].when = {{base::Time::max(), base::Time::min()}};
  EXPECT_FALSE(HoldsFor(proof)) << "times of nothing";
}

TEST_F(TheSearchProof, IsRefusedWhereAnythingIsLeftOutOrForeign) {
  const SearchProof sound = Prove(OfTrace(300));
  ASSERT_TRUE(HoldsFor(sound));
  SearchProof proof = sound;
  proof.leaves.erase(300);  // and the tree's proof made to fit
  ProveLeaves(proof);
  EXPECT_FALSE(HoldsFor(proof)) << "a found entry is missing";
  proof = sound;
  proof.leaves.erase(reader_->size() - 1);
  ProveLeaves(proof);
  EXPECT_FALSE(HoldsFor(proof)) << "an entry of the tail is missing";
  proof = sound;
  std::swap(proof.segments[0], proof.segments[1]);
  EXPECT_FALSE(HoldsFor(proof)) << "segments out of order";
  proof = sound;
  proof.segments.erase(proof.segments.begin() + 1);
  EXPECT_FALSE(HoldsFor(proof)) << "a segment is missing";
  proof = sound;
  std::swap(proof.segments[0].runs, proof.segments[1].runs);
  EXPECT_FALSE(HoldsFor(proof)) << "the index of another segment";
  proof = sound;
  proof.segments[1].runs.clear();
  EXPECT_FALSE(HoldsFor(proof)) << "no index at all";
  proof = sound;
  proof.segments[1].entry = 300;
  EXPECT_FALSE(HoldsFor(proof)) << "an entry that speaks of no index";
  proof = sound;
  proof.end = reader_->size() + 1;
  EXPECT_FALSE(HoldsFor(proof));
  const auto other = VerifierKey::FromSeed("permits.example", std::array<uint8_t, 32>{9});
  EXPECT_FALSE(CheckSearch(sound, *other)) << "another key";
}

// Block by block: none but the one that holds the hash will do, and none can pass for the last.
TEST_F(TheSearchProof, TakesNoOtherBlock) {
  const SearchProof sound = Prove(OfTrace(300));
  const Runs& runs = reader_->loaded().segments[1].runs;
  const uint64_t blocks = runs.BlocksOf(RunKey::kTrace);
  ASSERT_GT(blocks, 2U);
  const uint64_t right = sound.segments[1].runs[0].shown[0].number;
  const LeafTiles hashes(runs.BlockHashes(RunKey::kTrace));
  size_t tried = 0;
  for (uint64_t other = 0; other < blocks; ++other) {
    const RunBlock block = *runs.BlockAt(RunKey::kTrace, other);
    for (uint64_t claimed = 1; claimed <= blocks; ++claimed)
      for (uint64_t place : {other, claimed - 1}) {
        if (place >= claimed) continue;
        SearchProof proof = sound;
        ProvenRun& run = proof.segments[1].runs[0];
        run.blocks = claimed;
        run.shown = {{place, block.low, block.high, Bytes(block.bytes.begin(), block.bytes.end())}};
        run.nodes = *SubsetProof(hashes, claimed, std::vector<uint64_t>{place});
        const auto checked = CheckSearch(proof, reader_->verifier_key());
        EXPECT_EQ(checked.has_value(), other == right && claimed == blocks && place == other)
            << other << " as " << place << " of " << claimed;
        ++tried;
      }
  }
  EXPECT_GT(tried, 12U);
  SearchProof proof = sound;
  Bytes& bytes = proof.segments[1].runs[0].shown[0].bytes;
  bytes[8] ^= 1;
  EXPECT_FALSE(HoldsFor(proof));
  proof = sound;
  proof.segments[1].runs[0].shown[0].low ^= 1;
  EXPECT_FALSE(HoldsFor(proof));
}

TEST_F(TheSearchProof, SaysNothingFalseHoweverItIsChanged) {
  Search search = OfTrace(300);
  search.all_of.push_back(ByText(RunKey::kOutcome, all_[300].header.outcome));
  search.all_of[0].when = {{all_[300].time, all_[300].time + std::chrono::days(1)}};
  const std::string sound = Prove(search).ToString();
  std::mt19937_64 chance(17);
  size_t refused = 0;
  const auto look = [&](const std::string& text) {
    const auto proof = SearchProof::Parse(text);
    const auto checked = proof ? CheckSearch(*proof, reader_->verifier_key())
                               : base::Result<CheckedSearch>(proof.error());
    if (checked)
      ExpectSound(*proof, *checked);
    else
      ++refused;
  };
  for (int i = 0; i < 1500; ++i) {
    std::string text = sound;
    const size_t limit = i % 2 == 0 ? std::min<size_t>(text.size(), 6000) : text.size();
    text[chance() % limit] = sound[chance() % sound.size()];
    look(text);
  }
  for (size_t begin = 0; begin < sound.size();) {
    const size_t end = sound.find('\n', begin) + 1;
    look(sound.substr(0, begin) + sound.substr(end));
    look(sound.substr(0, end) + sound.substr(begin));
    begin = end;
  }
  EXPECT_GT(refused, 1500U);
}

// Of two values under one key either is enough; a statement that shows key and value would be the
// same for two criteria, of which no entry meets both.
TEST_F(TheSearchProof, NamesEachKeyOnceAndOnlyWhatAnEntryCanHave) {
  Search search;
  search.all_of = {ByText(RunKey::kKind, "event"), ByText(RunKey::kKind, "request")};
  EXPECT_FALSE(ProveSearch(*reader_, search, reader_->note(), SealedEntries::kGiveAlong));
  search.all_of = {{RunKey::kKind, {ByText(RunKey::kKind, "event").any_of[0]}, {}}};
  const std::string sound = Prove(search).ToString();
  ASSERT_TRUE(SearchProof::Parse(sound));
  const std::string line = "criterion kind\nvalue " + base::ToBase64(base::AsBytes("event")) + "\n";
  const size_t at = sound.find(line);
  ASSERT_NE(at, std::string::npos);
  const auto with = [&](const std::string& lines) {
    return SearchProof::Parse(sound.substr(0, at) + lines + sound.substr(at + line.size()));
  };
  const auto value = [](std::string_view key, std::string_view text) {
    return "criterion " + std::string(key) + "\nvalue " + base::ToBase64(base::AsBytes(text)) +
           "\n";
  };
  EXPECT_TRUE(with(value("kind", "event") + value("part", "web")));
  EXPECT_FALSE(with(value("kind", "event") + value("kind", "request")));
  EXPECT_FALSE(with(value("kind", "event ")));
  EXPECT_FALSE(with(value("part", "")));
  EXPECT_FALSE(with(value("part", "w\neb")));
  using Most = std::pair<const char*, size_t>;
  for (const auto& [key, most] :
       {Most("kind", 64), Most("part", 255), Most("category", 255), Most("outcome", 64)}) {
    EXPECT_TRUE(with(value(key, std::string(most, 'w')))) << key;
    EXPECT_FALSE(with(value(key, std::string(most + 1, 'w')))) << key;
  }
  EXPECT_FALSE(with(value("actor", std::string(31, 'x'))));
  EXPECT_TRUE(with(value("actor", std::string(32, 'x'))));
}

TEST_F(TheSearchProof, IsNotMadeOfNothing) {
  Search search;
  search.all_of = {{RunKey::kActor, {}, {}}};
  const auto proof = ProveSearch(*reader_, search, reader_->note(), SealedEntries::kGiveAlong);
  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.error().code, base::Code::kNotFound);
}

TEST_F(TheSearchProof, IsNotMadeOfAnIndexThatLies) {
  const std::string name = "segments/00000000000000000256.runs";
  const std::string sound = folder_->Read(name);
  std::string changed = sound;
  changed[kRunsHeaderBytes + 3] = static_cast<char>(changed[kRunsHeaderBytes + 3] ^ 1);
  folder_->Write(name, changed);
  const auto reader = TrailReader::Open(folder_->trail());
  ASSERT_TRUE(reader);
  Search search;
  search.all_of = {ByToken(RunKey::kActor, *all_[300].header.actor)};
  const auto proof = ProveSearch(*reader, search, reader->note(), SealedEntries::kGiveAlong);
  EXPECT_FALSE(proof);
  folder_->Write(name, sound);
}

// The page's own: 256 entries as of the entry's page, an entry that speaks of their index, and a
// search for a kind that none of them is of.
TEST(SearchProofPage, ShowsWhatIsMade) {
  constexpr std::array<uint8_t, 32> kSeed{0x21};
  const auto key = VerifierKey::FromSeed("permits.example", kSeed);
  ASSERT_TRUE(key);
  std::vector<Bytes> leaves;
  SegmentIndexer indexer(key->name, 0, 256);
  for (uint64_t i = 0; i < 256; ++i) {
    auto entry = DecodeEntry(ExampleOf("entry.md"));
    ASSERT_TRUE(entry);
    entry->index = i;
    leaves.push_back(*EncodeEntry(*entry));
  }
  for (const Bytes& leaf : leaves) indexer.Add(leaf);
  const IndexedSegment says = indexer.Finish();
  const Generation generation{0x11};
  KeyStore keys = KeyStore::Generate();
  const auto index_entry =
      SealDraft(IndexEntry(says, *base::ParseTime("2026-11-23T20:31:00Z")), 256, generation, keys);
  ASSERT_TRUE(index_entry);
  leaves.push_back(*EncodeEntry(*index_entry));
  std::vector<Digest> hashes;
  for (const Bytes& leaf : leaves) hashes.push_back(LeafHash(leaf));
  const LeafTiles tiles(hashes);

  const auto runs = Runs::From(indexer.file(), key->name);
  ASSERT_TRUE(runs);
  const RunBlock block = *runs->BlockAt(RunKey::kKind, 0);
  SearchProof proof;
  proof.all_of = {ByText(RunKey::kKind, "erasure")};
  proof.end = 257;
  proof.segments = {{256,
                     {{RunKey::kKind,
                       1,
                       {{0, block.low, block.high, {block.bytes.begin(), block.bytes.end()}}},
                       {}}}}};
  proof.leaves[256] = {leaves[256], hashes[256]};
  proof.nodes = *SubsetProof(tiles, 257, std::vector<uint64_t>{256});
  proof.note = SignCheckpoint(257, *TreeRoot(tiles, 257), *key, kSeed);
  EXPECT_EQ(ExampleOf("search-proof.md", "search"), proof.ToString());
  const auto shown = SearchProof::Parse(ExampleOf("search-proof.md", "search"));
  ASSERT_TRUE(shown);
  const auto checked = CheckSearch(*shown, *key);
  ASSERT_TRUE(checked) << checked.error().message.en;
  EXPECT_TRUE(checked->entries.empty());
  SearchProof other = *shown;
  other.all_of = {ByText(RunKey::kKind, "http-plain")};
  EXPECT_FALSE(CheckSearch(other, *key)) << "all of them are";
}

TEST(SubsetProof, ShowsAnyLeavesOfAnyTree) {
  std::mt19937_64 chance(23);
  std::vector<Digest> hashes;
  for (uint8_t i = 0; i < 70; ++i) hashes.push_back(base::Sha256(ByteView(&i, 1)));
  for (uint64_t size = 0; size <= hashes.size(); ++size) {
    const LeafTiles tiles(std::span<const Digest>(hashes).first(size));
    const Digest root = *TreeRoot(tiles, size);
    for (int tries = 0; tries < 12; ++tries) {
      std::vector<uint64_t> indices;
      std::vector<PlacedLeaf> leaves;
      for (uint64_t i = 0; i < size; ++i)
        if (chance() % (1 + chance() % 8) == 0) {
          indices.push_back(i);
          leaves.push_back({i, hashes[i]});
        }
      const auto proof = SubsetProof(tiles, size, indices);
      ASSERT_TRUE(proof);
      EXPECT_TRUE(VerifySubset(size, leaves, *proof, root)) << size;
      if (leaves.empty()) continue;
      auto other = leaves;
      other[chance() % other.size()].hash[0] ^= 1;
      EXPECT_FALSE(VerifySubset(size, other, *proof, root));
      auto longer = *proof;
      longer.push_back(root);
      EXPECT_FALSE(VerifySubset(size, leaves, longer, root));
      if (size > 1 && leaves.size() < size) {
        auto shorter = *proof;
        shorter.pop_back();
        EXPECT_FALSE(VerifySubset(size, leaves, shorter, root));
      }
      EXPECT_FALSE(VerifySubset(leaves.back().index, leaves, *proof, root)) << "beyond the tree";
    }
  }
}

}  // namespace
}  // namespace garant::trail

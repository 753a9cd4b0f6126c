#include "trail/index/runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "trail/crypto/siphash.h"
#include "trail/index/runs_builder.h"
#include "trail/keys/seal.h"
#include "trail/keys/test_page.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

constexpr const char* kOrigin = "permits.example";

class TheRuns : public testing::Test {
 protected:
  void SetUp() override { Make(1024); }
  void Make(uint32_t count) {
    std::mt19937_64 chance(3);
    RunsBuilder builder(kOrigin, first_, count);
    for (uint32_t i = 0; i < count; ++i) {
      Draft draft;
      draft.kind = i % 9 == 0 ? "event" : "request";
      draft.part = i < 300 ? "web" : i % 2 == 0 ? "office" : "";
      draft.outcome = chance() % 3 == 0 ? "refused" : "passed";
      if (chance() % 2 == 0) draft.categories = {"contact.address", "contact.email"};
      if (chance() % 4 != 0) draft.actor = Person{"idp", "clerk " + std::to_string(chance() % 9)};
      for (uint64_t j = chance() % 4; j > 0; --j)
        draft.subjects.push_back({"idp", "resident " + std::to_string(chance() % 200)});
      draft.session = "session " + std::to_string(chance() % 60);
      draft.trace = "trace " + std::to_string(i);
      const auto entry = SealDraft(draft, first_ + i, generation_, keys_);
      ASSERT_TRUE(entry) << entry.error().message.en;
      entries_.push_back(*entry);
      leaves_.push_back(*EncodeEntry(*entry));
    }
    for (const Bytes& leaf : leaves_) builder.Add(leaf);
    file_ = builder.Finish();
    roots_ = builder.roots();
  }
  static Bytes Value(std::string_view text) { return Bytes(text.begin(), text.end()); }
  static Bytes Value(const Token& token) { return Bytes(token.begin(), token.end()); }
  // Every value of a key and the entries that have it, by looking at each.
  std::map<Bytes, std::vector<uint32_t>> Expected(RunKey key) {
    std::map<Bytes, std::vector<uint32_t>> expected;
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      const Header& header = entries_[i].header;
      const auto add = [&](const Bytes& value) { expected[value].push_back(i); };
      const auto text = [&](const std::string& value) {
        if (!value.empty()) add(Value(value));
      };
      switch (key) {
        case RunKey::kActor:
          if (header.actor) add(Value(*header.actor));
          break;
        case RunKey::kSubject:
          for (const Token& one : header.subjects) add(Value(one));
          break;
        case RunKey::kSession:
          if (header.session) add(Value(*header.session));
          break;
        case RunKey::kTrace:
          if (header.trace) add(Value(*header.trace));
          break;
        case RunKey::kKind:
          text(header.kind);
          break;
        case RunKey::kPart:
          text(header.part);
          break;
        case RunKey::kCategory:
          for (const auto& one : header.categories) text(one);
          break;
        case RunKey::kOutcome:
          text(header.outcome);
          break;
      }
    }
    return expected;
  }
  static std::vector<uint32_t> Entries(const std::vector<EntryRange>& ranges) {
    std::vector<uint32_t> entries;
    for (const EntryRange& range : ranges)
      for (uint32_t i = 0; i < range.count; ++i) entries.push_back(range.first + i);
    return entries;
  }

  uint64_t first_ = 2048;
  Generation generation_{};
  KeyStore keys_ = KeyStore::Generate();
  std::vector<Entry> entries_;
  std::vector<Bytes> leaves_;
  Bytes file_;
  RunRoots roots_{};
};

TEST_F(TheRuns, FindExactlyWhatHasAValue) {
  const auto runs = Runs::From(file_, kOrigin);
  ASSERT_TRUE(runs) << runs.error().message.en;
  EXPECT_TRUE(runs->CheckDigest());
  EXPECT_EQ(runs->first(), first_);
  EXPECT_EQ(runs->entries(), 1024U);
  for (size_t i = 1; i <= kRunKeys; ++i) {
    const auto key = static_cast<RunKey>(i);
    const auto expected = Expected(key);
    ASSERT_FALSE(expected.empty()) << RunKeyName(key);
    for (const auto& [value, entries] : expected) {
      const auto found = runs->Find(key, value);
      ASSERT_TRUE(found) << found.error().message.en;
      EXPECT_EQ(Entries(*found), entries) << RunKeyName(key);
    }
    for (int j = 0; j < 200; ++j) {
      Bytes other(32);
      base::FillRandom(other);
      EXPECT_TRUE(runs->Find(key, other)->empty()) << RunKeyName(key);
    }
  }
}

TEST_F(TheRuns, AreTheSameForTheSameEntriesAndOtherwiseOrderedInAnotherSegment) {
  RunsBuilder again(kOrigin, first_, 1024);
  for (const Bytes& leaf : leaves_) again.Add(leaf);
  EXPECT_EQ(again.Finish(), file_);
  RunsBuilder elsewhere(kOrigin, first_ + 256, 1024);
  for (const Bytes& leaf : leaves_) elsewhere.Add(leaf);
  EXPECT_NE(elsewhere.Finish(), file_);
  const Bytes token = Value(*entries_[5].header.trace);
  EXPECT_NE(RunHash(kOrigin, first_, 1024).Of(RunKey::kTrace, token),
            RunHash(kOrigin, first_ + 256, 1024).Of(RunKey::kTrace, token));
  EXPECT_NE(RunHash(kOrigin, first_, 1024).Of(RunKey::kTrace, token),
            RunHash(kOrigin, first_, 1024).Of(RunKey::kSession, token));
}

// A block and its place in the tree are all that shows what has a value, or that nothing has.
TEST_F(TheRuns, HaveRootsThatBindEachBlock) {
  const auto runs = Runs::From(file_, kOrigin);
  ASSERT_TRUE(runs);
  for (size_t i = 1; i <= kRunKeys; ++i) {
    const auto key = static_cast<RunKey>(i);
    ASSERT_EQ(runs->RootOf(key), roots_[i - 1]);
    std::vector<base::Digest> hashes;
    uint64_t end = 0;
    for (uint64_t number = 0; number < runs->BlocksOf(key); ++number) {
      const auto block = runs->BlockAt(key, number);
      ASSERT_TRUE(block);
      EXPECT_EQ(block->low, end);
      end = block->high;
      hashes.push_back(block->LeafHash());
    }
    EXPECT_EQ(end, UINT64_MAX);
    EXPECT_EQ(TreeRoot(hashes), roots_[i - 1]);
    EXPECT_TRUE(std::ranges::equal(hashes, runs->BlockHashes(key)));
  }
  EXPECT_GT(runs->BlocksOf(RunKey::kTrace), 8U);
}

// A segment of full size has a block or more for every hundred traces.
TEST(RunNodes, EndAtALevelThatNeedsNone) {
  for (const size_t of_each : {4U, 16U})
    for (const size_t count : {0U, 1U, 4U, 5U, 16U, 17U, 256U, 257U, 4096U, 4097U, 5000U}) {
      std::vector<base::Digest> blocks(count);
      for (size_t i = 0; i < count; ++i) blocks[i] = LeafHash(base::AsBytes(std::to_string(i)));
      size_t expected = 0;
      size_t top = count;
      while (top > of_each) expected += top = (top + of_each - 1) / of_each;
      const std::vector<base::Digest> nodes = RunNodes(blocks, of_each);
      ASSERT_EQ(nodes.size(), expected) << count;
      if (count > of_each) {
        EXPECT_EQ(TreeRoot(std::span(nodes).last(top)), TreeRoot(blocks)) << count;
      }
    }
}

TEST_F(TheRuns, LeadToTheirRootsWithThousandsOfBlocks) {
  RunsBuilder builder(kOrigin, 0, 40'960);
  RunsBuilder builder_before(kOrigin, 0, 40'960, kRunsFormBefore);
  Token token{};
  const std::string_view shared = "seven";
  const auto leaf = [&](uint32_t number) {
    Entry entry;
    entry.index = number;
    entry.header.kind = "request";
    std::copy(shared.begin(), shared.end(), token.begin());
    for (size_t i = 0; i < 4; ++i) token[8 + i] = static_cast<uint8_t>(number >> (8 * i));
    entry.header.trace = token;
    return *EncodeEntry(entry);
  };
  for (uint32_t i = 0; i < 40'960; ++i) {
    const Bytes one = leaf(i);
    builder.Add(one);
    builder_before.Add(one);
  }
  const Bytes file = builder.Finish();
  const auto runs = Runs::From(file, kOrigin);
  ASSERT_TRUE(runs) << runs.error().message.en;
  ASSERT_GT(runs->BlocksOf(RunKey::kTrace), 256U);
  const base::Digest& root = builder.roots()[static_cast<size_t>(RunKey::kTrace) - 1];
  EXPECT_EQ(runs->RootOf(RunKey::kTrace), root);
  const Bytes version_two = builder_before.Finish();
  EXPECT_EQ(builder_before.roots(), builder.roots());
  const auto before = Runs::From(version_two, kOrigin);
  ASSERT_TRUE(before) << before.error().message.en;
  EXPECT_TRUE(before->CheckDigest());
  EXPECT_LT(version_two.size(), file.size());
  for (uint32_t i = 0; i < 40'960; i += 397) {
    (void)leaf(i);
    const auto found = runs->Find(RunKey::kTrace, token, root);
    ASSERT_TRUE(found) << found.error().message.en;
    EXPECT_EQ(*found, (std::vector<EntryRange>{{i, 1}}));
    EXPECT_EQ(*before->Find(RunKey::kTrace, token, root), *found);
    base::Digest another = root;
    another[3] ^= 1U;
    EXPECT_FALSE(runs->Find(RunKey::kTrace, token, another));
    EXPECT_FALSE(before->Find(RunKey::kTrace, token, another));
  }
}

// Of the paper's appendix: the key 00 01 … 0f, the message 00 01 … 0e.
TEST(SipHash, IsThePapers) {
  std::array<uint8_t, 16> key{};
  Bytes message;
  for (uint8_t i = 0; i < 16; ++i) key[i] = i;
  for (uint8_t i = 0; i < 15; ++i) message.push_back(i);
  EXPECT_EQ(SipHash(key).Of(message), 0xa129ca6149be45e5U);
  EXPECT_EQ(SipHash(key).Of({}), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(SipHash(key).Of(ByteView(message).first(8)), 0x93f5f5799a932462U);
}

TEST_F(TheRuns, AreFoundInOnlyWhereTheBlockLeadsToTheRoot) {
  for (size_t i = 1; i <= kRunKeys; ++i) {
    const auto key = static_cast<RunKey>(i);
    const auto runs = Runs::From(file_, kOrigin);
    for (const auto& [value, entries] : Expected(key)) {
      const auto found = runs->Find(key, value, roots_[i - 1]);
      ASSERT_TRUE(found) << found.error().message.en;
      EXPECT_EQ(Entries(*found), entries);
      EXPECT_EQ(runs->Find(key, value, base::Digest{}).error().code, base::Code::kUntrusted);
      EXPECT_EQ(runs->Find(key, value, roots_[i % kRunKeys]).error().code, base::Code::kUntrusted);
    }
    const auto none = runs->Find(key, Bytes(32), roots_[i - 1]);
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->empty());
  }
}

// However the file is changed, and whatever is made anew in it: what is found under the root that
// the tree has is what has the value, or nothing is.
TEST_F(TheRuns, ShowNothingElseUnderTheirRoot) {
  const auto all = Expected(RunKey::kTrace);
  Entry entry = entries_[500];
  const Bytes value = Value(*entry.header.trace);
  entry.header.trace.reset();
  RunsBuilder builder(kOrigin, first_, 1024);
  const Bytes without = *EncodeEntry(entry);
  for (size_t i = 0; i < leaves_.size(); ++i) builder.Add(i == 500 ? without : leaves_[i]);
  const Bytes other = builder.Finish();
  const auto left_out = Runs::From(other, kOrigin);
  ASSERT_TRUE(left_out);
  EXPECT_TRUE(left_out->Find(RunKey::kTrace, value)->empty());
  EXPECT_EQ(left_out->Find(RunKey::kTrace, value, roots_[3]).error().code, base::Code::kUntrusted);
  size_t refused = 0;
  // Which segment it is of is for who opened the file to compare.
  for (size_t at = 26; at < file_.size(); at += 7) {
    Bytes changed = file_;
    changed[at] ^= static_cast<uint8_t>(1U << (at % 8));
    const auto runs = Runs::From(changed, kOrigin);
    if (!runs) continue;
    size_t number = 0;
    for (const auto& [trace, entries] : all) {
      if (++number % 64 != 0) continue;
      const auto found = runs->Find(RunKey::kTrace, trace, roots_[3]);
      if (found)
        EXPECT_EQ(Entries(*found), entries) << at;
      else
        ++refused;
    }
  }
  EXPECT_GT(refused, 100U);
}

TEST_F(TheRuns, OfNoEntriesShowThatThereAreNone) {
  RunsBuilder builder(kOrigin, first_, 256);
  Entry entry = entries_[0];
  entry.header.trace.reset();
  const Bytes leaf = *EncodeEntry(entry);
  for (int i = 0; i < 256; ++i) builder.Add(leaf);
  const Bytes file = builder.Finish();
  const auto runs = Runs::From(file, kOrigin);
  ASSERT_TRUE(runs);
  const Bytes value(32);
  EXPECT_TRUE(runs->Find(RunKey::kTrace, value, builder.roots()[3])->empty());
  EXPECT_FALSE(runs->Find(RunKey::kTrace, value, roots_[3]))
      << "a run without any block is the empty one alone";
}

TEST_F(TheRuns, ChangeWithEveryEntryThatIsLeftOut) {
  for (const size_t left_out : {size_t{0}, size_t{500}, size_t{1023}}) {
    RunsBuilder builder(kOrigin, first_, 1024);
    Entry entry = entries_[left_out];
    entry.header.trace.reset();
    const Bytes without = *EncodeEntry(entry);
    for (size_t i = 0; i < leaves_.size(); ++i) builder.Add(i == left_out ? without : leaves_[i]);
    (void)builder.Finish();
    EXPECT_NE(builder.roots()[3], roots_[3]);
    EXPECT_EQ(builder.roots()[2], roots_[2]);
  }
}

TEST_F(TheRuns, TellWhichTokensRepeat) {
  RunsBuilder builder(kOrigin, first_, 1024);
  for (const Bytes& leaf : leaves_) builder.Add(leaf);
  (void)builder.Finish();
  std::vector<Token> tokens;  // as they stand in the leaves
  std::map<Token, size_t> times;
  for (const Entry& entry : entries_) {
    if (entry.header.actor) tokens.push_back(*entry.header.actor);
    tokens.insert(tokens.end(), entry.header.subjects.begin(), entry.header.subjects.end());
    if (entry.header.session) tokens.push_back(*entry.header.session);
    if (entry.header.trace) tokens.push_back(*entry.header.trace);
  }
  for (const Token& token : tokens) ++times[token];
  ASSERT_EQ(builder.references().size(), tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    const uint32_t reference = builder.references()[i];
    EXPECT_EQ(reference != 0, times[tokens[i]] > 1);
    EXPECT_TRUE(reference == 0 || builder.repeated()[reference - 1] == tokens[i]);
  }
}

TEST_F(TheRuns, OfOtherBytesNeverCrash) {
  const auto use = [&](const Bytes& bytes) {
    const auto runs = Runs::From(bytes, kOrigin);
    if (!runs) return;
    EXPECT_FALSE(runs->CheckDigest());
    for (size_t i = 1; i <= kRunKeys; ++i)
      for (const auto& [value, entries] : Expected(static_cast<RunKey>(i))) {
        if (i < 5 && value[0] % 16 != 0) continue;
        const auto key = static_cast<RunKey>(i);
        runs->PrefetchFences(key, runs->HashOf(key, value));
        runs->PrefetchBlock(key, runs->HashOf(key, value));
        const auto found = runs->Find(key, value);
        for (size_t j = 0; found && j < found->size(); ++j)
          EXPECT_LE(uint64_t{(*found)[j].first} + (*found)[j].count, runs->entries());
      }
  };
  for (size_t i = 0; i < file_.size(); i += 1 + i / 50) {
    Bytes changed = file_;
    changed[i] ^= static_cast<uint8_t>(1U << (i % 8));
    use(changed);
  }
  for (size_t size = 0; size < file_.size(); size += 1 + size / 20)
    use(Bytes(file_.begin(), file_.begin() + static_cast<ptrdiff_t>(size)));
  Bytes newer = file_;
  newer[12] = '4';
  EXPECT_EQ(Runs::From(newer, kOrigin).error().code, base::Code::kUnsupported);
}

TEST(RunsPage, ShowsWhatIsMade) {
  const Bytes one = ExampleOf("entry.md");
  std::vector<Bytes> leaves;
  RunsBuilder builder("permits.example", 0, 256);
  for (uint64_t i = 0; i < 256; ++i) {
    auto entry = DecodeEntry(one);
    ASSERT_TRUE(entry);
    entry->index = i;
    leaves.push_back(*EncodeEntry(*entry));
  }
  for (const Bytes& leaf : leaves) builder.Add(leaf);
  const Bytes made = builder.Finish();
  const Bytes shown = ExampleOf("runs.md");
  ASSERT_GT(shown.size(), 100U);
  EXPECT_EQ(base::ToHex(ByteView(made).first(made.size() - 32)), base::ToHex(shown));
}

}  // namespace
}  // namespace garant::trail

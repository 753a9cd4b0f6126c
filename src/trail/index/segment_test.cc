#include "trail/index/segment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>

#include "trail/entry/wire.h"
#include "trail/index/segment_form.h"
#include "trail/keys/seal.h"
#include "trail/keys/test_page.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

base::Digest RootOf(std::span<const base::Digest> hashes) { return TreeRoot(hashes); }

// Leaves as a trail has them, of several kinds, with parts of all classes.
class TheSegment : public testing::Test {
 protected:
  void Add(Draft draft) {
    const auto entry = SealDraft(draft, first_ + leaves_.size(), generation_, keys_);
    ASSERT_TRUE(entry) << entry.error().message.en;
    leaves_.push_back(*EncodeEntry(*entry));
  }
  void AddMixed(size_t count) {
    std::mt19937_64 chance(7);
    for (size_t i = 0; i < count; ++i) {
      Draft draft;
      draft.time =
          *base::ParseTime("2026-11-23T20:30:00Z") + std::chrono::milliseconds(chance() % 9999);
      draft.kind = i % 3 == 0 ? "event" : "request";
      draft.service = "permits";
      draft.part = i % 4 == 0 ? "web" : "office";
      draft.route = "/permits/{id}";
      draft.outcome = i % 5 == 0 ? "refused" : "passed";
      draft.actor = Person{"idp", "clerk " + std::to_string(chance() % 5)};
      draft.session = "s" + std::to_string(chance() % 20);
      draft.trace = "t" + std::to_string(i);
      draft.sequence = chance();
      if (draft.kind == "event")
        draft.facts = {{"event", "seen " + std::to_string(chance() % 9)}};
      else
        draft.facts = {{"method", std::string("GET")},
                       {"status", static_cast<int64_t>(chance() % 600)}};
      draft.sealed = {{KeyClass::kTransient, "path", Bytes(chance() % 50), {}},
                      {KeyClass::kSubject, "contact.email", Bytes(3), draft.actor}};
      if (i % 7 == 0) draft.sealed.clear();
      Add(draft);
    }
  }
  void Seal() {
    std::vector<base::Digest> hashes;
    SegmentInput input{"permits.example", first_, {}, {}, {}};
    for (const Bytes& leaf : leaves_) {
      input.leaves.emplace_back(leaf);
      hashes_.push_back(LeafHash(leaf));
    }
    input.hashes = hashes_;
    SealSegment(input, sealed_);
  }

  uint64_t first_ = 512;
  Generation generation_{};
  KeyStore keys_ = KeyStore::Generate();
  std::vector<Bytes> leaves_;
  std::vector<base::Digest> hashes_;
  SealedSegment sealed_;
};

TEST_F(TheSegment, GivesEveryLeafAsItWas) {
  AddMixed(512);
  Seal();
  const auto segment = Segment::From(sealed_.segment);
  ASSERT_TRUE(segment) << segment.error().message.en;
  EXPECT_TRUE(segment->CheckDigest());
  EXPECT_EQ(segment->first(), 512U);
  EXPECT_EQ(segment->entries(), 512U);
  Bytes leaf;
  for (uint32_t i = 0; i < 512; ++i) {
    ASSERT_TRUE(segment->ReadLeaf(i, leaf)) << i;
    ASSERT_EQ(leaf, leaves_[i]) << i;
  }
  uint32_t next = 100;
  ASSERT_TRUE(segment->ReadLeaves(100, 300, [&](uint32_t number, ByteView bytes) {
    EXPECT_EQ(number, next++);
    EXPECT_TRUE(std::ranges::equal(bytes, leaves_[number]));
    return base::Status(base::Ok{});
  }));
  EXPECT_EQ(next, 400U);
  EXPECT_FALSE(segment->ReadLeaf(512, leaf));
  size_t whole = 0;
  for (const Bytes& one : leaves_) whole += one.size();
  EXPECT_LT(sealed_.segment.size(), whole * 3 / 4);
}

// Where one stood twice, a changed reference could give the same leaf, and nobody would see it.
TEST_F(TheSegment, HoldsEachTokenOnce) {
  for (size_t i = 0; i < 256; ++i) {
    Draft draft;
    draft.kind = "request";
    draft.actor = Person{"idp", "clerk " + std::to_string(i % 3)};
    if (i % 2 == 0) draft.subjects = {{"idp", "clerk 1"}, {"idp", "clerk 2"}};
    Add(draft);
  }
  Seal();
  const ByteView file(sealed_.segment);
  const size_t offsets = kSegmentHeaderBytes - 8 * kSegmentSections;
  const auto offset = [&](size_t section) {
    return static_cast<size_t>(WireReader(file.subspan(offsets + 8 * section)).Integer(8));
  };
  std::set<std::string> tokens;
  for (size_t at = offset(1); at < offset(2); at += 32)
    EXPECT_TRUE(tokens.emplace(base::AsText(file.subspan(at, 32))).second);
  EXPECT_EQ(tokens.size(), 3U);
}

TEST_F(TheSegment, HoldsTheTreesNodesAndTheTimes) {
  AddMixed(512);
  Seal();
  const auto segment = Segment::From(sealed_.segment);
  ASSERT_TRUE(segment);
  const std::span<const base::Digest> hashes(hashes_);
  EXPECT_TRUE(std::ranges::equal(segment->Widths(), std::array{4U, 16U, 64U}));
  for (const uint32_t width : segment->Widths())
    for (uint32_t i = 0; i < 512 / width; ++i)
      EXPECT_EQ(segment->NodeOf(width, i), RootOf(hashes.subspan(size_t{i} * width, width)));
  ASSERT_EQ(sealed_.bundles.size(), 2U);
  EXPECT_EQ(sealed_.bundles[1], RootOf(hashes.subspan(256, 256)));
  base::Time earliest = base::Time::max();
  base::Time latest = base::Time::min();
  for (size_t i = 256; i < 512; ++i) {
    const auto entry = DecodeEntry(leaves_[i]);
    earliest = std::min(earliest, entry->time);
    latest = std::max(latest, entry->time);
  }
  EXPECT_EQ(segment->TimesOf(1).earliest, earliest);
  EXPECT_EQ(segment->TimesOf(1).latest, latest);
  EXPECT_LE(segment->times().earliest, earliest);
  EXPECT_GE(segment->times().latest, latest);
}

// As the version before wrote it, whose only nodes were those over 16 leaves.
Bytes OfVersionOne(const Bytes& file, uint32_t entries) {
  const size_t magic = kSegmentMagic.size();
  const size_t offsets = kSegmentHeaderBytes - 8 * kSegmentSections;
  const auto offset = [&](size_t section) {
    return static_cast<size_t>(
        WireReader(ByteView(file).subspan(offsets + 8 * section)).Integer(8));
  };
  const size_t nodes = offset(4);
  const size_t zones = offset(5);
  const ByteView whole(file);
  Bytes out(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(nodes));
  PutBytes(out, whole.subspan(nodes + size_t{entries} / 4 * 32, size_t{entries} / 16 * 32));
  const auto moved = BigEndian(out.size());
  PutBytes(out, whole.subspan(zones, whole.size() - 32 - zones));
  std::ranges::copy(kSegmentMagicOfOne, out.begin());
  std::ranges::copy(moved, out.begin() + static_cast<ptrdiff_t>(offsets + size_t{8} * 5));
  EXPECT_EQ(kSegmentMagicOfOne.size(), magic);
  PutBytes(out, base::Sha256(out));
  return out;
}

TEST_F(TheSegment, IsReadThatTheVersionBeforeWrote) {
  AddMixed(512);
  Seal();
  const Bytes before = OfVersionOne(sealed_.segment, 512);
  const auto segment = Segment::From(before);
  ASSERT_TRUE(segment) << segment.error().message.en;
  EXPECT_TRUE(segment->CheckDigest());
  EXPECT_TRUE(std::ranges::equal(segment->Widths(), std::array{16U}));
  const std::span<const base::Digest> hashes(hashes_);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(segment->NodeOf(16, i), RootOf(hashes.subspan(size_t{i} * 16, 16)));
  Bytes leaf;
  for (uint32_t i = 0; i < 512; ++i) {
    ASSERT_TRUE(segment->ReadLeaf(i, leaf)) << i;
    ASSERT_EQ(leaf, leaves_[i]) << i;
  }
  const auto now = Segment::From(sealed_.segment);
  EXPECT_EQ(segment->TimesOf(1), now->TimesOf(1));
}

// More forms than there may be: texts become holes, and at last the whole leaf does.
TEST_F(TheSegment, TakesLeavesThatAreAllOfAnotherForm) {
  for (size_t i = 0; i < 9 * 256; ++i) {
    Draft draft;
    draft.kind = "event";
    draft.outcome = i % 2 == 0 ? "" : "outcome " + std::to_string(i);
    draft.facts = {{"event", "event " + std::to_string(i)}};
    for (size_t j = 0; j < i % 3; ++j)
      draft.sealed.push_back({KeyClass::kRecord, "note " + std::to_string(i), Bytes(i % 300), {}});
    Add(draft);
  }
  Seal();
  const auto segment = Segment::From(sealed_.segment);
  ASSERT_TRUE(segment);
  Bytes leaf;
  for (uint32_t i = 0; i < leaves_.size(); ++i) {
    ASSERT_TRUE(segment->ReadLeaf(i, leaf)) << i;
    ASSERT_EQ(leaf, leaves_[i]) << i;
  }
}

TEST_F(TheSegment, OfOtherBytesNeverCrashesAndNeverPasses) {
  AddMixed(256);
  Seal();
  const auto use = [&](const Bytes& bytes) {
    const auto segment = Segment::From(bytes);
    if (!segment) return false;
    EXPECT_FALSE(segment->CheckDigest());
    Bytes leaf;
    bool same = segment->first() == first_;
    for (uint32_t i = 0; i < std::min<uint32_t>(segment->entries(), 256); ++i)
      same = segment->ReadLeaf(i, leaf) && leaf == leaves_[i] && same;
    return same;
  };
  for (size_t i = 0; i < sealed_.segment.size(); i += 3) {
    Bytes changed = sealed_.segment;
    changed[i] ^= static_cast<uint8_t>(1U << (i % 8));
    use(changed);
  }
  for (size_t size = 0; size < sealed_.segment.size(); size += 97)
    use(Bytes(sealed_.segment.begin(), sealed_.segment.begin() + static_cast<ptrdiff_t>(size)));
  Bytes newer = sealed_.segment;
  newer[15] = '3';
  EXPECT_EQ(Segment::From(newer).error().code, base::Code::kUnsupported);
  newer[0] = 'x';
  EXPECT_EQ(Segment::From(newer).error().code, base::Code::kInvalid);
}

TEST_F(TheSegment, IsAsItsPageShows) {
  first_ = 0;
  const Bytes one = ExampleOf("entry.md");
  for (uint64_t i = 0; i < 256; ++i) {
    auto entry = DecodeEntry(one);
    ASSERT_TRUE(entry);
    entry->index = i;
    entry->time += std::chrono::seconds(i);
    leaves_.push_back(*EncodeEntry(*entry));
  }
  Seal();
  const Bytes shown = ExampleOf("segment.md");
  const Bytes& made = sealed_.segment;
  ASSERT_GT(shown.size(), 200U);
  EXPECT_EQ(base::ToHex(ByteView(made).first(shown.size())), base::ToHex(shown));
  EXPECT_TRUE(Segment::From(made)->CheckDigest());
}

}  // namespace
}  // namespace garant::trail

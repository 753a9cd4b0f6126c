#include "verify/exported_log.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "trail/entry/wire.h"
#include "trail/keys/seal.h"
#include "trail/store/entry_bundle.h"
#include "trail/store/index_entries.h"
#include "trail/store/test_folder.h"
#include "trail/tree/tile_path.h"
#include "trail/upkeep/export_tiles.h"

namespace garant::verify {
namespace {

using base::Bytes;
using trail::Digest;

constexpr std::array<uint8_t, 32> kSeed{7};
trail::VerifierKey Key() { return *trail::VerifierKey::FromSeed("permits.example", kSeed); }

// A log of 256 entries, of what is said of their index, and of nothing else, exported by hand.
class ALog {
 public:
  explicit ALog(const trail::TestFolder& folder) : top_(folder.trail() + "-log") {
    trail::SegmentIndexer indexer("permits.example", 0, 256);
    for (uint64_t i = 0; i < 256; ++i)
      leaves_.push_back(Leaf(trail::TestFolder::Example(i % 9 == 0 ? "refused" : "passed"), i));
    for (const Bytes& leaf : leaves_) indexer.Add(leaf);
    says = indexer.Finish();
  }
  void Say(const trail::IndexedSegment& what) {
    leaves_.push_back(Leaf(trail::IndexEntry(what, {}), leaves_.size()));
  }
  LogReport Check(const LogChecks& checks) {
    Export();
    return CheckExportedLog(top_, Key(), checks);
  }

  trail::IndexedSegment says;

 private:
  void Export() {
    std::filesystem::create_directories(top_);
    std::vector<Digest> hashes;
    for (const Bytes& leaf : leaves_) hashes.push_back(trail::LeafHash(leaf));
    const trail::LeafTiles tiles(hashes);
    for (unsigned level = 0; trail::WidthOfTile(hashes.size(), level, 0) != 0; ++level)
      for (uint64_t number = 0;; ++number) {
        trail::TilePath path{.level = level, .number = number};
        path.width = trail::WidthOfTile(hashes.size(), level, number);
        if (path.width == 0) break;
        Bytes bytes;
        const auto tile = tiles.Tile(level, number, path.width);
        ASSERT_TRUE(tile);
        for (const Digest& hash : *tile) trail::PutBytes(bytes, hash);
        Put(path, bytes);
        if (level != 0) continue;
        bytes.clear();
        for (uint64_t i = number * 256; i < number * 256 + path.width; ++i) {
          trail::PutInteger(bytes, leaves_[i].size(), 2);
          trail::PutBytes(bytes, leaves_[i]);
        }
        path.entries = true;
        Put(path, bytes);
      }
    EXPECT_TRUE(base::WriteFileDurably(
        top_ + "/checkpoint",
        trail::SignCheckpoint(hashes.size(), trail::TreeRoot(hashes), Key(), kSeed)));
  }
  Bytes Leaf(const trail::Draft& draft, uint64_t index) {
    return *trail::EncodeEntry(*trail::SealDraft(draft, index, {}, keys_));
  }
  void Put(const trail::TilePath& path, const Bytes& bytes) const {
    const std::string file = top_ + "/" + path.ToString();
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    EXPECT_TRUE(base::WriteFileDurably(file, base::AsText(bytes)));
  }

  std::string top_;
  trail::KeyStore keys_ = trail::KeyStore::Generate();
  std::vector<Bytes> leaves_;
};

TEST(ExportedLog, HoldsWithItsIndex) {
  const trail::TestFolder folder;
  ALog log(folder);
  log.Say(log.says);
  const LogReport report = log.Check({.since = {}, .index = true});
  EXPECT_TRUE(report.faults.empty()) << report.faults[0].message.en;
  EXPECT_EQ(report.entries, 257U);
  EXPECT_EQ(report.segments, 1U);
}

// Whoever has the log's key can sign an index that lies; it takes the entries to see it.
TEST(ExportedLog, ShowsAnIndexThatLies) {
  const trail::TestFolder folder;
  for (int which = 0; which < 4; ++which) {
    ALog log(folder);
    trail::IndexedSegment lie = log.says;
    if (which == 0) lie.roots[4][0] ^= 1;
    if (which == 1) lie.zones[0] ^= 1;
    if (which == 2) lie.times.latest += std::chrono::seconds(1);
    if (which == 3) lie.first = 256;
    log.Say(lie);
    EXPECT_TRUE(log.Check({.since = {}, .index = false}).faults.empty()) << "it was signed so";
    const LogReport report = log.Check({.since = {}, .index = true});
    ASSERT_EQ(report.faults.size(), 1U) << which;
    EXPECT_EQ(report.faults[0].entry, 256U);
    EXPECT_EQ(report.segments, 0U);
  }
}

// Two words for one segment, of which the second lies.
TEST(ExportedLog, ShowsASecondIndexThatLies) {
  const trail::TestFolder folder;
  ALog log(folder);
  log.Say(log.says);
  log.Say(log.says);
  EXPECT_TRUE(log.Check({.since = {}, .index = true}).faults.empty());
  trail::IndexedSegment lie = log.says;
  lie.roots[0][5] ^= 1;
  log.Say(lie);
  EXPECT_EQ(log.Check({.since = {}, .index = true}).faults.size(), 1U);
}

TEST(ExportedLog, IsWhatATrailExports) {
  const trail::TestFolder folder;
  folder.Fill(1000);
  folder.Fill(1);
  const auto reader = trail::TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader);
  const std::string to = folder.trail() + "-exported";
  const auto done =
      trail::ExportTiles(*reader, reader->note(), trail::TilesOf::kTreeAndEntries, to);
  ASSERT_TRUE(done) << done.error().message.en;
  const LogReport report =
      CheckExportedLog(to, reader->verifier_key(), {.since = reader->note(), .index = true});
  EXPECT_TRUE(report.faults.empty()) << report.faults[0].message.en;
  EXPECT_EQ(report.segments, 3U);
  EXPECT_EQ(report.entries, reader->size());
  // Each byte of each file counts.
  size_t flipped = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(to)) {
    if (!file.is_regular_file()) continue;
    const std::string path = file.path().string();
    const std::string sound = *base::ReadFile(path);
    for (size_t at = 0; at < sound.size(); at += 1 + sound.size() / 6) {
      std::string changed = sound;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      ASSERT_TRUE(base::WriteFileDurably(path, changed));
      EXPECT_FALSE(CheckExportedLog(to, reader->verifier_key(), {}).faults.empty())
          << path << " " << at;
      ++flipped;
    }
    ASSERT_TRUE(base::WriteFileDurably(path, sound));
  }
  EXPECT_GT(flipped, 40U);
  EXPECT_TRUE(CheckExportedLog(to, reader->verifier_key(), {}).faults.empty());
}

// Beside the tiles of the checkpoint lie some that it does not need.
TEST(ExportedLog, NoticesWhatDoesNotBelong) {
  const trail::TestFolder folder;
  folder.Fill(600);
  const auto reader = trail::TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader);
  const std::string to = folder.trail() + "-exported";
  ASSERT_TRUE(trail::ExportTiles(*reader, reader->note(), trail::TilesOf::kTreeAndEntries, to));
  const auto put = [&](const std::string& name, const std::string& content) {
    const std::string file = to + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    EXPECT_TRUE(base::WriteFileDurably(file, content));
  };
  const auto check = [&] { return CheckExportedLog(to, reader->verifier_key(), {}); };
  const size_t sound = check().notes.size();
  // Of an earlier checkpoint, as a mirror keeps them.
  const std::string tile = *base::ReadFile(to + "/tile/0/001");
  put("tile/0/001.p/100", tile.substr(0, 3200));
  const std::string bundle = *base::ReadFile(to + "/tile/entries/000");
  const auto leaves = trail::SplitBundle(base::AsBytes(bundle), 256);
  put("tile/entries/000.p/1", bundle.substr(0, 2 + leaves->at(0).size()));
  EXPECT_TRUE(check().faults.empty());
  EXPECT_EQ(check().notes.size(), sound + 1);
  std::string changed = tile.substr(0, 3200);
  changed[5] = static_cast<char>(changed[5] ^ 1);
  const std::pair<const char*, std::string> foreign[] = {
      {"tile/0/001.p/100", changed},
      {"tile/0/001.p/100", tile.substr(0, 3199)},
      {"tile/entries/000.p/1", bundle.substr(0, 50)},
      {"tile/0/900", tile},
      {"tile/0/002.p/255", tile.substr(0, 8160)},
      {"tile/3/000.p/1", tile.substr(0, 32)},
      {"tile/entries/001.new", bundle},
      {"tile/note", "read me"},
  };
  for (const auto& [name, content] : foreign) {
    const std::string file = to + "/" + name;
    const auto before = base::ReadFile(file);
    put(name, content);
    const auto faults = check().faults;
    ASSERT_EQ(faults.size(), 1U) << name;
    EXPECT_EQ(faults[0].file, name);
    std::filesystem::remove(file);
    if (before) put(name, *before);
  }
  EXPECT_TRUE(check().faults.empty());
  // Entries that may be missing and are there are no less looked at.
  std::string entries = bundle;
  entries[40] = static_cast<char>(entries[40] ^ 1);
  put("tile/entries/000", entries);
  EXPECT_FALSE(
      CheckExportedLog(to, reader->verifier_key(), {.since = {}, .kept_from = 256}).faults.empty());
  std::filesystem::remove(to + "/tile/entries/000");
  std::filesystem::remove_all(to + "/tile/entries/000.p");
  EXPECT_TRUE(
      CheckExportedLog(to, reader->verifier_key(), {.since = {}, .kept_from = 256}).faults.empty());
}

}  // namespace
}  // namespace garant::verify

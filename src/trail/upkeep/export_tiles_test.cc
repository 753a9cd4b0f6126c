#include "trail/upkeep/export_tiles.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "trail/append/test_frames.h"
#include "trail/keys/page_example.h"
#include "trail/store/log_file.h"
#include "trail/store/paths.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/retention.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
namespace fs = std::filesystem;

class ExportTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_.Fill(700); }

  [[nodiscard]] base::Result<ExportedTiles> ExportTo(
      const std::string& to, TilesOf what = TilesOf::kTreeAndEntries) const {
    const auto reader = TrailReader::Open(folder_.trail());
    EXPECT_TRUE(reader);
    return ExportTiles(*reader, reader->note(), what, to);
  }
  // Every name below the folder, of a file with its content.
  static std::map<std::string, std::string> FilesOf(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(folder))
      files[fs::relative(file.path(), folder).string()] =
          file.is_regular_file() ? *base::ReadFile(file.path().string()) : "";
    return files;
  }
  // As if nothing had been there before.
  [[nodiscard]] std::map<std::string, std::string> Fresh(
      TilesOf what = TilesOf::kTreeAndEntries) const {
    fs::remove_all(fresh_);
    EXPECT_TRUE(ExportTo(fresh_, what));
    return FilesOf(fresh_);
  }
  void Write(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(to_ + "/" + name).parent_path());
    std::ofstream(to_ + "/" + name, std::ios::binary) << content;
  }

  TestFolder folder_;
  std::string to_ = folder_.trail() + "-exported";
  std::string fresh_ = folder_.trail() + "-fresh";
};

TEST_F(ExportTest, LeavesInAFolderThatWasUsedBeforeWhatTheCheckpointNeeds) {
  ASSERT_TRUE(ExportTo(to_));
  const auto before = FilesOf(to_);
  EXPECT_TRUE(before.contains("tile/0/002.p/191") || before.contains("tile/0/002.p"));
  folder_.Fill(400);
  // Whatever happened to it meanwhile.
  for (const char* name : {"tile/0/000", "tile/0/001", "tile/entries/000", "tile/entries/001"}) {
    std::string bytes = before.at(name);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    if (name == std::string("tile/entries/001")) bytes.resize(100);
    Write(name, bytes);
  }
  Write("tile/1/000.new", "broken off");
  Write("tile/0/900", "of more entries than there are");
  Write("tile/5/000", "of a higher tree");
  const auto done = ExportTo(to_);
  ASSERT_TRUE(done) << done.error().message.en;
  EXPECT_EQ(done->removed, 6U);
  EXPECT_EQ(FilesOf(to_), Fresh());
  const auto again = ExportTo(to_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->tiles + again->bundles + again->removed, 0U);
  EXPECT_EQ(FilesOf(to_), FilesOf(fresh_));
}

TEST_F(ExportTest, TakesEntriesAwayThatAreNotAskedForOrWereDeleted) {
  ASSERT_TRUE(ExportTo(to_));
  {
    auto trail = folder_.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    const auto year = std::chrono::days(365);
    const auto plan =
        DeleteDue(**trail, {year, "P1Y"}, "permits",
                  *base::ParseTime("2026-11-23T20:30:00Z") + year + std::chrono::seconds(300));
    ASSERT_TRUE(plan && plan->deletion);
  }
  ASSERT_TRUE(ExportTo(to_));
  EXPECT_FALSE(base::Exists(to_ + "/tile/entries/000"));
  EXPECT_EQ(FilesOf(to_), Fresh());
  ASSERT_TRUE(ExportTo(to_, TilesOf::kTree));
  EXPECT_FALSE(base::Exists(to_ + "/tile/entries"));
  EXPECT_EQ(FilesOf(to_), Fresh(TilesOf::kTree));
}

TEST_F(ExportTest, RefusesWhatIsNoneOfItsFilesAndLeavesWhatLiesBeside) {
  ASSERT_TRUE(ExportTo(to_));
  folder_.Fill(10);
  Write("index.html", "a page");
  Write("tile/0/notes.txt", "somebody's");
  const auto before = FilesOf(to_);
  const auto refused = ExportTo(to_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_NE(refused.error().message.en.find("tile/0/notes.txt"), std::string::npos);
  EXPECT_EQ(FilesOf(to_), before);
  fs::remove(to_ + "/tile/0/notes.txt");
  ASSERT_TRUE(ExportTo(to_));
  auto after = FilesOf(to_);
  EXPECT_EQ(after.erase("index.html"), 1U);
  EXPECT_EQ(after, Fresh());
  Write("checkpoint", "garbage");
  const auto unknown = ExportTo(to_);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kConflict);
  EXPECT_NE(unknown.error().message.en.find(to_), std::string::npos);
}

// A trail with the log of these entries, under a key that everybody knows.
void WriteTrail(const TestFolder& folder, std::span<const Bytes> leaves) {
  std::array<uint8_t, 32> seed{};
  seed.fill(0x4c);
  const VerifierKey key = *VerifierKey::FromSeed("permits.example", seed);
  Frontier tree;
  std::string frames;
  for (const Bytes& leaf : leaves) {
    tree.Append(LeafHash(leaf));
    PutFrame(frames, leaf, LeafHash(leaf));
  }
  const std::string note = SignCheckpoint(tree.size(), tree.Root(), key, seed);
  fs::create_directories(SegmentsPath(folder.trail()));
  ASSERT_TRUE(LogWriter::Create(base::SystemDisk(), folder.trail(), 0, frames,
                                static_cast<uint32_t>(leaves.size()), note));
  folder.Write("checkpoints", note);
  folder.Write("log.vkey", key.ToString() + "\n");
}

TEST(TilesPage, ShowsWhatIsExported) {
  const TestFolder folder;
  std::vector<Bytes> leaves;
  for (uint64_t i = 0; i < 3; ++i) {
    Entry entry;
    entry.index = i;
    entry.time = *base::ParseTime("2026-11-23T20:30:00Z") + std::chrono::seconds(i);
    entry.generation.fill(0x11);
    entry.header.kind = "event";
    leaves.push_back(*EncodeEntry(entry));
  }
  WriteTrail(folder, leaves);
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  const std::string to = folder.trail() + "-exported";
  const auto done = ExportTiles(*reader, reader->note(), TilesOf::kTreeAndEntries, to);
  ASSERT_TRUE(done) << done.error().message.en;
  EXPECT_EQ(done->tiles, 1U);
  EXPECT_EQ(done->bundles, 1U);

  const auto shown = [](const char* mark) { return ExampleOf("tiles.md", mark); };
  const auto made = [&to](const char* file) {
    const auto content = base::ReadFile(to + "/" + file);
    EXPECT_TRUE(content) << file;
    return content ? *content : "";
  };
  EXPECT_EQ(made("checkpoint"), shown("checkpoint"));
  EXPECT_EQ(base::ToHex(base::AsBytes(made("tile/0/000.p/3"))), DigitsOf(shown("tile")));
  EXPECT_EQ(base::ToHex(base::AsBytes(made("tile/entries/000.p/3"))), DigitsOf(shown("bundle")));
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/tiles.md");
  ASSERT_TRUE(page);
  EXPECT_NE(page->find("`" + reader->verifier_key().ToString() + "`"), std::string::npos);
}

}  // namespace
}  // namespace garant::trail

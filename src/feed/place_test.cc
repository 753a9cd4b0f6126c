#include "feed/place.h"

#include <gtest/gtest.h>

#include "trail/keys/page_example.h"
#include "trail/store/test_folder.h"
#include "trail/tree/proofs.h"

namespace garant::feed {
namespace {

using base::Code;

Place Example() {
  return {"garant/parking-permits", base::Sha256(base::AsBytes("foo")), 7,
          base::Sha256(base::AsBytes("bar"))};
}

Place PlaceIn(const trail::TrailReader& reader, uint64_t next) {
  return {reader.checkpoint().origin, {}, next, *trail::TreeRoot(reader.hashes(), next)};
}

TEST(Place, IsAsThePageShowsIt) {
  EXPECT_EQ(FormatPlace(Example()), trail::ExampleOf("export.md", "place"));
  const auto read = ParsePlace(FormatPlace(Example()));
  ASSERT_TRUE(read) << read.error().message.en;
  EXPECT_EQ(*read, Example());
}

TEST(Place, NothingElseIsTaken) {
  const std::string text = FormatPlace(Example());
  for (size_t i = 0; i < text.size(); ++i)
    EXPECT_FALSE(ParsePlace(text.substr(0, i))) << text.substr(0, i);
  for (const std::string& more : std::vector<std::string>{"\n", "x", "x\n"})
    EXPECT_FALSE(ParsePlace(text + more));
  for (const auto& [from, to] : {std::pair("\n7\n", "\n07\n"),
                                 {"\n7\n", "\n-7\n"},
                                 {"\n7\n", "\n18446744073709551616\n"},
                                 {"sha256:2c", "sha256:xx"},
                                 {"garant/parking-permits", ""}}) {
    std::string other = text;
    other.replace(other.find(from), std::string_view(from).size(), to);
    EXPECT_FALSE(ParsePlace(other)) << other;
  }
}

TEST(Place, ANewerVersionIsNamed) {
  std::string text = FormatPlace(Example());
  text.replace(text.find("/1"), 2, "/2");
  const auto read = ParsePlace(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kUnsupported);
}

TEST(Place, FollowsTheTrailThatItIsOf) {
  const trail::TestFolder folder;
  folder.Fill(700);
  const auto reader = trail::TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader);
  for (const uint64_t next : {0U, 1U, 300U, 512U, 700U})
    EXPECT_TRUE(CheckPlace(PlaceIn(*reader, next), *reader)) << next;
}

TEST(Place, RefusesATrailThatWasChangedOrCutOrIsAnother) {
  const trail::TestFolder folder;
  folder.Fill(700);
  const auto reader = trail::TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader);
  Place changed = PlaceIn(*reader, 300);
  changed.root[0] ^= 1;
  Place cut = PlaceIn(*reader, reader->size());
  ++cut.next;
  for (const Place& place : {changed, cut}) {
    const auto checked = CheckPlace(place, *reader);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Code::kUntrusted);
  }
  Place another = PlaceIn(*reader, 300);
  another.origin = "somebody else";
  ASSERT_FALSE(CheckPlace(another, *reader));
  EXPECT_EQ(CheckPlace(another, *reader).error().code, Code::kConflict);
  EXPECT_FALSE(CheckSame(another, base::Sha256(base::AsBytes("x")), "file"));
  EXPECT_TRUE(CheckSame(another, another.what, "file"));
}

TEST(PlaceFile, IsThereNextTimeAndForOneAtATime) {
  const trail::TestFolder folder;
  const std::string path = folder.root_key() + ".place";
  {
    const auto file = PlaceFile::Open(path);
    ASSERT_TRUE(file);
    EXPECT_EQ(*file->Read(), std::nullopt);
    ASSERT_TRUE(file->Write(Example()));
    const auto second = PlaceFile::Open(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::kConflict);
  }
  const auto file = PlaceFile::Open(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(**file->Read(), Example());
  ASSERT_TRUE(base::WriteFileDurably(path, "something else"));
  const auto read = file->Read();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where.file, path);
}

}  // namespace
}  // namespace garant::feed

#include "trail/upkeep/digest_list.h"

#include <gtest/gtest.h>

#include "trail/keys/page_example.h"
#include "trail/tree/note.h"

namespace garant::trail {
namespace {

using base::Code;

constexpr std::array<uint8_t, 32> kSeed{0x21};
VerifierKey Log() { return *VerifierKey::FromSeed("permits.example", kSeed); }

DigestList AList() {
  DigestList list;
  list.files["keys/table"] = {5, base::Sha256(base::AsBytes("table"))};
  list.files["checkpoints"] = {0, base::Sha256({})};
  return list;
}
std::string Signed(const DigestList& list) {
  const std::string text = list.ToString();
  return text + "\n" + SignNote(text, Log(), kSeed).ToLine();
}

TEST(DigestList, IsThatOfItsPage) {
  const std::string page = ExampleOf("backup-digests.md", "digests");
  EXPECT_EQ(Signed(AList()), page) << Signed(AList());
  const auto list = DigestList::Parse(page, Log());
  ASSERT_TRUE(list) << list.error().message.en;
  EXPECT_TRUE(list->is_signed);
  EXPECT_EQ(list->files, AList().files);
  const auto bare = DigestList::Parse(AList().ToString(), Log());
  ASSERT_TRUE(bare);
  EXPECT_FALSE(bare->is_signed);
}

TEST(DigestList, TakesNoOtherByte) {
  for (const std::string& sound : {Signed(AList()), AList().ToString()})
    for (size_t at = 0; at < sound.size(); ++at)
      for (unsigned bit = 0; bit < 8; ++bit) {
        std::string changed = sound;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << bit));
        EXPECT_FALSE(DigestList::Parse(changed, Log())) << at << " " << bit;
      }
  const std::string sound = Signed(AList());
  // Without its signature it is whole, and says so.
  for (size_t end = 0; end < sound.size(); ++end)
    EXPECT_EQ(DigestList::Parse(sound.substr(0, end), Log()).has_value(),
              end == AList().ToString().size())
        << end;
}

TEST(DigestList, SaysWhatIsWrong) {
  const auto code = [](const std::string& text) { return DigestList::Parse(text, Log()).error(); };
  EXPECT_EQ(code("garant-backup/2\n").code, Code::kUnsupported);
  EXPECT_EQ(code("garant-backup/1\n").code, Code::kInvalid);
  EXPECT_EQ(code("garant-backup/1\nfile sha256:00 1 a\n").message.en.substr(0, 7), "line 2:");
  constexpr std::array<uint8_t, 32> kOther{0x22};
  const std::string text = AList().ToString();
  const auto forged = SignNote(text, Log(), kOther).ToLine();
  EXPECT_EQ(code(text + "\n" + forged).code, Code::kUntrusted);
  const auto foreign =
      SignNote(text, *VerifierKey::FromSeed("permits.example", kOther), kOther).ToLine();
  EXPECT_EQ(code(text + "\n" + foreign).code, Code::kUntrusted);
}

}  // namespace
}  // namespace garant::trail

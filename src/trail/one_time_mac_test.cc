#include "trail/one_time_mac.h"

#include <gtest/gtest.h>

#include <string_view>

namespace garant::trail {
namespace {

// RFC 8439, 2.5.2.
constexpr Key kKey = {0x85, 0xd6, 0xbe, 0x78, 0x57, 0x55, 0x6d, 0x33, 0x7f, 0x44, 0x52,
                      0xfe, 0x42, 0xd5, 0x06, 0xa8, 0x01, 0x03, 0x80, 0x8a, 0xfb, 0x0d,
                      0xb2, 0xfd, 0x4a, 0xbf, 0xf6, 0xaf, 0x41, 0x49, 0xf5, 0x1b};
constexpr std::string_view kMessage = "Cryptographic Forum Research Group";
constexpr OneTimeMac::Tag kTag = {0xa8, 0x06, 0x1d, 0xc1, 0x30, 0x51, 0x36, 0xc6,
                                  0xc2, 0x2b, 0x8b, 0xaf, 0x0c, 0x01, 0x27, 0xa9};

TEST(OneTimeMac, IsThatOfTheRfcWhateverThePieces) {
  for (size_t cut = 0; cut <= kMessage.size(); ++cut) {
    OneTimeMac mac(kKey);
    mac.Add(base::AsBytes(kMessage.substr(0, cut)));
    mac.Add(base::AsBytes(kMessage.substr(cut)));
    EXPECT_EQ(mac.Finish(), kTag) << cut;
  }
}

TEST(WrittenFile, BeginsWithWhatWasWrittenAndNothingElse) {
  const std::string text = "first batch, second batch";
  WrittenFileMaker maker;
  maker.Add(base::AsBytes(std::string_view(text).substr(0, 11)));
  maker.Add(base::AsBytes(std::string_view(text).substr(11)));
  const WrittenFile written = maker.Finish();
  EXPECT_TRUE(written.Begins(base::AsBytes(text)));
  EXPECT_TRUE(written.Begins(base::AsBytes(text + "room that was taken ahead")));
  EXPECT_FALSE(written.Begins(base::AsBytes(std::string_view(text).substr(0, text.size() - 1))));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(written.Begins(base::AsBytes(changed))) << i;
  }
  WrittenFileMaker again;
  again.Add(base::AsBytes(text));
  EXPECT_NE(again.Finish().key, written.key);
}

}  // namespace
}  // namespace garant::trail

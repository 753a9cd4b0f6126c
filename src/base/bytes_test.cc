#include "base/bytes.h"

#include <gtest/gtest.h>

namespace garant::base {
namespace {

TEST(Bytes, HexRoundTripsAndRefusesRubbish) {
  EXPECT_EQ(ToHex(AsBytes("\x01\xab")), "01ab");
  EXPECT_EQ(AsText(*FromHex("4A6b")), "Jk");
  EXPECT_FALSE(FromHex("abc"));
  EXPECT_FALSE(FromHex("zz"));
}

TEST(Bytes, Base64HoldsTheVectorsOfRfc4648) {
  EXPECT_EQ(ToBase64(AsBytes("")), "");
  EXPECT_EQ(ToBase64(AsBytes("f")), "Zg==");
  EXPECT_EQ(ToBase64(AsBytes("fo")), "Zm8=");
  EXPECT_EQ(ToBase64(AsBytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(AsText(*FromBase64("Zm9vYg==")), "foob");
}

TEST(Bytes, Base64IsStrict) {
  EXPECT_FALSE(FromBase64("Zg="));
  EXPECT_FALSE(FromBase64("Zh=="));  // stray bits
  EXPECT_FALSE(FromBase64("Z=g="));
  EXPECT_FALSE(FromBase64("Zg==Zg=="));  // padding inside
  EXPECT_FALSE(FromBase64("Zm 8"));
}

TEST(Bytes, DigestHoldsTheVectorOfFips180) {
  const std::string text = FormatDigest(Sha256(AsBytes("abc")));
  EXPECT_EQ(text, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(*ParseDigest(text), Sha256(AsBytes("abc")));
  EXPECT_FALSE(ParseDigest("sha256:ba78"));
  EXPECT_FALSE(ParseDigest("md5:ba78"));
}

}  // namespace
}  // namespace garant::base

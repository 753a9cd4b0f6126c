#include "trail/upkeep/receipt.h"

#include <gtest/gtest.h>

#include "trail/append/memory_trail.h"
#include "trail/keys/page_example.h"
#include "trail/tree/checkpoint.h"

namespace garant::trail {
namespace {

using base::Code;

// Its parts are made by hand: what is under test is how they are put together and taken apart.
class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest() {
    seed_.fill(0x21);
    key_ = *VerifierKey::FromSeed("permits.example", seed_);
    Entry entry;
    entry.time = *base::ParseTime("2026-11-23T20:30:00Z");
    entry.generation.fill(0x22);
    entry.header.kind = "erasure";
    entry.header.service = "parking-permits";
    entry.header.source = "garant.trail";
    entry.header.facts = {{"held", std::vector<std::string>{"contact.email"}},
                          {"record", std::string(32, '5')}};
    leaf_ = *EncodeEntry(entry);
    receipt_ = *MakeReceipt("permits.example", 0, leaf_, {},
                            SignCheckpoint(1, LeafHash(leaf_), key_, seed_));
    text_ = SignReceipt(receipt_, key_, seed_);
  }
  [[nodiscard]] Code CodeOf(const std::string& text) const {
    const auto opened = OpenReceipt(text, key_);
    return opened ? Code::kIo : opened.error().code;
  }

  Key seed_{};
  VerifierKey key_;
  base::Bytes leaf_;
  Receipt receipt_;
  std::string text_;
};

TEST_F(ReceiptTest, IsAsThePageShows) { EXPECT_EQ(text_, ExampleOf("erasure.md", "receipt")); }

TEST_F(ReceiptTest, SaysWhatTheTombstoneSays) {
  const auto opened = OpenReceipt(text_, key_);
  ASSERT_TRUE(opened) << opened.error().message.en;
  EXPECT_EQ(*opened, receipt_);
  EXPECT_EQ(opened->tombstone.held, (std::vector<std::string>{"contact.email"}));
  EXPECT_EQ(base::ToHex(opened->tombstone.record), std::string(32, '5'));
}

TEST_F(ReceiptTest, IsRefusedWithAnyByteChangedOrMissing) {
  for (size_t i = 0; i < text_.size(); ++i) {
    std::string changed = text_;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(CodeOf(changed), Code::kIo) << i;
    EXPECT_NE(CodeOf(text_.substr(0, i)), Code::kIo) << i;
  }
  EXPECT_NE(CodeOf(text_ + "\n"), Code::kIo);
}

TEST_F(ReceiptTest, IsOfOneLogAndOneVersion) {
  Key other = seed_;
  other[0] ^= 1U;
  EXPECT_EQ(OpenReceipt(text_, *VerifierKey::FromSeed("permits.example", other)).error().code,
            Code::kUntrusted);
  std::string newer = text_;
  newer.replace(newer.find("/1\n"), 2, "/2");
  EXPECT_EQ(CodeOf(newer), Code::kUnsupported);
  EXPECT_EQ(CodeOf("permits.example\n1\n"), Code::kInvalid);
}

// Signed by the log itself and yet not true: a log that lies must find somebody who looks.
TEST_F(ReceiptTest, HoldsTheLogToWhatItSigned) {
  const auto code = [this](auto change) {
    Receipt changed = receipt_;
    change(changed);
    return CodeOf(SignReceipt(changed, key_, seed_));
  };
  EXPECT_EQ(code([](Receipt&) {}), Code::kIo);
  EXPECT_EQ(code([](Receipt& r) { r.tombstone.held.clear(); }), Code::kUntrusted);
  EXPECT_EQ(code([](Receipt& r) { r.tombstone.record[0] ^= 1U; }), Code::kUntrusted);
  EXPECT_EQ(code([](Receipt& r) { r.time += std::chrono::days(1); }), Code::kUntrusted);
  EXPECT_EQ(code([](Receipt& r) { r.origin = "other.example"; }), Code::kUntrusted);
  EXPECT_EQ(code([](Receipt& r) { r.entry = 1; }), Code::kInvalid);
  EXPECT_EQ(code([](Receipt& r) { r.proof.emplace_back(); }), Code::kUntrusted);
  EXPECT_EQ(code([](Receipt& r) { r.proof.resize(64); }), Code::kInvalid);
  EXPECT_EQ(code([this](Receipt& r) {
              r.checkpoint = SignCheckpoint(0, Frontier().Root(), key_, seed_);
            }),
            Code::kUntrusted);
  EXPECT_EQ(
      code([this](Receipt& r) { r.checkpoint = SignCheckpoint(1, LeafHash({}), key_, seed_); }),
      Code::kUntrusted);
}

TEST_F(ReceiptTest, IsOfATombstoneAlone) {
  Entry entry = *DecodeEntry(leaf_);
  entry.header.kind = "request";
  const base::Bytes other = *EncodeEntry(entry);
  EXPECT_FALSE(MakeReceipt("permits.example", 0, other, {}, receipt_.checkpoint));
  EXPECT_FALSE(MakeReceipt("permits.example", 1, leaf_, {}, receipt_.checkpoint));
}

}  // namespace
}  // namespace garant::trail

#include "trail/crypto/sha256.h"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

namespace garant::trail {
namespace {

using base::Bytes;
using base::Digest;

Bytes Some(size_t size, size_t seed) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 131 + seed);
  return bytes;
}

Digest ByOpenSsl(const Bytes& key, const Bytes& message) {
  Digest out{};
  unsigned length = 0;
  EXPECT_NE(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(),
                 message.size(), out.data(), &length),
            nullptr);
  EXPECT_EQ(length, out.size());
  return out;
}

// Of messages that end in each place of a block, that are small and that are not.
TEST(HmacKey, IsWhatOpenSslMakes) {
  for (const size_t key_size : {1U, 32U, 64U, 65U, 200U}) {
    const Bytes key = Some(key_size, key_size);
    const HmacKey mac(key);
    for (size_t size = 0; size <= 300; ++size) {
      const Bytes message = Some(size, 7);
      const Digest expected = ByOpenSsl(key, message);
      ASSERT_EQ(mac.Mac({message}), expected) << key_size << " " << size;
      const base::ByteView view(message);
      ASSERT_EQ(mac.Mac({view.first(size / 3), {}, view.subspan(size / 3)}), expected);
    }
  }
}

TEST(Sha256OfNode, HashesBothBehindAOne) {
  const Bytes both = Some(64, 3);
  Bytes message{0x01};
  message.insert(message.end(), both.begin(), both.end());
  Digest left{};
  Digest right{};
  std::copy_n(both.begin(), 32, left.begin());
  std::copy_n(both.begin() + 32, 32, right.begin());
  EXPECT_EQ(Sha256OfNode(left, right), base::Sha256(message));
}

}  // namespace
}  // namespace garant::trail

#include "server/access.h"

#include <openssl/crypto.h>

#include <array>

namespace garant::server {
namespace {

std::string FreshSecret() {
  std::array<uint8_t, 32> bytes{};
  base::FillRandom(bytes);
  return base::ToHex(bytes);
}

base::Digest DigestOf(std::string_view text) { return base::Sha256(base::AsBytes(text)); }

}  // namespace

bool Access::Is(const std::optional<Secret>& secret, std::string_view text, Clock::time_point now) {
  if (!secret) return false;
  const base::Digest asked = DigestOf(text);
  const bool same = CRYPTO_memcmp(asked.data(), secret->digest.data(), asked.size()) == 0;
  return same && now < secret->until;
}

std::string Access::MakeToken(Clock::time_point now) {
  std::string token = FreshSecret();
  const std::lock_guard lock(mutex_);
  link_ = Secret{DigestOf(token), now + terms_.link};
  return token;
}

std::optional<std::string> Access::Redeem(std::string_view token, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (!Is(link_, token, now)) return std::nullopt;
  link_.reset();
  std::string session = FreshSecret();
  session_ = Secret{DigestOf(session), now + terms_.session};
  return session;
}

bool Access::Allows(std::string_view session, Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  return Is(session_, session, now);
}

}  // namespace garant::server

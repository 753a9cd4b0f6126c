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

std::string Access::MakeToken(Clock::time_point now, Role role) {
  std::string token = FreshSecret();
  const std::lock_guard lock(mutex_);
  links_[static_cast<size_t>(role)] = Secret{DigestOf(token), now + terms_.link};
  return token;
}

std::optional<std::string> Access::Redeem(std::string_view token, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (size_t role = 0; role < links_.size(); ++role) {
    if (!Is(links_[role], token, now)) continue;
    links_[role].reset();
    std::string session = FreshSecret();
    sessions_[role] = Secret{DigestOf(session), now + terms_.session};
    return session;
  }
  return std::nullopt;
}

std::optional<Access::Role> Access::RoleOf(std::string_view session, Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  for (size_t role = sessions_.size(); role-- > 0;)
    if (Is(sessions_[role], session, now)) return static_cast<Role>(role);
  return std::nullopt;
}

}  // namespace garant::server

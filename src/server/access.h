#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Who may read, until accounts exist: whoever opened the one-time link that was printed at the
// start.
namespace garant::server {

// Safe for several threads. Neither the token nor the session's value is kept, only their digests;
// what is compared is compared in constant time.
class Access {
 public:
  using Clock = std::chrono::steady_clock;
  struct Terms {
    std::chrono::seconds link{600};  // how long the link can be opened
    std::chrono::seconds session{12 * 3600};
  };
  explicit Access(Terms terms) : terms_(terms) {}

  // An auditor may do what a reader may, and read entries as they are stored; an officer what a
  // reader may, and open what is sealed. Each role has its own link and session.
  enum class Role : uint8_t { kReader, kAuditor, kOfficer };

  // A new link's token, 64 hexadecimal digits; an earlier one that was not opened is worth nothing
  // from then on.
  [[nodiscard]] std::string MakeToken(Clock::time_point now, Role role = Role::kReader);
  // The value of the session's cookie; nothing where the token is not the one, was used, or is too
  // old. It takes the place of an earlier session of its role.
  [[nodiscard]] std::optional<std::string> Redeem(std::string_view token, Clock::time_point now);
  [[nodiscard]] bool Allows(std::string_view session, Clock::time_point now) const {
    return RoleOf(session, now).has_value();
  }
  [[nodiscard]] std::optional<Role> RoleOf(std::string_view session, Clock::time_point now) const;
  [[nodiscard]] std::chrono::seconds session_lifetime() const { return terms_.session; }

 private:
  struct Secret {
    base::Digest digest{};
    Clock::time_point until{};
  };
  [[nodiscard]] static bool Is(const std::optional<Secret>& secret, std::string_view text,
                               Clock::time_point now);

  Terms terms_;
  mutable std::mutex mutex_;
  std::array<std::optional<Secret>, 3> links_;  // by role
  std::array<std::optional<Secret>, 3> sessions_;
};

}  // namespace garant::server

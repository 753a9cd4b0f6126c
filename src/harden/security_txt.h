#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace garant::harden {

struct SecurityTxt {
  bool present = false;
  bool partial = false;               // it is longer than is read
  bool contact = false;               // a Contact field with a URI
  std::optional<base::Time> expires;  // nothing where absent, repeated or malformed
};
// RFC 9116, clear-signed or not. Untrusted.
[[nodiscard]] SecurityTxt ParseSecurityTxt(std::string_view text);

}  // namespace garant::harden

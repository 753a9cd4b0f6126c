#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace garant::trail {

// Where a root lies on a token, as a PKCS#11 URI says it (RFC 7512):
// pkcs11:token=…;object=…?module-path=/…&pin-source=file:/…
struct Pkcs11Uri {
  std::string token;       // label of the token
  std::string serial;      // of the token; empty: any
  std::string object;      // label of this trail's roots; "garant" where the URI names none
  std::string module;      // absolute path of the module
  std::string pin_source;  // "file:/path" or "env:NAME"
};

// Refuses what it does not know, a token or module left out, and a PIN in the URI itself, which
// would stand in lists of processes: no message quotes that.
[[nodiscard]] base::Result<Pkcs11Uri> ParsePkcs11Uri(std::string_view text);
// The PIN at the URI's pin_source, without the line end; a file must be its owner's alone.
[[nodiscard]] base::Result<std::string> ReadPin(const std::string& pin_source);

}  // namespace garant::trail

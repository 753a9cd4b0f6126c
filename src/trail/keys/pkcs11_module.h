#pragma once

#include <p11-kit/pkcs11.h>

#include <string>

#include "base/result.h"
#include "base/text.h"
#include "trail/keys/pkcs11_uri.h"

// A PKCS#11 module (v2.40), its tokens, and what it says of failures.
namespace garant::trail {

// `doing` as in {"wrap a key", "d’envelopper une clé"}. kPermission where the PIN is refused.
[[nodiscard]] base::Error TokenError(const base::Text& doing, CK_RV code);
base::Status CheckPkcs11(CK_RV code, const char* en, const char* fr);
[[nodiscard]] base::Result<CK_FUNCTION_LIST*> LoadPkcs11Module(const std::string& path);
// Where the token is that the URI names; kNotFound where there is none.
[[nodiscard]] base::Result<CK_SLOT_ID> FindPkcs11Slot(CK_FUNCTION_LIST& module,
                                                      const Pkcs11Uri& uri);

}  // namespace garant::trail

#include "trail/keys/pkcs11_module.h"

#include <dlfcn.h>

#include <algorithm>
#include <vector>

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

// A field of the standard: padded with spaces, ended by nothing.
template <size_t kSize>
std::string Padded(const CK_UTF8CHAR (&field)[kSize]) {
  std::string text(reinterpret_cast<const char*>(field), kSize);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

Error TokenError(const Text& doing, CK_RV code) {
  Text why = Filled("PKCS#11 error {}", "erreur PKCS#11 {}", {uint64_t{code}});
  if (code == CKR_PIN_INCORRECT) why = {"the PIN is not right", "le NIP n’est pas le bon"};
  if (code == CKR_PIN_LOCKED)
    why = {"the PIN is locked after too many tries", "le NIP est bloqué après trop d’essais"};
  if (code == CKR_TOKEN_NOT_PRESENT || code == CKR_DEVICE_REMOVED)
    why = {"the token is not there", "le jeton n’est pas là"};
  const bool refused = code == CKR_PIN_INCORRECT || code == CKR_PIN_LOCKED;
  return Error{refused ? Code::kPermission : Code::kIo,
               Filled("the root key's token: cannot {}: {}",
                      "jeton de la clé racine : impossible {} : {}", {doing, why}),
               {}};
}

Status CheckPkcs11(CK_RV code, const char* en, const char* fr) {
  if (code == CKR_OK) return Ok{};
  return TokenError({en, fr}, code);
}

// The module stays loaded and initialised as long as the process runs: others may use it too, and
// many modules do not survive being taken down and set up again.
Result<CK_FUNCTION_LIST*> LoadPkcs11Module(const std::string& path) {
  void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (module == nullptr)
    return Error{Code::kNotFound,
                 Filled("cannot load the PKCS#11 module {}; is it installed?",
                        "impossible de charger le module PKCS#11 {}; est-il installé?", {path}),
                 {}};
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(module, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (get == nullptr || get(&functions) != CKR_OK || functions == nullptr)
    return Error{Code::kInvalid,
                 Filled("{} is no PKCS#11 module", "{} n’est pas un module PKCS#11", {path}),
                 {}};
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV code = functions->C_Initialize(&arguments);
  if (code != CKR_CRYPTOKI_ALREADY_INITIALIZED)
    TRY(CheckPkcs11(code, "start its module", "de démarrer son module"));
  return functions;
}

Result<CK_SLOT_ID> FindPkcs11Slot(CK_FUNCTION_LIST& module, const Pkcs11Uri& uri) {
  CK_ULONG count = 0;
  TRY(CheckPkcs11(module.C_GetSlotList(CK_TRUE, nullptr, &count), "list the tokens",
                  "de lister les jetons"));
  std::vector<CK_SLOT_ID> slots(count);
  TRY(CheckPkcs11(module.C_GetSlotList(CK_TRUE, slots.data(), &count), "list the tokens",
                  "de lister les jetons"));
  slots.resize(std::min<size_t>(slots.size(), count));
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO about{};
    if (module.C_GetTokenInfo(slot, &about) != CKR_OK) continue;
    const bool named = uri.token.empty() || Padded(about.label) == uri.token;
    if (named && (uri.serial.empty() || Padded(about.serialNumber) == uri.serial)) return slot;
  }
  return Error{Code::kNotFound,
               Filled("there is no token '{}' behind the module {}",
                      "il n’y a pas de jeton « {} » derrière le module {}",
                      {uri.token.empty() ? uri.serial : uri.token, uri.module}),
               {}};
}

}  // namespace garant::trail

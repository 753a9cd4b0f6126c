#include "trail/keys/custody.h"

#include "base/file.h"

namespace garant::trail {

bool IsPkcs11(std::string_view root) { return root.starts_with("pkcs11:"); }

bool HasCustody(const std::string& root) {
  return !root.empty() && (IsPkcs11(root) || base::Exists(root));
}

base::Result<std::unique_ptr<RootCustody>> OpenCustody(const std::string& root,
                                                       const std::string& trail_folder) {
  if (root.empty())
    return base::Error{base::Code::kInvalid,
                       {"no root key is named; give it with --root-key, or the service file that "
                        "says which it is with --service",
                        "aucune clé racine n’est nommée; donnez-la avec --root-key, ou le fichier "
                        "de service qui dit laquelle c’est avec --service"},
                       {}};
  return IsPkcs11(root) ? OpenPkcs11Custody(root) : OpenFileCustody(root, trail_folder);
}

}  // namespace garant::trail

#include "trail/custody.h"

#include "base/file.h"

namespace garant::trail {

bool IsPkcs11(std::string_view root) { return root.starts_with("pkcs11:"); }

bool HasCustody(const std::string& root) {
  return !root.empty() && (IsPkcs11(root) || base::Exists(root));
}

base::Result<std::unique_ptr<RootCustody>> OpenCustody(const std::string& root,
                                                       const std::string& trail_folder) {
  return IsPkcs11(root) ? OpenPkcs11Custody(root) : OpenFileCustody(root, trail_folder);
}

}  // namespace garant::trail

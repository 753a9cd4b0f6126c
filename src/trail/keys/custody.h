#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/crypto/crypto.h"

// Where the roots of trails are kept, outside every key store and its copies (docs/keys.md). Not
// for concurrent use.
namespace garant::trail {

using RootId = std::array<uint8_t, 16>;

class RootCustody {
 public:
  virtual ~RootCustody() = default;

  // Makes a new root of a name that was drawn for it; it is durable then. kConflict where there is
  // one of that name.
  virtual base::Status Make(const RootId& id) = 0;
  // For good, as far as the device can. Ok where there is none of that name.
  virtual base::Status Destroy(const RootId& id) = 0;
  // In no order; more than one trail may keep its roots here.
  [[nodiscard]] virtual base::Result<std::vector<RootId>> List() = 0;

  // kNotFound where there is no such root. What Wrap gives is in the custody's own form.
  [[nodiscard]] virtual base::Result<base::Bytes> Wrap(const RootId& id, const Key& table_key) = 0;
  // kUntrusted where this root did not wrap it, or it was changed.
  [[nodiscard]] virtual base::Result<Key> Unwrap(const RootId& id, base::ByteView wrapped) = 0;
};

// `root` is a file (trials only) or a URI "pkcs11:…" (RFC 7512). Refuses a file that others may
// use, that is none of roots, or that lies inside `trail_folder`; a module or token that does not
// answer.
[[nodiscard]] base::Result<std::unique_ptr<RootCustody>> OpenCustody(
    const std::string& root, const std::string& trail_folder);
// Whether there is something to open: a file of that name, or a URI.
[[nodiscard]] bool HasCustody(const std::string& root);
[[nodiscard]] bool IsPkcs11(std::string_view root);

// Makes a new file for roots with none in it yet, mode 0600; refuses to replace one. Of a URI,
// makes nothing.
base::Status CreateRootKey(const std::string& path);

// The two kinds.
[[nodiscard]] base::Result<std::unique_ptr<RootCustody>> OpenFileCustody(
    const std::string& path, const std::string& trail_folder);
[[nodiscard]] base::Result<std::unique_ptr<RootCustody>> OpenPkcs11Custody(const std::string& uri);

}  // namespace garant::trail

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// OpenSSH public keys of untrusted origin (RFC 4253 section 6.6, RFC 8709, RFC 5656, OpenSSH's
// PROTOCOL.u2f).
namespace garant::identity {

enum class KeyType { kEd25519, kEd25519Sk, kEcdsaP256 };

[[nodiscard]] std::string_view KeyTypeName(KeyType type);

struct PublicKey {
  KeyType type = KeyType::kEd25519;
  base::Bytes point;        // 32 bytes, or 65 (uncompressed) for P-256
  std::string application;  // of a FIDO key: "ssh:"
  base::Bytes blob;         // the key in wire form, as signatures carry it

  // "SHA256:…", as ssh-keygen prints it.
  [[nodiscard]] std::string Fingerprint() const;
  bool operator==(const PublicKey& other) const { return blob == other.blob; }
};

// One line of an authorized_keys file without options: "ssh-ed25519 AAAA… comment".
[[nodiscard]] base::Result<PublicKey> ParsePublicKey(std::string_view line);
[[nodiscard]] base::Result<PublicKey> ParseKeyBlob(base::ByteView blob);

}  // namespace garant::identity

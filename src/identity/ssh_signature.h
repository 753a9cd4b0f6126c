#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "identity/ssh_key.h"

// What `ssh-keygen -Y sign` writes: OpenSSH's PROTOCOL.sshsig.
namespace garant::identity {

struct SshSignature {
  PublicKey key;
  std::string name_space;
  std::string hash;       // "sha256" or "sha512"
  base::Bytes signature;  // 64 bytes of Ed25519, or the two integers of ECDSA in wire form
  uint8_t flags = 0;      // of a FIDO key
  uint32_t counter = 0;
};

// The armored form, one signature and nothing else. Untrusted.
[[nodiscard]] base::Result<SshSignature> ParseSshSignature(std::string_view armored);

// kUntrusted where `signature` is not `key`'s signature over `message` in `name_space`, or a FIDO
// key signed without a person touching it.
base::Status VerifySshSignature(const SshSignature& signature, const PublicKey& key,
                                std::string_view name_space, std::string_view message);

}  // namespace garant::identity

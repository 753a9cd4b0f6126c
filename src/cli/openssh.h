#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace garant::cli {

// The armored signature of an act's payload. OpenSSH's own program signs, so that agents, FIDO keys
// and passphrases work as their owner knows them: the private key never passes through Garant.
[[nodiscard]] base::Result<std::string> SignWithOpenSsh(const std::string& payload,
                                                        const std::string& key);
// Likewise for many payloads with one key, in their order: the program starts once.
[[nodiscard]] base::Result<std::vector<std::string>> SignAllWithOpenSsh(
    std::span<const std::string> payloads, const std::string& key);
// Makes an Ed25519 key pair without a passphrase at `path`; gives the public key's line.
[[nodiscard]] base::Result<std::string> MakeKey(const std::string& path);

}  // namespace garant::cli

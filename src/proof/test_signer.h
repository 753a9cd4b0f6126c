#pragma once

#include <string>
#include <string_view>

#include "identity/act.h"

// Signs as ssh-keygen does (OpenSSH's PROTOCOL.sshsig), with keys that tests make from a number.
namespace garant::proof {

class TestSigner {
 public:
  explicit TestSigner(uint8_t number);

  // "ssh-ed25519 AAAA…"
  [[nodiscard]] std::string PublicKey() const;
  [[nodiscard]] identity::SignedAct Sign(const identity::Act& act) const;
  [[nodiscard]] std::string SignText(std::string_view text,
                                     std::string_view name_space = identity::kActNamespace) const;

 private:
  base::Bytes seed_;
  base::Bytes point_;
};

}  // namespace garant::proof

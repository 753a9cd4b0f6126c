#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "identity/ssh_signature.h"

namespace {

void Try(std::string_view armored) {
  const auto signature = garant::identity::ParseSshSignature(armored);
  if (!signature) return;
  (void)garant::identity::VerifySshSignature(*signature, signature->key, signature->name_space,
                                             "message");
}

}  // namespace

// The bytes as armored text, as what stands in the armor (which a fuzzer would seldom write), and
// as a line of a key file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Try(text);
  (void)garant::identity::ParsePublicKey(text);
  const std::string encoded = garant::base::ToBase64({data, size});
  std::string armored = "-----BEGIN SSH SIGNATURE-----\n";
  for (size_t i = 0; i < encoded.size(); i += 70) armored += encoded.substr(i, 70) + "\n";
  Try(armored + "-----END SSH SIGNATURE-----\n");
  return 0;
}

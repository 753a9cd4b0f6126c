#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "trail/tree/proof_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant::trail;
  static constexpr std::array<uint8_t, 32> kSeed{1, 2, 3};
  static const VerifierKey kLog = *VerifierKey::FromSeed("permits.example", kSeed);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto proof = ProofText::Parse(text)) {
    if (proof->ToString() != text || (!proof->inclusion && !proof->consistency)) std::abort();
    if (proof->inclusion) (void)CheckInclusion(*proof->inclusion, {}, kLog);
    if (proof->consistency) (void)CheckConsistency(*proof->consistency, {}, kLog);
  }
  // What a witness is sent.
  if (const auto request = ConsistencyText::Parse(text))
    if (request->ToString() != text || request->hashes.size() > kMostHashes) std::abort();
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "trail/search/search_proof.h"

// Whatever the text: it is refused, or read and written again as it was; and what is checked of it
// never reads outside of it. The checkpoint of the corpus is signed with this seed.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant::trail;
  static constexpr std::array<uint8_t, 32> kSeed{0x21};
  static const VerifierKey kLog = *VerifierKey::FromSeed("permits.example", kSeed);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto proof = SearchProof::Parse(text);
  if (!proof) return 0;
  if (proof->ToString() != text) std::abort();
  const auto checked = CheckSearch(*proof, kLog);
  if (!checked) return 0;
  for (const Entry& entry : checked->entries)
    if (entry.index < proof->from || entry.index >= proof->end) std::abort();
  return 0;
}

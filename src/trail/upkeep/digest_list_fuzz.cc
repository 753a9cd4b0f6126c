#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "trail/upkeep/digest_list.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant::trail;
  static constexpr std::array<uint8_t, 32> kSeed{0x21};
  static const VerifierKey kLog = *VerifierKey::FromSeed("permits.example", kSeed);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto list = DigestList::Parse(text, kLog)) {
    // One spelling each: what was read is written as it was.
    const std::string again = list->ToString();
    if (!text.starts_with(again) || (text.size() != again.size()) != list->is_signed) std::abort();
  }
  return 0;
}

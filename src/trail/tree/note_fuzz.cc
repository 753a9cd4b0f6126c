#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "trail/tree/checkpoint.h"

// One note with any signatures, and a sequence of such notes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant::trail;
  static constexpr std::array<uint8_t, 32> kSeed{1, 2, 3};
  static const VerifierKey kLog = *VerifierKey::FromSeed("permits.example", kSeed);
  static const VerifierKey kWitness =
      *VerifierKey::FromSeed("witness.example", kSeed, KeyType::kCosignature);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto note = Note::Parse(text)) {
    if (note->ToString() != text || note->signatures.empty() || !note->text.ends_with('\n'))
      std::abort();
    (void)OpenCheckpoint(*note, kLog);
    (void)VerifyCosignature(*note, kWitness);
  }
  (void)ParseCheckpoint(text);
  std::string_view rest = text;
  while (const size_t length = FirstCosignedLength(rest)) {
    if (length > rest.size()) std::abort();
    rest.remove_prefix(length);
  }
  return 0;
}

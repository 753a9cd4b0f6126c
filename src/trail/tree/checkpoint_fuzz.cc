#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "trail/tree/checkpoint.h"

// The first line is read as a verifier key, the rest as notes by a known key.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using garant::trail::VerifierKey;
  static constexpr std::array<uint8_t, 32> kSeed{1, 2, 3};
  static const VerifierKey kKey = *VerifierKey::FromSeed("permits.example", kSeed);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  if (const auto key = VerifierKey::Parse(line); key && key->ToString() != line) std::abort();
  std::string_view rest = end == std::string_view::npos ? "" : text.substr(end + 1);
  while (const size_t length = garant::trail::FirstNoteLength(rest)) {
    const auto note = garant::trail::OpenCheckpoint(rest.substr(0, length), kKey);
    if (note && garant::trail::SignCheckpoint(note->size, note->root, kKey, kSeed) !=
                    rest.substr(0, length))
      std::abort();
    rest.remove_prefix(length);
  }
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "trail/tree/note.h"
#include "trail/upkeep/receipt.h"

// As it comes, and signed by the log, so that the reading of what it says is reached. What holds is
// written again as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant::trail;
  static const std::array<uint8_t, 32> kSeed = [] {
    std::array<uint8_t, 32> seed{};
    seed.fill(0x21);  // as on the page
    return seed;
  }();
  static const VerifierKey kKey = *VerifierKey::FromSeed("permits.example", kSeed);
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)OpenReceipt(text, kKey);
  Note note{.text = text, .signatures = {}};
  if (!text.ends_with('\n')) note.text += '\n';
  note.signatures.push_back(SignNote(note.text, kKey, kSeed));
  const std::string signed_text = note.ToString();
  const auto receipt = OpenReceipt(signed_text, kKey);
  if (receipt && SignReceipt(*receipt, kKey, kSeed) != signed_text) std::abort();
  return 0;
}

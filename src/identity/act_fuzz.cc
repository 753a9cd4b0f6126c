#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "identity/act.h"

// What is read is written again as the same text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto act = garant::identity::ParseAct(text);
  if (!act) return 0;
  const auto again = garant::identity::FormatAct(*act);
  if (!again || *again != text) std::abort();
  return 0;
}

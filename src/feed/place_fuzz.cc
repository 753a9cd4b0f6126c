#include <cstdlib>

#include "feed/place.h"

// Whatever is read is written again as it was.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto place = garant::feed::ParsePlace(text);
  if (place && garant::feed::FormatPlace(*place) != text) std::abort();
  return 0;
}

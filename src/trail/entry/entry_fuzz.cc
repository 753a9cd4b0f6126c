#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "trail/entry/entry.h"
#include "trail/entry/observation.h"

// What is read is written again as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const garant::base::ByteView bytes(data, size);
  const auto entry = garant::trail::DecodeEntry(bytes);
  if (!entry) return 0;
  const auto again = garant::trail::EncodeEntry(*entry);
  if (!again || *again != garant::base::Bytes(bytes.begin(), bytes.end())) std::abort();
  for (uint32_t part = 0; part < entry->parts.size(); ++part)
    if (!garant::trail::AssociatedData(*entry, part)) std::abort();
  (void)garant::trail::FromEntry(*entry);
  return 0;
}

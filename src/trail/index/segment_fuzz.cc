#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "trail/index/segment.h"

// Whatever stands in the file of a segment, each leaf is read or refused within the bytes there
// are.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using garant::base::ByteView;
  const auto segment = garant::trail::Segment::From(ByteView(data, size));
  if (!segment) return 0;
  (void)segment->CheckDigest();
  garant::base::Bytes leaf;
  const uint32_t entries = segment->entries();
  for (uint32_t number = 0; number < entries; number += 1 + entries / 512) {
    if (segment->ReadLeaf(number, leaf) && leaf.size() > garant::trail::kMaxEntryBytes)
      std::abort();
    for (const uint32_t width : segment->Widths()) (void)segment->NodeOf(width, number / width);
    (void)segment->TimesOf(number / garant::trail::kBundleEntries);
  }
  return 0;
}

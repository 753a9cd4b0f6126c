#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "trail/index/runs.h"

// Whatever stands in the file of runs, what is found lies within the segment, and every block is
// read or refused within the bytes there are.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using garant::base::ByteView;
  using garant::trail::RunKey;
  const auto runs = garant::trail::Runs::From(ByteView(data, size), "permits.example");
  if (!runs) return 0;
  (void)runs->CheckDigest();
  std::array<uint8_t, 32> token{};
  for (size_t i = 1; i <= garant::trail::kRunKeys; ++i) {
    const auto key = static_cast<RunKey>(i);
    (void)runs->RootOf(key);
    for (uint64_t number = 0; number < runs->BlocksOf(key) && number < 64; ++number) {
      const auto block = runs->BlockAt(key, number);
      if (block) (void)block->LeafHash();
    }
    token[0] = static_cast<uint8_t>(i);
    runs->PrefetchFences(key, runs->HashOf(key, token));
    runs->PrefetchBlock(key, runs->HashOf(key, token));
    const auto found = runs->Find(key, token);
    if (!found) continue;
    for (const garant::trail::EntryRange& range : *found)
      if (uint64_t{range.first} + range.count > runs->entries()) std::abort();
  }
  return 0;
}

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "spool/record.h"

// What is read is written again as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const garant::base::ByteView bytes(data, size);
  const auto record = garant::spool::Decode(bytes);
  if (!record) return 0;
  garant::base::Bytes again(garant::spool::kLargestRequest);
  again.resize(garant::spool::Encode(*record, again));
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
  (void)garant::spool::MethodName(record->method);
  (void)garant::spool::OutcomeName(record->outcome);
  return 0;
}

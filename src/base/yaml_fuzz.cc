#include <cstddef>
#include <cstdint>

#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  garant::base::Diagnostics diagnostics;
  (void)garant::base::ParseYaml({reinterpret_cast<const char*>(data), size}, "fuzz.yaml",
                                diagnostics);
  return 0;
}

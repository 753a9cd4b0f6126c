#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "trail/keys/pkcs11_uri.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto uri = garant::trail::ParsePkcs11Uri({reinterpret_cast<const char*>(data), size});
  if (uri && (uri->module.empty() || uri->pin_source.empty() || uri->object.empty())) std::abort();
  return 0;
}

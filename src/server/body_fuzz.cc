#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/body.h"

// A body, whatever it holds; what was taken from it fits what was asked for.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  server::Body body(std::string_view(reinterpret_cast<const char*>(data), size));
  if (const auto text = body.Text("subject"))
    if (text->empty() || !base::IsUtf8(*text)) std::abort();
  if (const auto number = body.Number("limit", 1, 100))
    if (*number < 1 || *number > 100) std::abort();
  (void)body.Time("since");
  const auto fault = body.Fault();
  if (fault && (fault->en.empty() || fault->fr.empty())) std::abort();
  return 0;
}

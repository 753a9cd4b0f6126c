#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "harden/html.h"

// Any bytes make a page; what would be recorded of it is bounded and well-formed.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  static const harden::Url kUrl = *harden::ParseUrl("https://city.example/apply");
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const harden::Page page = harden::ReadPage(bytes, kUrl, size % 2 == 0 ? "" : "iso-8859-1");
  for (const harden::Form& form : page.forms)
    for (const harden::FormField& field : form.fields)
      if (field.name.empty() || field.name.size() > 160 || !base::IsUtf8(field.name)) std::abort();
  for (const harden::Link& link : page.links)
    if (link.to.scheme != "http" && link.to.scheme != "https") std::abort();
  return 0;
}

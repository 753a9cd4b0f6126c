#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/request.h"

// Target, cookies and headers of a request: line by line, whatever they hold.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = server::ParseTarget(text)) {
    if (!target->path.starts_with('/') || !base::IsUtf8(target->path)) std::abort();
    for (const auto& [name, value] : target->query)
      if (!base::IsUtf8(name) || !base::IsUtf8(value)) std::abort();
  }
  if (const auto cookie = server::CookieOf(text, "garant-session"))
    if (cookie->find(';') != std::string_view::npos) std::abort();
  (void)server::LanguageOf(text);
  (void)server::WantsPage(text);
  if (server::IsOwnHost(text, 8080, "")) {
    std::string lower(text);
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (lower != "localhost:8080" && lower != "127.0.0.1:8080" && lower != "[::1]:8080")
      std::abort();
  }
  return 0;
}

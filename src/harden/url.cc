#include "harden/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace garant::harden {
namespace {

constexpr size_t kMostBytes = 8192;

struct FreeHandle {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, FreeHandle>;

std::string Part(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string result = text;
  curl_free(text);
  return result;
}

// Browsers drop line ends and tabs within an address, and white space around it.
std::string Cleaned(std::string_view text) {
  std::string result;
  for (char c : text)
    if (c != '\n' && c != '\r' && c != '\t') result += c;
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!result.empty() && blank(result.back())) result.pop_back();
  const auto first = std::find_if_not(result.begin(), result.end(), blank);
  result.erase(result.begin(), first);
  return result;
}

std::optional<Url> Read(CURLU* handle) {
  Url url;
  url.scheme = Part(handle, CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  if (!Part(handle, CURLUPART_USER).empty() || !Part(handle, CURLUPART_PASSWORD).empty())
    return std::nullopt;
  url.host = Part(handle, CURLUPART_HOST);
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string port = Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const unsigned long number = port.size() > 5 ? 0 : std::strtoul(port.c_str(), nullptr, 10);
  if (url.host.empty() || number == 0 || number > 65535) return std::nullopt;
  url.port = static_cast<uint16_t>(number);
  if (std::string path = Part(handle, CURLUPART_PATH); !path.empty()) url.path = std::move(path);
  url.query = Part(handle, CURLUPART_QUERY);
  return url;
}

}  // namespace

std::string Url::Authority() const { return host + ":" + std::to_string(port); }

std::string Url::ToString() const {
  return scheme + "://" + Authority() + path + (query.empty() ? "" : "?" + query);
}

Url Url::WithPath(std::string new_path) const {
  Url result = *this;
  result.path = std::move(new_path);
  result.query.clear();
  return result;
}

std::optional<Url> ParseUrl(std::string_view text) {
  if (text.size() > kMostBytes || text.find('\0') != std::string_view::npos) return std::nullopt;
  const Handle handle(curl_url());
  if (handle == nullptr) return std::nullopt;
  if (curl_url_set(handle.get(), CURLUPART_URL, Cleaned(text).c_str(),
                   CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) != CURLUE_OK)
    return std::nullopt;
  return Read(handle.get());
}

std::optional<Url> ResolveUrl(const Url& base, std::string_view reference) {
  if (reference.size() > kMostBytes || reference.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::string cleaned = Cleaned(reference);
  cleaned.resize(std::min(cleaned.find('#'), cleaned.size()));
  if (cleaned.empty()) return base;
  const Handle handle(curl_url());
  if (handle == nullptr ||
      curl_url_set(handle.get(), CURLUPART_URL, base.ToString().c_str(), 0) != CURLUE_OK)
    return std::nullopt;
  // curl takes "mailto:a@b" as a relative path; a scheme is what stands before the first colon.
  const size_t colon = cleaned.find(':');
  const bool absolute =
      colon != std::string::npos && colon < cleaned.find_first_of("/?") &&
      std::isalpha(static_cast<unsigned char>(cleaned[0])) != 0 &&
      std::all_of(cleaned.begin(), cleaned.begin() + static_cast<long>(colon), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
      });
  if (absolute) return ParseUrl(cleaned);
  if (curl_url_set(handle.get(), CURLUPART_URL, cleaned.c_str(),
                   CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) != CURLUE_OK)
    return std::nullopt;
  return Read(handle.get());
}

}  // namespace garant::harden

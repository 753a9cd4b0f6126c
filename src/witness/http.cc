#include "witness/http.h"

#include <curl/curl.h>

#include <memory>

namespace garant::witness {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr size_t kLargestAnswer = size_t{256} << 10U;

struct Free {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

size_t Take(const char* bytes, size_t size, size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > kLargestAnswer) return 0;  // ends it with an error
  body.append(bytes, size * count);
  return size * count;
}

bool IsReady() {
  static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return kReady;
}

Error NoAnswer(const std::string& url, const char* why) {
  return Error{
      Code::kIo, Filled("{} does not answer: {}", "{} ne répond pas : {}", {url, why}), {}};
}

void Prepare(CURL* curl, const std::string& url, const std::string& body, std::string& answer) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
}

}  // namespace

Result<HttpAnswer> CurlPoster::Post(const std::string& url, const std::string& media_type,
                                    const std::string& body) {
  const std::unique_ptr<CURL, Free> curl(IsReady() ? curl_easy_init() : nullptr);
  const std::string type = "Content-Type: " + media_type;
  std::unique_ptr<curl_slist, Free> headers(curl_slist_append(nullptr, type.c_str()));
  curl_slist* const more = curl_slist_append(headers.get(), "Expect:");
  if (curl == nullptr || headers == nullptr || more == nullptr)
    return NoAnswer(url, "out of memory");
  HttpAnswer answer;
  Prepare(curl.get(), url, body, answer.body);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(patience_.count()));
  if (!certificates_.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, certificates_.c_str());
  if (const CURLcode done = curl_easy_perform(curl.get()); done != CURLE_OK)
    return NoAnswer(url, curl_easy_strerror(done));
  long status = 0;
  const char* type_of_answer = nullptr;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type_of_answer);
  answer.status = static_cast<int>(status);
  if (type_of_answer != nullptr) answer.media_type = type_of_answer;
  return answer;
}

}  // namespace garant::witness

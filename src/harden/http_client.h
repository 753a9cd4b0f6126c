#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "harden/connect.h"
#include "harden/target.h"
#include "harden/url.h"

namespace garant::harden {

struct Answer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order
  std::string body;                                          // decoded, at most Limits::page_bytes
  bool truncated = false;                                    // there was more body, or it broke off

  // The first value, or empty.
  [[nodiscard]] std::string_view Header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> Headers(std::string_view name) const;
};

// Asks over HTTP/1.1 and HTTP/2, one request at a time. Follows no redirect, uses no proxy, keeps
// no cookie, and connects to nothing but the endpoint it is given. Certificates are not verified
// here: what an endpoint serves is looked at all the same, and tls_probe says whether they hold.
class HttpClient {
 public:
  static base::Result<std::unique_ptr<HttpClient>> Create(const Limits& limits, Deadline deadline);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  // GET. The address gives scheme, Host, SNI and path; the endpoint gives where to connect. kIo:
  // nothing that is HTTP came back; kConflict: it did not come within the time; kUnsupported: it is
  // HTTP, but cannot be read, and the message says why.
  // `header` is one more to send, "name: value"; empty for none.
  [[nodiscard]] base::Result<Answer> Get(const Url& url, const Endpoint& endpoint,
                                         const std::string& header = {});

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace garant::harden

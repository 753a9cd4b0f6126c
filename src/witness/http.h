#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace garant::witness {

struct HttpAnswer {
  int status = 0;
  std::string media_type;
  std::string body;
};

// What asks others over HTTP, so that tests need none.
class HttpPoster {
 public:
  virtual ~HttpPoster() = default;
  // kIo: nothing that is HTTP came back, in time and within the limit.
  [[nodiscard]] virtual base::Result<HttpAnswer> Post(const std::string& url,
                                                      const std::string& media_type,
                                                      const std::string& body) = 0;
};

// http and https, certificates verified; follows no redirect, uses no proxy, takes 256 KiB at most.
class CurlPoster final : public HttpPoster {
 public:
  // `certificates`: a file of certificates to trust in place of the system's; empty for those.
  explicit CurlPoster(std::string certificates, std::chrono::seconds patience = kPatience)
      : certificates_(std::move(certificates)), patience_(patience) {}
  [[nodiscard]] base::Result<HttpAnswer> Post(const std::string& url, const std::string& media_type,
                                              const std::string& body) override;

 private:
  static constexpr std::chrono::seconds kPatience{15};
  std::string certificates_;
  std::chrono::seconds patience_;
};

}  // namespace garant::witness

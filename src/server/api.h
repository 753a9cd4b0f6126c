#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "server/access.h"
#include "server/desk.h"
#include "server/request.h"

// What is answered to what: the paths of openapi.json. Knows nothing of sockets.
namespace garant::server {

struct Ask {
  std::string method;
  std::string target;
  std::string cookie;  // the header's value; empty where there is none, as with the others
  std::string accept;
  std::string language;  // Accept-Language
};

struct Reply {
  int status = 200;
  std::string media_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

class Api {
 public:
  Api(Desk& desk, Access& access, std::string version)
      : desk_(desk), access_(access), version_(std::move(version)) {}

  // Total: whatever is asked, something is answered. Safe for several threads.
  [[nodiscard]] Reply Answer(const Ask& ask) const;

 private:
  struct Asked {
    const Ask& ask;
    Target target;
    base::Language language;
  };
  [[nodiscard]] Reply Route(const Asked& asked) const;
  [[nodiscard]] Reply Open(const Asked& asked) const;
  [[nodiscard]] Reply Health() const;
  [[nodiscard]] Reply Page(const Asked& asked) const;
  [[nodiscard]] Reply Verdicts(const Asked& asked) const;
  [[nodiscard]] Reply Items(const Asked& asked) const;
  [[nodiscard]] Reply Item(const Asked& asked, std::string_view id) const;
  [[nodiscard]] Reply Entries(const Asked& asked) const;
  [[nodiscard]] Reply Entry(const Asked& asked, std::string_view index) const;
  [[nodiscard]] Reply Journeys(const Asked& asked) const;

  Desk& desk_;
  Access& access_;
  std::string version_;
};

// RFC 9457, or for a browser a page that says the same.
[[nodiscard]] Reply Problem(int status, const base::Text& detail, base::Language language,
                            bool page);
[[nodiscard]] std::string_view Reason(int status);  // "Not Found"

}  // namespace garant::server

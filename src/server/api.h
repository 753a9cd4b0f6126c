#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "server/access.h"
#include "server/desk.h"
#include "server/request.h"
#include "trail/entry/draft.h"

// What is answered to what: the paths of openapi.json. Knows nothing of sockets.
namespace garant::server {

struct Ask {
  std::string method;
  std::string target;
  std::string cookie;  // the header's value; empty where there is none, as with the others
  std::string accept;
  std::string language;      // Accept-Language
  uint16_t port = 0;         // where it was asked
  std::string media_type{};  // Content-Type of the body
  std::string body{};
};

struct Reply {
  int status = 200;
  std::string media_type = "application/json";
  std::string body;
  std::string policy = "default-src 'none'; frame-ancestors 'none'";  // Content-Security-Policy
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// How the trail's tree is given out (C2SP tlog-tiles), and what is sealed in it opened.
struct TreeTerms {
  bool is_public = false;  // checkpoint and tiles of hashes, to anyone
  std::string service{};   // whose readings are recorded
  // Takes an entry for each reading of entries, from several threads; without one nobody reads
  // them.
  trail::EntrySink* readings = nullptr;
  std::string officer{};  // an id of `people:`: whom the officer's link is for
};

class Api {
 public:
  Api(Desk& desk, Access& access, std::string version, TreeTerms tree = {})
      : desk_(desk), access_(access), version_(std::move(version)), tree_(std::move(tree)) {}

  // Total: whatever is asked, something is answered. Refusals and whatever needs no judging are
  // answered at once; `work` is for a thread that may wait, and gives the reply otherwise. Safe for
  // several threads. The work borrows the API.
  struct Begun {
    std::optional<Reply> reply;
    std::function<Reply()> work;
  };
  [[nodiscard]] Begun Begin(const Ask& ask) const;

  // Every path, as openapi.json spells it.
  [[nodiscard]] static std::vector<std::string_view> Paths();
  // Whether a path takes POST with a body, and nothing else.
  [[nodiscard]] static bool TakesBodies(std::string_view path);

 private:
  struct Asked {
    Ask ask;
    Target target;
    base::Language language;
    std::string part;  // of the path: what stands where its template has braces
  };
  struct Route;
  [[nodiscard]] static std::span<const Route> Routes();
  [[nodiscard]] std::optional<Access::Role> RoleOf(const Ask& ask) const;
  [[nodiscard]] std::optional<Reply> Closed(const Route* route, const Ask& ask,
                                            base::Language language, bool page) const;

  [[nodiscard]] Reply Open(const Asked& asked) const;
  [[nodiscard]] Reply Health(const Asked& asked) const;
  [[nodiscard]] Reply OpenApi(const Asked& asked) const;
  [[nodiscard]] Reply Page(const Asked& asked) const;
  // api_verdicts.cc
  [[nodiscard]] Reply Verdicts(const Asked& asked) const;
  [[nodiscard]] Reply Items(const Asked& asked) const;
  [[nodiscard]] Reply Item(const Asked& asked) const;
  // api_trail.cc
  [[nodiscard]] Reply Entries(const Asked& asked) const;
  [[nodiscard]] Reply Entry(const Asked& asked) const;
  [[nodiscard]] Reply Journeys(const Asked& asked) const;
  // api_people.cc
  [[nodiscard]] Reply Search(const Asked& asked) const;
  [[nodiscard]] Reply Visits(const Asked& asked) const;
  [[nodiscard]] Reply WhoLooked(const Asked& asked) const;
  [[nodiscard]] Reply Readings(const Asked& asked) const;

  // api_tree.cc
  [[nodiscard]] Reply Checkpoint(const Asked& asked) const;
  [[nodiscard]] Reply Tile(const Asked& asked) const;
  [[nodiscard]] Reply Bundle(const Asked& asked) const;

  Desk& desk_;
  Access& access_;
  std::string version_;
  TreeTerms tree_;
};

// The cookie of a session: cookies are shared by all ports of a host, so it has ours in its name.
[[nodiscard]] std::string SessionCookie(uint16_t port);

[[nodiscard]] Reply JsonReply(const nlohmann::json& json);
// RFC 9457, or for a browser a page that says the same.
[[nodiscard]] Reply Problem(int status, const base::Text& detail, base::Language language,
                            bool page);
// What is wrong with what was asked for, where there is a trail; for nobody's browser.
[[nodiscard]] Reply Failed(const base::Error& error, base::Language language);
// What is wrong with the trail, or with what it is asked for by its place in it.
[[nodiscard]] Reply NoTrail(const base::Error& error, base::Language language);
// Of something of ours that failed, so that nothing can be said.
[[nodiscard]] Reply Failure(base::Language language);
[[nodiscard]] std::string_view Reason(int status);  // "Not Found"

}  // namespace garant::server

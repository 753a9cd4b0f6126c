#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "harden/answer_facts.h"
#include "harden/html.h"
#include "harden/http_client.h"
#include "harden/route_template.h"
#include "harden/target.h"

namespace garant::harden {

// One address asked, with what came back.
struct Visit {
  Url url;             // in memory only: it may hold what a person typed
  std::string route;   // its template
  bool first = false;  // the first request of the run, or a redirect of it
  AnswerFacts facts;
  Page page;  // empty where facts.html is false

  [[nodiscard]] bool shows_page() const { return facts.html && facts.status == 200; }
};

struct Crawl {
  std::vector<Visit> visits;
  bool bounded = false;  // there was more
  unsigned failed = 0;   // addresses that gave no answer, or a link to nothing (404, 410)
  size_t known = 0;      // addresses of the service found, asked or not
  std::vector<std::string> left_to;  // other hosts to which answers redirect
  RouteNames names{{}};              // of every route that is told of
};

// The hosts and ports that are the service: an address on any of them is asked at `base`.
struct Site {
  Url base;
  std::vector<std::string> authorities;
  [[nodiscard]] bool Holds(const Url& url) const;
};

// Follows links from the base, the declared routes, the policies and the seeds, breadth first,
// within the limits; never one that looks as if it changed something.
[[nodiscard]] Crawl CrawlSite(const Site& site, const Endpoint& endpoint, const ProbeTarget& target,
                              HttpClient& client, base::Time now);

}  // namespace garant::harden

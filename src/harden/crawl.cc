#include "harden/crawl.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "harden/route_template.h"
#include "harden/words.h"
#include "service/route.h"

namespace garant::harden {
namespace {

constexpr size_t kMostKnown = 20'000;
constexpr unsigned kMostFailuresInARow = 5;
constexpr size_t kLongestPath = 1024;
constexpr size_t kMostLinkBytes = 64U << 20U;  // kept of all pages together

struct Next {
  Url url;
  unsigned depth = 0;
  bool first = false;
};

class Crawler {
 public:
  Crawler(const Site& site, const Endpoint& endpoint, const ProbeTarget& target, HttpClient& client,
          base::Time now)
      : site_(site), endpoint_(endpoint), target_(target), client_(client), now_(now) {
    templates_ = target.routes;
    for (const std::string& route : {target.privacy_route, target.cookies_route})
      if (!route.empty()) templates_.push_back(route);
  }

  Crawl Run() {
    known_.insert(Key(site_.base));
    queue_.push_back({site_.base, 0, true});
    for (const std::string& route : templates_) AddPath(ExamplePath(route));
    for (const std::string& seed : target_.seeds)
      if (!LooksHarmful(seed, "") && !service::HasParameters(seed)) AddSeed(seed);
    while (!queue_.empty() && !over_) {
      const Next next = std::move(queue_.front());
      queue_.pop_front();
      Ask(next);
    }
    crawl_.bounded = crawl_.bounded || !queue_.empty();
    crawl_.known = known_.size();
    NameRoutes();
    return std::move(crawl_);
  }

 private:
  static std::string Key(const Url& url) { return url.path + "?" + url.query; }

  void AddPath(const std::string& path) {
    if (const auto url = ResolveUrl(site_.base, path); url && site_.Holds(*url))
      Add(*url, 0, false);
  }

  void AddSeed(const std::string& path) {
    const auto url = ResolveUrl(site_.base, path);
    if (!url || !site_.Holds(*url)) return;
    Url seed = site_.base.WithPath(url->path);
    seed.query = url->query;
    if (!known_.contains(Key(seed))) remembered_.insert(Key(seed));
    Add(*url, 0, false);
  }

  // A page of an earlier run may be gone since, but not while a link leads there.
  void Linked(const Url& to) {
    remembered_.erase(Key(to));
    if (gone_.erase(Key(to)) > 0) ++crawl_.failed;
  }

  void Add(const Url& found, unsigned depth, bool first) {
    Url url = site_.base.WithPath(found.path);
    url.query = found.query;
    if (known_.contains(Key(url))) return;
    if (known_.size() >= kMostKnown || depth > target_.limits.depth ||
        url.path.size() + url.query.size() > kLongestPath) {
      crawl_.bounded = true;
      return;
    }
    known_.insert(Key(url));
    if (first)
      queue_.push_front({std::move(url), depth, true});
    else
      queue_.push_back({std::move(url), depth, false});
  }

  // A service that tells its pages apart by the query only must not hide them behind one route, nor
  // one whose addresses nobody declared. Of a declared route and of static files some are enough.
  bool SpendFor(const std::string& route, const Url& url) {
    unsigned& asked = asked_[route];
    if (asked >= target_.limits.paths_per_route) {
      const bool pages = !IsDeclared(route) && !route.ends_with("{file}");
      if (pages || (!url.query.empty() && paths_.contains(url.path))) crawl_.bounded = true;
      return false;
    }
    if (crawl_.visits.size() >= target_.limits.pages) {
      crawl_.bounded = true;
      return false;
    }
    ++asked;
    paths_.insert(url.path);
    return true;
  }

  // Only the whole site shows which words are names.
  void NameRoutes() {
    crawl_.names = RouteNames(templates_);
    std::vector<std::string> paths;
    for (const std::string& key : known_) paths.push_back(key.substr(0, key.find('?')));
    crawl_.names.Learn(paths);
    for (Visit& visit : crawl_.visits) visit.route = crawl_.names.Of(visit.url.path);
  }

  bool IsDeclared(const std::string& route) const {
    return std::find(templates_.begin(), templates_.end(), route) != templates_.end();
  }

  void Ask(const Next& next) {
    Visit visit;
    visit.url = next.url;
    visit.route = RouteOf(next.url.path, templates_);
    visit.first = next.first;
    if (!SpendFor(visit.route, next.url)) return;
    const auto answer = client_.Get(next.url, endpoint_);
    if (!answer) {
      ++crawl_.failed;
      over_ = ++failures_in_a_row_ >= kMostFailuresInARow;
      return;
    }
    failures_in_a_row_ = 0;
    visit.facts = ReadAnswer(*answer, next.url, now_);
    const bool nothing = visit.facts.status == 404 || visit.facts.status == 410;
    if (nothing && !IsDeclared(visit.route) && !next.first) {
      if (remembered_.contains(Key(next.url)))
        gone_.insert(Key(next.url));
      else
        ++crawl_.failed;
      return;
    }
    if (visit.facts.html) visit.page = ReadPage(answer->body, next.url, visit.facts.charset);
    crawl_.bounded =
        crawl_.bounded || (visit.facts.html && (answer->truncated || visit.page.partial));
    Follow(visit, next);
    BoundMemory(visit.page);
    crawl_.visits.push_back(std::move(visit));
  }

  // A base address makes each of a thousand short links long.
  void BoundMemory(const Page& page) {
    for (const Link& link : page.links)
      link_bytes_ += sizeof link + link.to.path.size() + link.to.query.size() + link.text.size();
    if (link_bytes_ <= kMostLinkBytes) return;
    crawl_.bounded = true;
    over_ = true;
  }

  void Follow(const Visit& visit, const Next& next) {
    if (visit.facts.location) {
      const Url& to = *visit.facts.location;
      if (site_.Holds(to)) {
        if (!LooksHarmful(to.path + "?" + to.query, "")) {
          Linked(to);
          Add(to, next.depth + 1, next.first);
        }
      } else if (const std::string host = SafeName(to.host);
                 crawl_.left_to.size() < 20 &&
                 std::find(crawl_.left_to.begin(), crawl_.left_to.end(), host) ==
                     crawl_.left_to.end()) {
        crawl_.left_to.push_back(host);
      }
    }
    for (const Link& link : visit.page.links)
      if (site_.Holds(link.to) && !LooksHarmful(link.to.path + "?" + link.to.query, link.text)) {
        Linked(link.to);
        Add(link.to, next.depth + 1, false);
      }
  }

  const Site& site_;
  const Endpoint& endpoint_;
  const ProbeTarget& target_;
  HttpClient& client_;
  const base::Time now_;
  std::vector<std::string> templates_;  // everything declared
  Crawl crawl_;
  std::deque<Next> queue_;
  std::set<std::string> known_;
  std::set<std::string> remembered_;  // of seeds to which no link has led yet
  std::set<std::string> gone_;        // of those, what answered that there is nothing
  std::set<std::string> paths_;
  std::map<std::string, unsigned> asked_;
  unsigned failures_in_a_row_ = 0;
  size_t link_bytes_ = 0;
  bool over_ = false;
};

}  // namespace

bool Site::Holds(const Url& url) const {
  return std::find(authorities.begin(), authorities.end(), url.Authority()) != authorities.end();
}

Crawl CrawlSite(const Site& site, const Endpoint& endpoint, const ProbeTarget& target,
                HttpClient& client, base::Time now) {
  return Crawler(site, endpoint, target, client, now).Run();
}

}  // namespace garant::harden

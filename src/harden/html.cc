#include "harden/html.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "harden/headers.h"
#include "harden/html_forms.h"
#include "harden/html_tree.h"
#include "harden/notice.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr size_t kMostLinks = 2000;
constexpr size_t kMostText = 256U << 10U;
constexpr size_t kMostHosts = 50;
constexpr size_t kMostRegions = 400;
constexpr unsigned kFewestWords = 3;

struct Loader {
  std::string_view element;
  const char* attribute;
};
// What a browser fetches without being asked, from wherever it points.
constexpr Loader kLoaders[] = {{"script", "src"}, {"img", "src"},   {"iframe", "src"},
                               {"frame", "src"},  {"embed", "src"}, {"source", "src"},
                               {"video", "src"},  {"audio", "src"}, {"video", "poster"},
                               {"track", "src"},  {"input", "src"}, {"object", "data"}};

bool LoadsByRelation(const xmlNode* link) {
  static constexpr std::array<std::string_view, 7> kLoads = {
      "stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest", "apple-touch-icon"};
  const std::string relations = Lower(Attribute(link, "rel"));
  for (const std::string_view word : Split(relations, ' '))
    if (std::find(kLoads.begin(), kLoads.end(), word) != kLoads.end()) return true;
  return false;
}

class Reader {
 public:
  Reader(const Url& url, Page& page) : url_(url), base_(url), page_(page) {}

  void Read(const xmlNode* root) {
    FindBase(root);
    for (Link& link : ReadAnchors(root, base_, kMostLinks)) page_.links.push_back(std::move(link));
    Walk(root, [&](const xmlNode* node) {
      ReadElement(node);
      return Step::kInto;
    });
    page_.partial = page_.partial || page_.links.size() >= kMostLinks;
    page_.third_parties.assign(hosts_.begin(), hosts_.end());
    page_.forms = ReadForms(root, url_, base_, page_.partial);
    page_.text = VisibleText(root, kMostText);
    page_.partial = page_.partial || page_.text.size() >= kMostText;
    ReadLanguages(root);
  }

 private:
  void FindBase(const xmlNode* root) {
    bool found = false;
    Walk(root, [&](const xmlNode* node) {
      if (!found && IsElement(node, "base") && HasAttribute(node, "href")) {
        found = true;
        base_ = ResolveUrl(url_, Attribute(node, "href")).value_or(url_);
      }
      return Step::kInto;
    });
  }

  void ReadElement(const xmlNode* node) {
    for (const Loader& loader : kLoaders)
      if (IsElement(node, loader.element) && HasAttribute(node, loader.attribute))
        Load(Attribute(node, loader.attribute));
    const std::string candidates = Attribute(node, "srcset");
    for (const std::string_view candidate : Split(candidates, ','))
      Load(std::string(candidate.substr(0, candidate.find(' '))));
    if (IsElement(node, "link") && HasAttribute(node, "href")) {
      if (LoadsByRelation(node)) Load(Attribute(node, "href"));
      Add(Attribute(node, "href"), Lower(Attribute(node, "hreflang")));
    }
    if (IsElement(node, "form") && HasAttribute(node, "action")) Add(Attribute(node, "action"), "");
    if (IsElement(node, "title") && page_.title.empty()) page_.title = VisibleText(node, 256);
    if (IsElement(node, "meta")) ReadMeta(node);
  }

  void ReadMeta(const xmlNode* node) {
    const std::string what = Lower(Attribute(node, "http-equiv"));
    const std::string content = Attribute(node, "content");
    if (what == "content-security-policy")
      page_.scripts_restricted = page_.scripts_restricted || RestrictsScripts(content);
    const size_t at = Lower(content).find("url=");
    if (what != "refresh" || at == std::string::npos) return;
    std::string target = content.substr(at + 4);
    std::erase_if(target, [](char c) { return c == '\'' || c == '"'; });
    Add(target, "");
  }

  void Load(const std::string& reference) {
    const auto to = ResolveUrl(base_, reference);
    if (!to) return;
    if (to->host != url_.host) {
      std::string host = to->host;
      if (hosts_.size() < kMostHosts || hosts_.contains(host))
        hosts_.insert(std::move(host));
      else
        page_.partial = true;
    }
    Add(reference, "");
  }

  void Add(const std::string& reference, std::string language) {
    const auto to = ResolveUrl(base_, reference);
    if (to && page_.links.size() < kMostLinks)
      page_.links.push_back({*to, "", std::move(language)});
  }

  // A declared language counts where the words bear it out; without one, the words alone decide.
  void ReadLanguages(const xmlNode* root) {
    std::vector<const xmlNode*> regions = {root};
    Walk(root, [&](const xmlNode* node) {
      if (node == root || !HasAttribute(node, "lang")) return Step::kInto;
      if (regions.size() < kMostRegions)
        regions.push_back(node);
      else
        page_.partial = true;
      return Step::kInto;
    });
    std::set<std::string> found;
    for (const xmlNode* region : regions) {
      const std::string claimed = Lower(Attribute(region, "lang"));
      const WordCounts counts = CountWords(VisibleText(
          region, kMostText, [](const xmlNode* node) { return HasAttribute(node, "lang"); }));
      const bool english = counts.english > counts.french;
      if (std::max(counts.english, counts.french) < kFewestWords || counts.english == counts.french)
        continue;
      const std::string language = english ? "en" : "fr";
      if (claimed.empty() || claimed.starts_with(language)) found.insert(language);
    }
    page_.languages.assign(found.begin(), found.end());
  }

  const Url& url_;
  Url base_;
  Page& page_;
  std::set<std::string> hosts_;
};

}  // namespace

Page ReadPage(std::string_view body, const Url& url, const std::string& charset) {
  Page page;
  const HtmlTree tree(body, charset);
  page.partial = tree.partial();
  if (tree.root() != nullptr) Reader(url, page).Read(tree.root());
  return page;
}

}  // namespace garant::harden

#include "portfolio.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "assess/case_reader.h"
#include "base/file.h"
#include "figures.h"
#include "trail/entry/observation_kinds.h"

namespace garant::bench {
namespace {

using base::YamlNode;

// splitmix64 (Steele, Lea, Flood, 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  size_t Below(size_t bound) { return static_cast<size_t>(Next() % bound); }
  bool OneIn(size_t bound) { return Below(bound) == 0; }

 private:
  uint64_t state_;
};

YamlNode* Find(YamlNode& node, std::string_view key) {
  for (auto& [name, value] : node.members)
    if (name.scalar == key) return &value;
  return nullptr;
}

// The elements of a list under a path of keys; none where it is missing.
std::vector<YamlNode>& Items(YamlNode& root, std::initializer_list<std::string_view> path) {
  static thread_local std::vector<YamlNode> none;
  YamlNode* node = &root;
  for (const std::string_view key : path) {
    node = Find(*node, key);
    if (node == nullptr) {
      none.clear();
      return none;
    }
  }
  return node->items;
}

std::string Scalar(YamlNode& node, std::string_view key) {
  const YamlNode* found = node.Find(key);
  return found == nullptr ? std::string() : found->scalar;
}

void Set(YamlNode& node, std::string_view key, std::string value) {
  if (YamlNode* found = Find(node, key)) found->scalar = std::move(value);
}

void TakeAway(YamlNode& node, std::string_view key) {
  std::erase_if(node.members, [&](const auto& member) { return member.first.scalar == key; });
}

// Copies of the first element under other ids, so that no two services have the same size.
void Grow(std::vector<YamlNode>& items, std::string_view key, size_t more) {
  if (items.empty()) return;
  items.reserve(items.size() + more);
  for (size_t i = 0; i < more; ++i) {
    YamlNode copy = items.front();
    Set(copy, key, Scalar(copy, key) + "-" + std::to_string(i + 2));
    items.push_back(std::move(copy));
  }
}

class ServiceMaker {
 public:
  ServiceMaker(YamlNode root, const standard::Standard& standard, uint64_t number, uint64_t edit)
      : root_(std::move(root)), standard_(standard), random_(number), number_(number) {
    Vary();
    if (edit != 0) Edit(edit);
  }

  Generated Make() {
    Generated made;
    made.text = assess::MergeSections(root_, nullptr);
    Observe();
    made.observations = std::move(observations_);
    made.acts = MakeActs();
    return made;
  }

 private:
  void Vary() {
    YamlNode& about = *Find(root_, "service");
    Set(about, "id", "service-" + std::to_string(number_));
    constexpr std::array kStages = {"alpha", "beta", "live"};
    Set(about, "stage", kStages[random_.Below(kStages.size())]);
    Grow(Items(root_, {"systems"}), "id", random_.Below(4));
    Grow(Items(root_, {"stores"}), "id", random_.Below(3));
    Grow(Items(root_, {"access", "routes"}), "match", random_.Below(8));
    Grow(Items(root_, {"cookies"}), "name", random_.Below(3));
    Grow(Items(root_, {"flows"}), "id", random_.Below(3));
    Grow(Items(root_, {"controls"}), "id", random_.Below(3));
    // Faults: what a team forgets to write down.
    for (YamlNode& store : Items(root_, {"stores"})) {
      if (random_.OneIn(6)) TakeAway(store, "encryption");
      for (YamlNode& held : Items(store, {"holds"})) {
        if (random_.OneIn(12)) TakeAway(held, "keep");
        if (random_.OneIn(12)) TakeAway(held, "necessary");
      }
    }
    for (YamlNode& collection : Items(root_, {"collection"}))
      if (random_.OneIn(8)) TakeAway(collection, "notice");
    for (const char* section : {"identity", "datasets", "monitoring", "documentation", "concerns"})
      if (random_.OneIn(12)) TakeAway(root_, section);
  }

  // What changes when somebody works on the file: an assurance level, a notice, a route.
  void Edit(uint64_t edit) {
    std::vector<YamlNode>& routes = Items(root_, {"access", "routes"});
    std::vector<YamlNode>& collections = Items(root_, {"collection"});
    switch (edit % 3) {
      case 0:
        Set(routes[edit % routes.size()], "assurance", std::to_string(edit % 4));
        break;
      case 1:
        TakeAway(collections[edit % collections.size()], "notice");
        break;
      default:
        routes.push_back(routes.front());
        Set(routes.back(), "match", "/new-page");
        break;
    }
  }

  void See(std::string_view kind, std::string subject, const std::vector<trail::Fact>& known = {}) {
    const trail::ObservationKind* about = trail::FindObservationKind(kind);
    if (about == nullptr) Fail("the generator names an observation kind that is no more");
    if (kind != "crawl" && random_.OneIn(40)) return;  // what nobody looked at
    trail::Observation seen;
    seen.kind = about->name;
    seen.subject = std::move(subject);
    seen.vantage = trail::Vantage::kOutside;
    seen.method = "bench";
    seen.time = Portfolio::AsOf() - std::chrono::hours(2);
    seen.entry = observations_.size();
    for (const trail::AttributeKind& attribute : about->attributes) {
      const auto found = std::find_if(known.begin(), known.end(), [&](const trail::Fact& fact) {
        return fact.name == attribute.name;
      });
      seen.facts.push_back(
          {std::string(attribute.name), found == known.end() ? FactFor(attribute) : found->value});
    }
    observations_.push_back(std::move(seen));
  }

  trail::FactValue FactFor(const trail::AttributeKind& attribute) {
    switch (attribute.type) {
      case trail::FactType::kBool:
        return attribute.name == "plain" || attribute.name == "personal" ? random_.OneIn(20)
                                                                         : !random_.OneIn(20);
      case trail::FactType::kInt:
        return NumberFor(attribute.name);
      case trail::FactType::kText:
        return std::string(random_.OneIn(2) ? "high" : "Strict");
      case trail::FactType::kTextList:
        return random_.OneIn(8) ? std::vector<std::string>{"en"}
                                : std::vector<std::string>{"en", "fr"};
      case trail::FactType::kTime:
        break;
    }
    const base::Time at =
        Portfolio::AsOf() + std::chrono::hours(24) * (static_cast<int>(random_.Below(60)) - 10);
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
  }

  int64_t NumberFor(std::string_view name) {
    if (random_.OneIn(20)) return 1;
    if (name == "hsts") return 31'536'000;
    if (name == "status") return 200;
    if (name == "tls") return 12;
    const bool counts_good = name == "assurance" || name == "layers" || name == "events" ||
                             name == "linked" || name == "pages";
    return counts_good ? 3 : 0;
  }

  void Observe() {
    const std::string host = "service-" + std::to_string(number_) + ".example:443";
    See("crawl", host);
    for (const char* kind : {"tls-endpoint", "http-plain", "security-txt"}) See(kind, host);
    for (const char* id : {"privacy", "cookies"}) See("http-policy", id);
    for (YamlNode& route : Items(root_, {"access", "routes"})) {
      See("http-route", Scalar(route, "match"));
      if (random_.OneIn(4)) See("sign-in", Scalar(route, "match"));
    }
    if (random_.OneIn(3)) See("http-route", "/nobody-declared-this");
    for (YamlNode& cookie : Items(root_, {"cookies"})) See("http-cookie", Scalar(cookie, "name"));
    for (YamlNode& collection : Items(root_, {"collection"})) {
      const std::string route = Scalar(collection, "route");
      See("http-form", route + "#1", {{"route", route}});
      for (YamlNode& field : Items(collection, {"fields"}))
        See("http-field", route + "#1." + Scalar(field, "name"),
            {{"route", route},
             {"name", Scalar(field, "name")},
             {"category", Scalar(field, "data")}});
    }
    for (YamlNode& system : Items(root_, {"systems"}))
      for (const char* kind :
           {"origin-direct", "system-events", "drift", "hosting-check", "security-scan"})
        See(kind, Scalar(system, "id"));
    for (YamlNode& store : Items(root_, {"stores"})) {
      const std::string id = Scalar(store, "id");
      See("retention-run", id);
      for (YamlNode& held : Items(store, {"holds"}))
        if (!random_.OneIn(3))
          See("store-field", id + "/" + Scalar(held, "at"),
              {{"store", id}, {"field", Scalar(held, "at")}, {"category", Scalar(held, "data")}});
    }
    for (YamlNode& flow : Items(root_, {"flows"}))
      See("journey-edge", Scalar(flow, "from") + ">" + Scalar(flow, "to"));
    for (YamlNode& control : Items(root_, {"controls"}))
      See("control-removed", Scalar(control, "id"));
    for (YamlNode& check : Items(root_, {"rules", "checks"}))
      See("rule-check", Scalar(check, "id"));
    for (YamlNode& one : Items(root_, {"monitoring", "detections"}))
      See("detection", Scalar(one, "id"));
    ObserveRest();
  }

  void ObserveRest() {
    const auto some = [&](const char* kind, size_t most) {
      for (size_t i = 0, count = 1 + random_.Below(most); i < count; ++i)
        See(kind, std::string(kind) + "-" + std::to_string(i));
    };
    some("component", 12);
    some("threat-derived", 8);
    some("attack-blocked", 4);
    some("patch", 3);
    some("incident-drill", 1);
    some("rights-request", 2);
  }

  std::vector<proof::Act> MakeActs() {
    constexpr std::array kKinds = {"engagement", "review", "approval", "attestation", "excuse"};
    const std::vector<YamlNode>& people = Items(root_, {"people"});
    std::vector<proof::Act> acts;
    for (size_t i = 0; i < 30; ++i) {
      const standard::Item& item = standard_.items[random_.Below(standard_.items.size())];
      YamlNode person = people[random_.Below(people.size())];
      proof::Act act;
      act.id = "act-" + std::to_string(i);
      act.standing = random_.OneIn(12) ? proof::Standing::kExpired : proof::Standing::kCounts;
      act.kind = kKinds[i % kKinds.size()];
      act.item = i < 10 ? "-" : item.id;
      act.by = Scalar(person, "id");
      act.role = Scalar(person, "role");
      act.team = Scalar(person, "team");
      act.at = Portfolio::AsOf() - std::chrono::hours(24) * random_.Below(90);
      act.expires = Portfolio::AsOf() + std::chrono::hours(24 * 90);
      act.statement = "Gone through with the team; nothing stands against it.";
      act.with_roles = {"privacy-officer", "legal"};
      act.mode = "accepted";
      act.covers = item.covers;
      act.unchanged = !random_.OneIn(6);
      if (random_.OneIn(3)) act.approved_by = "owner";
      act.entry = observations_.size() + i;
      acts.push_back(std::move(act));
    }
    return acts;
  }

  YamlNode root_;
  const standard::Standard& standard_;
  Random random_;
  uint64_t number_;
  std::vector<trail::Observation> observations_;
};

std::string Written(const trail::FactValue& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string all;
  for (const std::string& text : std::get<std::vector<std::string>>(value)) all += text + ",";
  return all;
}

}  // namespace

Portfolio::Portfolio(const std::string& source_folder, const standard::Standard& standard)
    : standard_(standard) {
  for (const char* file :
       {"/examples/parking-permits/garant.yaml", "/tests/exemplary/garant.yaml"}) {
    const auto text = base::ReadFile(source_folder + file);
    if (!text) Fail(text.error().message.en);
    base::Diagnostics faults;
    templates_.push_back(base::ParseYaml(*text, file, faults));
    if (!faults.empty()) Fail(faults.front().ToString(base::Language::kEnglish));
  }
}

base::Time Portfolio::AsOf() { return *base::ParseTime("2026-11-23T12:00:00Z"); }

Generated Portfolio::Make(uint64_t number, uint64_t edit) const {
  return ServiceMaker(templates_[number % templates_.size()], standard_, number, edit).Make();
}

base::Digest Portfolio::DigestOf(const Generated& service) {
  std::string all = service.text;
  for (const trail::Observation& seen : service.observations) {
    all += "\n" + seen.kind + " " + seen.subject + " " + base::FormatTime(seen.time);
    for (const trail::Fact& fact : seen.facts) all += " " + fact.name + "=" + Written(fact.value);
  }
  for (const proof::Act& act : service.acts)
    all += "\n" + act.kind + " " + act.item + " " + act.by + " " + base::FormatTime(act.at) + " " +
           act.approved_by + " " + std::to_string(static_cast<int>(act.standing)) +
           (act.unchanged ? " unchanged" : " changed");
  return base::Sha256(base::AsBytes(all));
}

}  // namespace garant::bench

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "proof/declared.h"
#include "proof/join.h"

namespace garant::proof {
namespace {

using expr::Origin;
using expr::Unknown;
using expr::Value;
using expr::World;

const Value kAbsent;

class WebJoin {
 public:
  WebJoin(const Inputs& in, const trail::Observation& crawl)
      : in_(in), crawl_(crawl), origin_{.world = World::kObserved, .entry = crawl.entry} {}

  Value Join() {
    std::vector<Value> groups = {Routes(),   Cookies(),   Forms(),  Fields(),
                                 Policies(), Endpoints(), Origins()};
    return Value::Of(in_.arena.Keep(&Types::Get().web, std::move(groups), crawl_.time), origin_);
  }

 private:
  // Only what was seen in the latest run or since makes the list: an older sighting is history.
  [[nodiscard]] bool InRun(const Sightings::Seen& seen) const {
    return seen.observation->time >= crawl_.time;
  }
  // A subject's record; unknown where this run did not see it.
  [[nodiscard]] Value SeenInRun(std::string_view kind, std::string_view subject) const {
    const auto& latest = in_.sightings.Of(kind);
    const auto found = latest.find(subject);
    if (found == latest.end() || !InRun(found->second))
      return Value::UnknownFor(Unknown::kNeverObserved, trail::FindObservationKind(kind)->name);
    return found->second.value;
  }
  [[nodiscard]] Value Yes(const Origin& origin) const { return Value::Bool(true, origin); }
  // Seen and not declared: the entry that saw it, and the line where it would have to stand.
  [[nodiscard]] static Value No(const Value& seen, const Value& missing_at) {
    Origin origin = seen.origin();
    origin.line = missing_at.origin().line;
    origin.column = missing_at.origin().column;
    return Value::Bool(false, origin);
  }

  Value Element(std::string_view path, std::vector<Value> fields, const Origin& origin) {
    return Value::Of(in_.arena.Keep(Types::Get().Element(path), std::move(fields)), origin);
  }
  Value List(std::vector<Value> items) {
    return Value::Of(in_.arena.Keep(std::move(items)), origin_);
  }
  [[nodiscard]] const Value& Section(std::string_view name) const { return Get(in_.model, name); }

  // The collections that name a route, in the order of the file: a page may hold several forms.
  [[nodiscard]] std::vector<const Value*> CollectionsAt(std::string_view route) const {
    std::vector<const Value*> found;
    for (const Value& collection : Each(Section("collection")))
      if (TextOf(Get(collection, "route")) == route) found.push_back(&collection);
    return found;
  }

  Value Routes() {
    std::map<std::string_view, Value> elements;
    for (const Value& route : Each(Get(Section("access"), "routes"))) {
      const std::string_view match = TextOf(Get(route, "match"));
      const bool personal =
          Get(route, "about").kind() == expr::Kind::kRecord || !CollectionsAt(match).empty();
      elements[match] =
          Element("web.routes",
                  {Get(route, "match"), Yes(route.origin()), Get(route, "assurance"),
                   Get(route, "roles"), Get(route, "methods"),
                   Value::Bool(personal, route.origin()), SeenInRun("http-route", match)},
                  route.origin());
    }
    for (const auto& [match, seen] : in_.sightings.Of("http-route"))
      if (InRun(seen) && !elements.contains(match))
        elements[match] =
            Element("web.routes",
                    {Get(seen.value, "subject"), No(seen.value, Get(Section("access"), "routes")),
                     kAbsent, kAbsent, kAbsent, kAbsent, seen.value},
                    seen.value.origin());
    return ToWholeList("web.routes", elements);
  }

  Value Cookies() {
    std::map<std::string_view, Value> elements;
    for (const Value& cookie : Each(Section("cookies"))) {
      const std::string_view name = TextOf(Get(cookie, "name"));
      elements[name] = Element(
          "web.cookies",
          {Get(cookie, "name"), Yes(cookie.origin()), Get(cookie, "purpose"), Get(cookie, "keep"),
           KeepFor(Get(cookie, "keep")), SeenInRun("http-cookie", name)},
          cookie.origin());
    }
    for (const auto& [name, seen] : in_.sightings.Of("http-cookie"))
      if (InRun(seen) && !elements.contains(name))
        elements[name] = Element("web.cookies",
                                 {Get(seen.value, "subject"), No(seen.value, Section("cookies")),
                                  kAbsent, kAbsent, kAbsent, seen.value},
                                 seen.value.origin());
    return ToWholeList("web.cookies", elements);
  }

  static Value KeepFor(const Value& keep) {
    const std::string_view text = TextOf(keep);
    if (text == "session") return Value::Duration(base::Duration{0}, keep.origin());
    const std::string_view written = text.substr(0, text.find(' '));
    auto duration = base::ParseDuration(written);
    if (!duration) return Value::Absent(keep.origin());
    return Value::Duration(*duration, keep.origin(), base::DurationSpelling(written));
  }

  // Which of a route's collections a form belongs to cannot be seen: each is held against it.
  Value Forms() {
    std::vector<Value> elements;
    for (const auto& [subject, seen] : in_.sightings.Of("http-form")) {
      if (!InRun(seen)) continue;
      const Value& route = Get(seen.value, "route");
      const auto collections = CollectionsAt(TextOf(route));
      for (const Value* collection : collections)
        elements.push_back(Element(
            "web.forms", {route, Yes(collection->origin()), NoticeOf(*collection), seen.value},
            collection->origin()));
      if (collections.empty())
        elements.push_back(Element(
            "web.forms", {route, No(seen.value, Section("collection")), kAbsent, seen.value},
            seen.value.origin()));
    }
    for (const Value& collection : Each(Section("collection")))
      if (!SeenFormAt(TextOf(Get(collection, "route"))))
        elements.push_back(
            Element("web.forms",
                    {Get(collection, "route"), Yes(collection.origin()), NoticeOf(collection),
                     Value::UnknownFor(Unknown::kNeverObserved, "http-form")},
                    collection.origin()));
    AddLeftOut("web.forms", elements);
    return List(std::move(elements));
  }

  static Value NoticeOf(const Value& collection) {
    const Value& notice = Get(collection, "notice");
    return notice.kind() == expr::Kind::kRecord ? Value::Bool(true, notice.origin())
                                                : Value::Absent(collection.origin());
  }
  [[nodiscard]] bool SeenFormAt(std::string_view route) const {
    const auto& forms = in_.sightings.Of("http-form");
    return std::any_of(forms.begin(), forms.end(), [&](const auto& form) {
      return InRun(form.second) && TextOf(Get(form.second.value, "route")) == route;
    });
  }

  Value Fields() {
    std::vector<Value> elements;
    std::map<std::pair<std::string_view, std::string_view>, bool> seen_names;
    for (const auto& [subject, seen] : in_.sightings.Of("http-field")) {
      if (!InRun(seen)) continue;
      const Value& route = Get(seen.value, "route");
      const Value& name = Get(seen.value, "name");
      seen_names[{TextOf(route), TextOf(name)}] = true;
      const auto declared = DeclaredFieldsAt(TextOf(route), TextOf(name));
      for (const Value* field : declared)
        elements.push_back(Element("web.fields",
                                   {route, name, Yes(field->origin()), Get(*field, "data"),
                                    Held(Get(*field, "data")), seen.value},
                                   field->origin()));
      if (declared.empty())
        elements.push_back(Element("web.fields",
                                   {route, name, No(seen.value, FieldsAt(TextOf(route))), kAbsent,
                                    Held(Get(seen.value, "category")), seen.value},
                                   seen.value.origin()));
    }
    for (const Value& collection : Each(Section("collection"))) {
      const Value& route = Get(collection, "route");
      for (const Value& field : Each(Get(collection, "fields")))
        if (!seen_names.contains({TextOf(route), TextOf(Get(field, "name"))}))
          elements.push_back(Element(
              "web.fields",
              {route, Get(field, "name"), Yes(field.origin()), Get(field, "data"),
               Held(Get(field, "data")), Value::UnknownFor(Unknown::kNeverObserved, "http-field")},
              field.origin()));
    }
    AddLeftOut("web.fields", elements);
    return List(std::move(elements));
  }

  // Where a field of this route's forms would be declared.
  [[nodiscard]] const Value& FieldsAt(std::string_view route) const {
    const auto collections = CollectionsAt(route);
    return collections.empty() ? Section("collection") : Get(*collections.front(), "fields");
  }

  [[nodiscard]] std::vector<const Value*> DeclaredFieldsAt(std::string_view route,
                                                           std::string_view name) const {
    std::vector<const Value*> found;
    for (const Value* collection : CollectionsAt(route))
      for (const Value& field : Each(Get(*collection, "fields")))
        if (TextOf(Get(field, "name")) == name) found.push_back(&field);
    return found;
  }

  // Whether a category stands in a store or a flow; absent for a category that nobody could tell.
  [[nodiscard]] Value Held(const Value& data) const {
    const std::string_view category = TextOf(data);
    if (category.empty()) return Value::Absent(data.origin());
    for (const Value& store : Each(Section("stores")))
      for (const Value& held : Each(Get(store, "holds")))
        if (TextOf(Get(held, "data")) == category)
          return Value::Bool(true, Get(held, "data").origin());
    for (const Value& flow : Each(Section("flows")))
      for (const Value& flowing : Each(Get(flow, "data")))
        if (TextOf(flowing) == category) return Value::Bool(true, flowing.origin());
    return Value::Bool(false, data.origin());
  }

  Value Policies() {
    std::map<std::string_view, Value> elements;
    for (const char* id : {"privacy", "cookies"}) {
      const Value& policy = Get(Section("policies"), id);
      const bool declared = policy.kind() == expr::Kind::kRecord;
      const Value seen = SeenInRun("http-policy", id);
      if (!declared && seen.kind() == expr::Kind::kUnknown) continue;
      elements[id] = Element("web.policies",
                             {Value::Text(id, declared ? policy.origin() : origin_),
                              declared ? Yes(policy.origin()) : No(seen, Section("policies")),
                              Get(policy, "route"), seen},
                             declared ? policy.origin() : origin_);
    }
    return ToList(elements);
  }

  // Where the host has several addresses, a subject says which: host:port@address.
  [[nodiscard]] static std::string_view AddressOf(std::string_view subject) {
    const size_t at = subject.find('@');
    return at == std::string_view::npos ? std::string_view{} : subject.substr(at + 1);
  }
  using Pair = std::pair<Value, Value>;  // tls, plain

  // Nothing answers there: it serves nobody, so that nobody is served badly. What is not known is
  // not nothing.
  [[nodiscard]] bool ServesNobody(const Pair& pair) const {
    const auto answers = [](const Value& seen, bool if_missing) {
      if (seen.kind() != expr::Kind::kRecord) return if_missing;
      const Value& known = Get(seen, "answers");
      return known.kind() != expr::Kind::kBool || known.boolean();
    };
    const bool plain_looked = std::ranges::any_of(
        in_.sightings.Of("http-plain"), [&](const auto& seen) { return InRun(seen.second); });
    return !answers(pair.first, true) && !answers(pair.second, plain_looked);
  }

  Value Endpoints() {
    const auto missing = [](std::string_view kind) {
      return Value::UnknownFor(Unknown::kNeverObserved, trail::FindObservationKind(kind)->name);
    };
    const auto first = [&](std::string_view kind) -> Value {
      for (const auto& [subject, seen] : in_.sightings.Of(kind))
        if (InRun(seen)) return seen.value;
      return missing(kind);
    };
    // Each TLS endpoint with the plain port at the same address; then plain ports of other hosts.
    std::map<std::string_view, Pair> pairs;
    std::set<std::string_view> paired;
    for (const auto& [subject, tls] : in_.sightings.Of("tls-endpoint")) {
      if (!InRun(tls)) continue;
      Value plain = AddressOf(subject).empty() ? first("http-plain") : missing("http-plain");
      for (const auto& [at, seen] : in_.sightings.Of("http-plain"))
        if (InRun(seen) && AddressOf(at) == AddressOf(subject)) {
          plain = seen.value;
          paired.insert(at);
          break;
        }
      pairs[subject] = {tls.value, plain};
    }
    for (const auto& [at, seen] : in_.sightings.Of("http-plain"))
      if (InRun(seen) && !paired.contains(at)) pairs[at] = {first("tls-endpoint"), seen.value};
    const bool any =
        std::ranges::any_of(pairs, [&](const auto& pair) { return !ServesNobody(pair.second); });
    std::map<std::string_view, Value> elements;
    for (const auto& [at, pair] : pairs) {
      const Value& named = pair.first.kind() == expr::Kind::kRecord ? pair.first : pair.second;
      if (any && !AddressOf(at).empty() && ServesNobody(pair)) continue;
      elements[at] =
          Element("web.endpoints", {Value::Text(at, named.origin()), pair.first, pair.second},
                  named.origin());
    }
    return ToList(elements);
  }

  Value Origins() {
    std::map<std::string_view, Value> elements;
    for (const Value& system : Each(Section("systems"))) {
      const Value& declared = Get(system, "origin");
      if (declared.kind() != expr::Kind::kText) continue;
      const std::string_view id = TextOf(Get(system, "id"));
      elements[id] =
          Element("web.origins",
                  {Get(system, "id"), Yes(declared.origin()), SeenInRun("origin-direct", id)},
                  declared.origin());
    }
    for (const auto& [id, seen] : in_.sightings.Of("origin-direct"))
      if (InRun(seen) && !elements.contains(id))
        elements[id] =
            Element("web.origins",
                    {Get(seen.value, "subject"), No(seen.value, Section("systems")), seen.value},
                    seen.value.origin());
    return ToList(elements);
  }

  Value ToList(const std::map<std::string_view, Value>& elements) {
    std::vector<Value> items;
    items.reserve(elements.size());
    for (const auto& [key, value] : elements) items.push_back(value);
    return List(std::move(items));
  }

  // What the latest run left out stands in the list as one more, of which nothing is known: "every"
  // holds of what was looked at only if everything was.
  void AddLeftOut(std::string_view path, std::vector<Value>& items) {
    const auto bounded = std::ranges::find(crawl_.facts, "bounded", &trail::Fact::name);
    if (bounded == crawl_.facts.end() || bounded->value != trail::FactValue(true)) return;
    const Value unknown =
        Value::UnknownFor(Unknown::kBounded, trail::FindObservationKind("crawl")->name, origin_);
    const size_t fields = Types::Get().Element(path)->fields.size();
    items.push_back(Element(path, std::vector<Value>(fields, unknown), origin_));
  }
  Value ToWholeList(std::string_view path, const std::map<std::string_view, Value>& elements) {
    std::vector<Value> items;
    items.reserve(elements.size() + 1);
    for (const auto& [key, value] : elements) items.push_back(value);
    AddLeftOut(path, items);
    return List(std::move(items));
  }

  const Inputs& in_;
  const trail::Observation& crawl_;
  Origin origin_;
};

}  // namespace

Value JoinWeb(const Inputs& in) {
  const trail::Observation* crawl = in.sightings.LatestCrawl();
  if (crawl == nullptr) return in.sightings.Missing("crawl");
  return WebJoin(in, *crawl).Join();
}

}  // namespace garant::proof

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "proof/by_key.h"
#include "proof/declared.h"
#include "proof/join.h"

namespace garant::proof {
namespace {

using expr::Origin;
using expr::Unknown;
using expr::Value;
using expr::World;

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
  [[nodiscard]] Value SeenInRun(size_t kind, std::string_view subject) const {
    const Sightings::OfSubject* found = in_.sightings.Find(kind, subject);
    return found != nullptr && InRun(found->second) ? found->second.value : NotInRun(kind);
  }
  [[nodiscard]] static Value NotInRun(size_t kind) {
    return Value::UnknownFor(Unknown::kNeverObserved, trail::ObservationKinds()[kind].name);
  }
  [[nodiscard]] Value Yes(const Origin& origin) const { return Value::Bool(true, origin); }
  // Seen and not declared: the entry that saw it, and the line where it would have to stand.
  [[nodiscard]] static Value No(const Value& seen, const Value& missing_at) {
    Origin origin = seen.origin();
    origin.line = missing_at.origin().line;
    origin.column = missing_at.origin().column;
    return Value::Bool(false, origin);
  }

  template <Word path>
  Value Element(std::initializer_list<Value> fields, const Origin& origin) {
    return Value::Of(in_.arena.Keep(ElementType<path>(), fields), origin);
  }
  Value List(std::vector<Value> items) {
    return Value::Of(in_.arena.Keep(std::move(items)), origin_);
  }

  // The collections that name a route, in the order of the file: a page may hold several forms.
  [[nodiscard]] std::vector<const Value*> CollectionsAt(std::string_view route) const {
    std::vector<const Value*> found;
    for (const Value& collection : Each(Get<"collection">(in_.model)))
      if (TextOf(Get<"route">(collection)) == route) found.push_back(&collection);
    return found;
  }

  Value Routes() {
    ByKey<Value> elements;
    for (const Value& route : Each(Get<"routes">(Get<"access">(in_.model)))) {
      const std::string_view match = TextOf(Get<"match">(route));
      const bool personal =
          Get<"about">(route).kind() == expr::Kind::kRecord || !CollectionsAt(match).empty();
      elements[match] = Element<"web.routes">(
          {Get<"match">(route), Yes(route.origin()), Get<"assurance">(route), Get<"roles">(route),
           Get<"methods">(route), Value::Bool(personal, route.origin()),
           SeenInRun(Kind<"http-route">(), match)},
          route.origin());
    }
    for (const auto& [match, seen] : in_.sightings.Of(Kind<"http-route">()))
      if (InRun(seen) && !elements.contains(match))
        elements[match] = Element<"web.routes">(
            {Get<"subject">(seen.value), No(seen.value, Get<"routes">(Get<"access">(in_.model))),
             kAbsent, kAbsent, kAbsent, kAbsent, seen.value},
            seen.value.origin());
    return ToWholeList(ElementType<"web.routes">(), elements);
  }

  Value Cookies() {
    ByKey<Value> elements;
    for (const Value& cookie : Each(Get<"cookies">(in_.model))) {
      const std::string_view name = TextOf(Get<"name">(cookie));
      elements[name] = Element<"web.cookies">(
          {Get<"name">(cookie), Yes(cookie.origin()), Get<"purpose">(cookie), Get<"keep">(cookie),
           KeepFor(Get<"keep">(cookie)), SeenInRun(Kind<"http-cookie">(), name)},
          cookie.origin());
    }
    for (const auto& [name, seen] : in_.sightings.Of(Kind<"http-cookie">()))
      if (InRun(seen) && !elements.contains(name))
        elements[name] = Element<"web.cookies">(
            {Get<"subject">(seen.value), No(seen.value, Get<"cookies">(in_.model)), kAbsent,
             kAbsent, kAbsent, seen.value},
            seen.value.origin());
    return ToWholeList(ElementType<"web.cookies">(), elements);
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
    for (const auto& [subject, seen] : in_.sightings.Of(Kind<"http-form">())) {
      if (!InRun(seen)) continue;
      const Value& route = Get<"route">(seen.value);
      const auto collections = CollectionsAt(TextOf(route));
      for (const Value* collection : collections)
        elements.push_back(Element<"web.forms">(
            {route, Yes(collection->origin()), NoticeOf(*collection), seen.value},
            collection->origin()));
      if (collections.empty())
        elements.push_back(Element<"web.forms">(
            {route, No(seen.value, Get<"collection">(in_.model)), kAbsent, seen.value},
            seen.value.origin()));
    }
    for (const Value& collection : Each(Get<"collection">(in_.model)))
      if (!SeenFormAt(TextOf(Get<"route">(collection))))
        elements.push_back(Element<"web.forms">(
            {Get<"route">(collection), Yes(collection.origin()), NoticeOf(collection),
             Value::UnknownFor(Unknown::kNeverObserved, "http-form")},
            collection.origin()));
    AddLeftOut(ElementType<"web.forms">(), elements);
    return List(std::move(elements));
  }

  static Value NoticeOf(const Value& collection) {
    const Value& notice = Get<"notice">(collection);
    return notice.kind() == expr::Kind::kRecord ? Value::Bool(true, notice.origin())
                                                : Value::Absent(collection.origin());
  }
  [[nodiscard]] bool SeenFormAt(std::string_view route) const {
    const auto& forms = in_.sightings.Of(Kind<"http-form">());
    return std::any_of(forms.begin(), forms.end(), [&](const auto& form) {
      return InRun(form.second) && TextOf(Get<"route">(form.second.value)) == route;
    });
  }

  Value Fields() {
    std::vector<Value> elements;
    std::vector<std::pair<std::string_view, std::string_view>> seen_names;
    for (const auto& [subject, seen] : in_.sightings.Of(Kind<"http-field">())) {
      if (!InRun(seen)) continue;
      const Value& route = Get<"route">(seen.value);
      const Value& name = Get<"name">(seen.value);
      seen_names.emplace_back(TextOf(route), TextOf(name));
      const auto declared = DeclaredFieldsAt(TextOf(route), TextOf(name));
      for (const Value* field : declared)
        elements.push_back(
            Element<"web.fields">({route, name, Yes(field->origin()), Get<"data">(*field),
                                   Held(Get<"data">(*field)), seen.value},
                                  field->origin()));
      if (declared.empty())
        elements.push_back(
            Element<"web.fields">({route, name, No(seen.value, FieldsAt(TextOf(route))), kAbsent,
                                   Held(Get<"category">(seen.value)), seen.value},
                                  seen.value.origin()));
    }
    std::ranges::sort(seen_names);
    for (const Value& collection : Each(Get<"collection">(in_.model))) {
      const Value& route = Get<"route">(collection);
      for (const Value& field : Each(Get<"fields">(collection)))
        if (!std::ranges::binary_search(seen_names,
                                        std::pair(TextOf(route), TextOf(Get<"name">(field)))))
          elements.push_back(Element<"web.fields">(
              {route, Get<"name">(field), Yes(field.origin()), Get<"data">(field),
               Held(Get<"data">(field)), Value::UnknownFor(Unknown::kNeverObserved, "http-field")},
              field.origin()));
    }
    AddLeftOut(ElementType<"web.fields">(), elements);
    return List(std::move(elements));
  }

  // Where a field of this route's forms would be declared.
  [[nodiscard]] const Value& FieldsAt(std::string_view route) const {
    const auto collections = CollectionsAt(route);
    return collections.empty() ? Get<"collection">(in_.model) : Get<"fields">(*collections.front());
  }

  [[nodiscard]] std::vector<const Value*> DeclaredFieldsAt(std::string_view route,
                                                           std::string_view name) const {
    std::vector<const Value*> found;
    for (const Value* collection : CollectionsAt(route))
      for (const Value& field : Each(Get<"fields">(*collection)))
        if (TextOf(Get<"name">(field)) == name) found.push_back(&field);
    return found;
  }

  // Whether a category stands in a store or a flow; absent for a category that nobody could tell.
  [[nodiscard]] Value Held(const Value& data) const {
    const std::string_view category = TextOf(data);
    if (category.empty()) return Value::Absent(data.origin());
    for (const Value& store : Each(Get<"stores">(in_.model)))
      for (const Value& held : Each(Get<"holds">(store)))
        if (TextOf(Get<"data">(held)) == category)
          return Value::Bool(true, Get<"data">(held).origin());
    for (const Value& flow : Each(Get<"flows">(in_.model)))
      for (const Value& flowing : Each(Get<"data">(flow)))
        if (TextOf(flowing) == category) return Value::Bool(true, flowing.origin());
    return Value::Bool(false, data.origin());
  }

  Value Policies() {
    ByKey<Value> elements;
    for (const char* id : {"privacy", "cookies"}) {
      const Value& policy = FieldOf(Get<"policies">(in_.model), id);
      const bool declared = policy.kind() == expr::Kind::kRecord;
      const Value seen = SeenInRun(Kind<"http-policy">(), id);
      if (!declared && seen.kind() == expr::Kind::kUnknown) continue;
      elements[id] = Element<"web.policies">(
          {Value::Text(id, declared ? policy.origin() : origin_),
           declared ? Yes(policy.origin()) : No(seen, Get<"policies">(in_.model)),
           Get<"route">(policy), seen},
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

  // Both ports refuse connections: it serves nobody, so that nobody is served badly. One that
  // accepts a connection and then says nothing is something, and what is not known is not nothing.
  [[nodiscard]] bool ServesNobody(const Pair& pair) const {
    const auto connects = [](const Value& seen, bool if_missing) {
      if (seen.kind() != expr::Kind::kRecord) return if_missing;
      const Value& known = Get<"connects">(seen);
      return known.kind() != expr::Kind::kBool || known.boolean();
    };
    const bool plain_looked =
        std::ranges::any_of(in_.sightings.Of(Kind<"http-plain">()),
                            [&](const auto& seen) { return InRun(seen.second); });
    return !connects(pair.first, true) && !connects(pair.second, plain_looked);
  }

  Value Endpoints() {
    const auto first = [&](size_t kind) -> Value {
      for (const auto& [subject, seen] : in_.sightings.Of(kind))
        if (InRun(seen)) return seen.value;
      return NotInRun(kind);
    };
    // Each TLS endpoint with the plain port at the same address; then plain ports of other hosts.
    ByKey<Pair> pairs;
    std::set<std::string_view> paired;
    for (const auto& [subject, tls] : in_.sightings.Of(Kind<"tls-endpoint">())) {
      if (!InRun(tls)) continue;
      Value plain =
          AddressOf(subject).empty() ? first(Kind<"http-plain">()) : NotInRun(Kind<"http-plain">());
      for (const auto& [at, seen] : in_.sightings.Of(Kind<"http-plain">()))
        if (InRun(seen) && AddressOf(at) == AddressOf(subject)) {
          plain = seen.value;
          paired.insert(at);
          break;
        }
      pairs[subject] = {tls.value, plain};
    }
    for (const auto& [at, seen] : in_.sightings.Of(Kind<"http-plain">()))
      if (InRun(seen) && !paired.contains(at))
        pairs[at] = {AddressOf(at).empty() ? first(Kind<"tls-endpoint">())
                                           : NotInRun(Kind<"tls-endpoint">()),
                     seen.value};
    const bool any =
        std::ranges::any_of(pairs, [&](const auto& pair) { return !ServesNobody(pair.second); });
    ByKey<Value> elements;
    for (const auto& [at, pair] : pairs) {
      const Value& named = pair.first.kind() == expr::Kind::kRecord ? pair.first : pair.second;
      if (any && !AddressOf(at).empty() && ServesNobody(pair)) continue;
      elements[at] = Element<"web.endpoints">(
          {Value::Text(at, named.origin()), pair.first, pair.second}, named.origin());
    }
    std::vector<Value> items;
    for (const auto& [at, value] : elements) items.push_back(value);
    AddUncounted(items);
    return List(std::move(items));
  }

  // An address that this run saw from where looks do not count stands as one of which nothing is
  // known: "every" does not hold over the others alone.
  void AddUncounted(std::vector<Value>& items) {
    if (items.empty()) return;
    for (const size_t kind : {Kind<"tls-endpoint">(), Kind<"http-plain">()}) {
      if (!in_.sightings.LeftOut(kind, crawl_.time)) continue;
      const Value unknown =
          Value::UnknownFor(Unknown::kLoopbackOnly, trail::ObservationKinds()[kind].name, origin_);
      items.push_back(Element<"web.endpoints">({unknown, unknown, unknown}, origin_));
      return;
    }
  }

  Value Origins() {
    ByKey<Value> elements;
    for (const Value& system : Each(Get<"systems">(in_.model))) {
      const Value& declared = Get<"origin">(system);
      if (declared.kind() != expr::Kind::kText) continue;
      const std::string_view id = TextOf(Get<"id">(system));
      elements[id] = Element<"web.origins">(
          {Get<"id">(system), Yes(declared.origin()), SeenInRun(Kind<"origin-direct">(), id)},
          declared.origin());
    }
    for (const auto& [id, seen] : in_.sightings.Of(Kind<"origin-direct">()))
      if (InRun(seen) && !elements.contains(id))
        elements[id] = Element<"web.origins">(
            {Get<"subject">(seen.value), No(seen.value, Get<"systems">(in_.model)), seen.value},
            seen.value.origin());
    return ToList(elements);
  }

  Value ToList(const ByKey<Value>& elements) {
    std::vector<Value> items;
    items.reserve(elements.size());
    for (const auto& [key, value] : elements) items.push_back(value);
    return List(std::move(items));
  }

  // What the latest run left out stands in the list as one more, of which nothing is known: "every"
  // holds of what was looked at only if everything was.
  void AddLeftOut(const expr::RecordType* type, std::vector<Value>& items) {
    const auto bounded = std::ranges::find(crawl_.facts, "bounded", &trail::Fact::name);
    if (bounded == crawl_.facts.end() || bounded->value != trail::FactValue(true)) return;
    const Value unknown =
        Value::UnknownFor(Unknown::kBounded, trail::FindObservationKind("crawl")->name, origin_);
    const std::vector<Value> fields(type->fields.size(), unknown);
    items.push_back(Value::Of(in_.arena.Keep(type, fields), origin_));
  }
  Value ToWholeList(const expr::RecordType* type, const ByKey<Value>& elements) {
    std::vector<Value> items;
    items.reserve(elements.size() + 1);
    for (const auto& [key, value] : elements) items.push_back(value);
    AddLeftOut(type, items);
    return List(std::move(items));
  }

  const Inputs& in_;
  const trail::Observation& crawl_;
  Origin origin_;
};

}  // namespace

Value JoinWeb(const Inputs& in) {
  const trail::Observation* crawl = in.sightings.LatestCrawl();
  if (crawl == nullptr) return in.sightings.Missing(Kind<"crawl">());
  return WebJoin(in, *crawl).Join();
}

}  // namespace garant::proof

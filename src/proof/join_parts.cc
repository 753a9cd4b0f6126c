#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>

#include "proof/by_key.h"
#include "proof/declared.h"
#include "proof/join.h"
#include "service/data_category.h"
#include "service/whereabouts.h"

namespace garant::proof {
namespace {

using expr::Value;

class PartsJoin {
 public:
  explicit PartsJoin(const Inputs& in) : in_(in) {}

  Value Join() {
    std::vector<Value> groups = {Systems(),    Stores(),   Held(),        Flows(),
                                 Categories(), Controls(), Checks(),      Detections(),
                                 Exports(),    Findings(), Assessments(), Sharing()};
    return Value::Of(in_.arena.Keep(&Types::Get().parts, std::move(groups)));
  }

 private:
  [[nodiscard]] Value Latest(size_t kind, std::string_view subject) const {
    return in_.sightings.Latest(kind, subject);
  }
  // A subject that is made of two names; it stands until the next is made.
  std::string_view Joined(std::string_view first, char between, std::string_view second) {
    subject_.assign(first).push_back(between);
    return subject_.append(second);
  }
  static Value Yes(const Value& at) { return Value::Bool(true, at.origin()); }
  static Value No(const Value& at) { return Value::Bool(false, at.origin()); }

  template <Word path>
  void Add(std::vector<Value>& items, std::initializer_list<Value> fields,
           const expr::Origin& origin) {
    items.push_back(Value::Of(in_.arena.Keep(ElementType<path>(), fields), origin));
  }
  // A declared list stays absent where its section is missing and nothing was observed.
  Value List(std::vector<Value> items, const Value& declared) {
    if (items.empty() && declared.kind() != expr::Kind::kList) return kAbsent;
    return Value::Of(in_.arena.Keep(std::move(items)), declared.origin());
  }

  Value Systems() {
    std::vector<Value> items;
    Unclaimed events(in_.sightings, Kind<"system-events">());
    const std::string_view front = service::FrontSystem(in_.model);
    const auto add = [&](std::string_view id, const Value& system, const Value& seen) {
      const bool declared = system.kind() == expr::Kind::kRecord;
      Add<"parts.systems">(
          items,
          {declared ? Get<"id">(system) : Get<"subject">(seen), declared ? Yes(system) : No(seen),
           Get<"kind">(system), Get<"internet">(system), Get<"agency">(system), events.Claim(id),
           Latest(Kind<"drift">(), id), Latest(Kind<"hosting-check">(), id),
           Latest(Kind<"security-scan">(), id), Latest(Kind<"journey-edge">(), Joined(id, '>', id)),
           Value::Bool(declared && id == front, Get<"internet">(system).origin()),
           Latest(Kind<"guard-requests">(), id)},
          declared ? system.origin() : seen.origin());
    };
    for (const Value& system : Each(Get<"systems">(in_.model)))
      add(TextOf(Get<"id">(system)), system, kAbsent);
    events.ForEachLeft(
        [&](std::string_view id, const Sightings::Seen& seen) { add(id, kAbsent, seen.value); });
    return List(std::move(items), Get<"systems">(in_.model));
  }

  Value Stores() {
    std::vector<Value> items;
    std::set<std::string_view> known;
    const auto add = [&](std::string_view id, const Value& store, const Value& seen) {
      known.insert(id);
      const bool declared = store.kind() == expr::Kind::kRecord;
      Add<"parts.stores">(
          items,
          {declared ? Get<"id">(store) : Get<"store">(seen), declared ? Yes(store) : No(seen),
           Get<"system">(store), FoundIn(id), Latest(Kind<"retention-run">(), id)},
          declared ? store.origin() : seen.origin());
    };
    for (const Value& store : Each(Get<"stores">(in_.model)))
      add(TextOf(Get<"id">(store)), store, kAbsent);
    for (const auto& [subject, seen] : in_.sightings.Of(Kind<"store-field">()))
      if (const std::string_view id = TextOf(Get<"store">(seen.value)); !known.contains(id))
        add(id, kAbsent, seen.value);
    return List(std::move(items), Get<"stores">(in_.model));
  }

  Value FoundIn(std::string_view store) {
    std::vector<Value> found;
    for (const auto& [subject, seen] : in_.sightings.Of(Kind<"store-field">()))
      if (TextOf(Get<"store">(seen.value)) == store) found.push_back(seen.value);
    if (found.empty()) return in_.sightings.Missing(Kind<"store-field">());
    const expr::Origin origin = found.front().origin();
    return Value::Of(in_.arena.Keep(std::move(found)), origin);
  }

  Value Held() {
    std::vector<Value> items;
    Unclaimed fields(in_.sightings, Kind<"store-field">());
    for (const Value& store : Each(Get<"stores">(in_.model))) {
      const Value& id = Get<"id">(store);
      for (const Value& held : Each(Get<"holds">(store))) {
        const Value& data = Get<"data">(held);
        Add<"parts.held">(
            items,
            {id, Get<"at">(held), data, Yes(held), Personal(data), Sensitive(data),
             Get<"purpose">(held), Get<"authority">(held), Get<"keep">(held), Get<"then">(held),
             fields.Claim(Joined(TextOf(id), '/', TextOf(Get<"at">(held))))},
            held.origin());
      }
    }
    fields.ForEachLeft([&](std::string_view, const Sightings::Seen& seen) {
      const Value& data = Get<"category">(seen.value);
      Add<"parts.held">(
          items,
          {Get<"store">(seen.value), Get<"field">(seen.value), data, No(seen.value), Personal(data),
           Sensitive(data), kAbsent, kAbsent, kAbsent, kAbsent, seen.value},
          seen.value.origin());
    });
    return List(std::move(items), Get<"stores">(in_.model));
  }

  static const service::DataCategory* Category(std::string_view name) {
    static const auto& kCategories = *[] {
      auto* by_name = new std::unordered_map<std::string_view, const service::DataCategory*>;
      for (const service::DataCategory& category : service::DataCategories())
        by_name->emplace(category.name, &category);
      return by_name;
    }();
    const auto found = kCategories.find(name);
    return found == kCategories.end() ? nullptr : found->second;
  }
  static Value Personal(const Value& data) {
    if (TextOf(data).empty()) return Value::Absent(data.origin());
    const service::DataCategory* category = Category(TextOf(data));
    return Value::Bool(category == nullptr || category->personal, data.origin());
  }
  static Value Sensitive(const Value& data) {
    if (TextOf(data).empty()) return Value::Absent(data.origin());
    const service::DataCategory* category = Category(TextOf(data));
    return Value::Bool(category != nullptr && category->sensitive, data.origin());
  }

  [[nodiscard]] bool IsSystem(std::string_view id) const {
    const auto systems = Each(Get<"systems">(in_.model));
    return std::any_of(systems.begin(), systems.end(),
                       [&](const Value& system) { return TextOf(Get<"id">(system)) == id; });
  }

  Value Flows() {
    constexpr std::array<std::string_view, 6> kEncrypted = {"https",       "tls",      "mtls",
                                                            "unix-socket", "loopback", "sftp"};
    std::vector<Value> items;
    Unclaimed edges(in_.sightings, Kind<"journey-edge">());
    for (const Value& flow : Each(Get<"flows">(in_.model))) {
      const std::string_view from = TextOf(Get<"from">(flow));
      const std::string_view to = TextOf(Get<"to">(flow));
      const Value& over = Get<"over">(flow);
      const bool encrypted =
          std::find(kEncrypted.begin(), kEncrypted.end(), TextOf(over)) != kEncrypted.end();
      const bool crosses = from != to && IsSystem(from) && IsSystem(to);
      Add<"parts.flows">(items,
                         {Get<"from">(flow), Get<"to">(flow), Yes(flow), over,
                          Value::Bool(encrypted, over.origin()), Get<"data">(flow),
                          Value::Bool(crosses, flow.origin()), edges.Claim(Joined(from, '>', to))},
                         flow.origin());
    }
    edges.ForEachLeft([&](std::string_view edge, const Sightings::Seen& seen) {
      const size_t arrow = edge.find('>');
      // Within one declared system no edge is taken: that is the system's own journey.
      if (arrow != std::string_view::npos && edge.substr(0, arrow) == edge.substr(arrow + 1) &&
          IsSystem(edge.substr(0, arrow)))
        return;
      const std::string_view to =
          arrow == std::string_view::npos ? std::string_view{} : edge.substr(arrow + 1);
      Add<"parts.flows">(items,
                         {Value::Text(edge.substr(0, arrow), seen.value.origin()),
                          Value::Text(to, seen.value.origin()), No(seen.value), kAbsent, kAbsent,
                          kAbsent, Yes(seen.value), seen.value},
                         seen.value.origin());
    });
    return List(std::move(items), Get<"flows">(in_.model));
  }

  struct Use {
    Value first;  // where the category is named first
    Value collected, held, flows, shared;
  };

  Value Categories() {
    ByKey<Use> uses;
    const auto note = [&](const Value& data, Value Use::*how) {
      if (TextOf(data).empty() || TextOf(data) == "none") return;
      Use& use = uses[TextOf(data)];
      if (use.first.kind() == expr::Kind::kAbsent) use.first = data;
      if (how != nullptr && (use.*how).kind() == expr::Kind::kAbsent) use.*how = Yes(data);
    };
    for (const Value& collection : Each(Get<"collection">(in_.model)))
      for (const Value& field : Each(Get<"fields">(collection)))
        note(Get<"data">(field), &Use::collected);
    for (const Value& store : Each(Get<"stores">(in_.model)))
      for (const Value& held : Each(Get<"holds">(store))) note(Get<"data">(held), &Use::held);
    for (const Value& flow : Each(Get<"flows">(in_.model)))
      for (const Value& data : Each(Get<"data">(flow))) note(data, &Use::flows);
    for (const Value& sharing : Each(Get<"sharing">(in_.model)))
      for (const Value& data : Each(Get<"data">(sharing))) note(data, &Use::shared);
    for (const auto& [subject, seen] : in_.sightings.Of(Kind<"http-field">()))
      note(Get<"category">(seen.value), nullptr);
    for (const auto& [subject, seen] : in_.sightings.Of(Kind<"store-field">()))
      note(Get<"category">(seen.value), nullptr);
    std::vector<Value> items;
    for (const auto& [name, use] : uses) {
      const auto or_no = [&](const Value& how) {
        return how.kind() == expr::Kind::kAbsent ? No(use.first) : how;
      };
      Add<"parts.categories">(
          items,
          {use.first, Personal(use.first), Sensitive(use.first), or_no(use.collected),
           or_no(use.held), or_no(use.flows), or_no(use.shared)},
          use.first.origin());
    }
    return List(std::move(items), kAbsent);
  }

  // A list section whose elements get one observed side under `kind`, found by their id.
  template <Word path, Word kind, Word... fields>
  Value Observed(const Value& section) {
    std::vector<Value> items;
    for (const Value& element : Each(section))
      Add<path>(items, {Get<fields>(element)..., Latest(Kind<kind>(), TextOf(Get<"id">(element)))},
                element.origin());
    return List(std::move(items), section);
  }

  Value Controls() {
    return Observed<"parts.controls", "control-removed", "id", "layer", "system", "protects">(
        Get<"controls">(in_.model));
  }
  Value Checks() {
    return Observed<"parts.checks", "rule-check", "id", "when">(
        Get<"checks">(Get<"rules">(in_.model)));
  }
  Value Detections() {
    return Observed<"parts.detections", "detection", "id", "kind">(
        Get<"detections">(Get<"monitoring">(in_.model)));
  }
  Value Exports() {
    return Observed<"parts.exports", "monitoring-export", "id", "to">(
        Get<"exports">(Get<"monitoring">(in_.model)));
  }

  // The document has not changed, since its digest has not; what the file says of it may have.
  static bool StillSays(const Act& act, std::string_view section) {
    return act.unchanged &&
           (act.covers.empty() || std::ranges::find(act.covers, section) != act.covers.end());
  }

  // Whether an external act that counts carries this digest, over the section that speaks of the
  // document as it stands. An empty `issuer` is any: a third party's report is its author's.
  [[nodiscard]] Value Signed(const Value& digest, std::string_view section, std::string_view issuer,
                             const Value& at) const {
    const std::string_view wanted = TextOf(digest);
    if (!wanted.empty())
      for (const Act& act : in_.acts)
        if (act.standing == Standing::kCounts && act.kind == "external" && act.document == wanted &&
            (issuer.empty() || act.issuer == issuer) && StillSays(act, section))
          return Value::Bool(true, {.world = expr::World::kActed, .entry = act.entry});
    return No(at);
  }

  [[nodiscard]] const Value& AssessmentNamed(std::string_view id) const {
    for (const Value& assessment : Each(Get<"assessments">(in_.model)))
      if (!id.empty() && TextOf(Get<"id">(assessment)) == id) return assessment;
    return kAbsent;
  }

  Value Findings() {
    std::vector<Value> items;
    for (const Value& assessment : Each(Get<"assessments">(in_.model)))
      for (const Value& finding : Each(Get<"findings">(assessment))) {
        const Value& retest = AssessmentNamed(TextOf(Get<"retest">(finding)));
        Add<"parts.findings">(
            items,
            {Get<"id">(assessment), Get<"id">(finding), Get<"severity">(finding),
             Get<"status">(finding), Get<"retest">(finding), Get<"dated">(retest),
             Signed(Get<"digest">(retest), "assessments", TextOf(Get<"by">(retest)), finding)},
            finding.origin());
      }
    return List(std::move(items), Get<"assessments">(in_.model));
  }

  Value Assessments() {
    std::vector<Value> items;
    for (const Value& assessment : Each(Get<"assessments">(in_.model))) {
      const auto findings = Each(Get<"findings">(assessment));
      Add<"parts.assessments">(
          items,
          {Get<"id">(assessment), Get<"kind">(assessment), Get<"by">(assessment),
           Get<"third-party">(assessment), Get<"instrument">(assessment), Get<"dated">(assessment),
           Get<"scope">(assessment),
           Signed(Get<"digest">(assessment), "assessments", TextOf(Get<"by">(assessment)),
                  assessment),
           Value::Int(static_cast<int64_t>(findings.size()), Get<"findings">(assessment).origin())},
          assessment.origin());
    }
    return List(std::move(items), Get<"assessments">(in_.model));
  }

  Value Sharing() {
    std::vector<Value> items;
    for (const Value& sharing : Each(Get<"sharing">(in_.model))) {
      const Value& agreement = Get<"agreement">(sharing);
      Add<"parts.sharing">(
          items,
          {Get<"id">(sharing), Get<"with">(sharing), Get<"signed">(agreement),
           Get<"until">(sharing), Signed(Get<"digest">(agreement), "sharing", {}, sharing)},
          sharing.origin());
    }
    return List(std::move(items), Get<"sharing">(in_.model));
  }

  const Inputs& in_;
  std::string subject_;
};

}  // namespace

Value JoinParts(const Inputs& in) { return PartsJoin(in).Join(); }

}  // namespace garant::proof

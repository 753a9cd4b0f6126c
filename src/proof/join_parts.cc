#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "proof/declared.h"
#include "proof/join.h"
#include "service/schema.h"

namespace garant::proof {
namespace {

using expr::Value;

const Value kAbsent;

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
  [[nodiscard]] const Value& Section(std::string_view name) const { return Get(in_.model, name); }
  [[nodiscard]] Value Latest(std::string_view kind, std::string_view subject) const {
    return in_.sightings.Latest(kind, subject);
  }
  static Value Yes(const Value& at) { return Value::Bool(true, at.origin()); }
  static Value No(const Value& at) { return Value::Bool(false, at.origin()); }

  void Add(std::vector<Value>& items, std::string_view path, std::vector<Value> fields,
           const expr::Origin& origin) {
    items.push_back(
        Value::Of(in_.arena.Keep(Types::Get().Element(path), std::move(fields)), origin));
  }
  // A declared list stays absent where its section is missing and nothing was observed.
  Value List(std::vector<Value> items, const Value& declared) {
    if (items.empty() && declared.kind() != expr::Kind::kList) return kAbsent;
    return Value::Of(in_.arena.Keep(std::move(items)), declared.origin());
  }

  Value Systems() {
    std::vector<Value> items;
    std::set<std::string_view> known;
    const auto add = [&](std::string_view id, const Value& system, const Value& seen) {
      known.insert(id);
      const bool declared = system.kind() == expr::Kind::kRecord;
      Add(items, "parts.systems",
          {declared ? Get(system, "id") : Get(seen, "subject"), declared ? Yes(system) : No(seen),
           Get(system, "kind"), Get(system, "internet"), Get(system, "agency"),
           Latest("system-events", id), Latest("drift", id), Latest("hosting-check", id),
           Latest("security-scan", id),
           Latest("journey-edge", std::string(id) + ">" + std::string(id))},
          declared ? system.origin() : seen.origin());
    };
    for (const Value& system : Each(Section("systems")))
      add(TextOf(Get(system, "id")), system, kAbsent);
    for (const auto& [id, seen] : in_.sightings.Of("system-events"))
      if (!known.contains(id)) add(id, kAbsent, seen.value);
    return List(std::move(items), Section("systems"));
  }

  Value Stores() {
    std::vector<Value> items;
    std::set<std::string_view> known;
    const auto add = [&](std::string_view id, const Value& store, const Value& seen) {
      known.insert(id);
      const bool declared = store.kind() == expr::Kind::kRecord;
      Add(items, "parts.stores",
          {declared ? Get(store, "id") : Get(seen, "store"), declared ? Yes(store) : No(seen),
           Get(store, "system"), FoundIn(id), Latest("retention-run", id)},
          declared ? store.origin() : seen.origin());
    };
    for (const Value& store : Each(Section("stores")))
      add(TextOf(Get(store, "id")), store, kAbsent);
    for (const auto& [subject, seen] : in_.sightings.Of("store-field"))
      if (const std::string_view id = TextOf(Get(seen.value, "store")); !known.contains(id))
        add(id, kAbsent, seen.value);
    return List(std::move(items), Section("stores"));
  }

  Value FoundIn(std::string_view store) {
    std::vector<Value> found;
    for (const auto& [subject, seen] : in_.sightings.Of("store-field"))
      if (TextOf(Get(seen.value, "store")) == store) found.push_back(seen.value);
    if (found.empty()) return in_.sightings.Missing("store-field");
    const expr::Origin origin = found.front().origin();
    return Value::Of(in_.arena.Keep(std::move(found)), origin);
  }

  Value Held() {
    std::vector<Value> items;
    std::set<std::string> known;
    for (const Value& store : Each(Section("stores"))) {
      const Value& id = Get(store, "id");
      for (const Value& held : Each(Get(store, "holds"))) {
        std::string subject = std::string(TextOf(id)) + "/" + std::string(TextOf(Get(held, "at")));
        const Value& data = Get(held, "data");
        Add(items, "parts.held",
            {id, Get(held, "at"), data, Yes(held), Personal(data), Sensitive(data),
             Get(held, "purpose"), Get(held, "authority"), Get(held, "keep"), Get(held, "then"),
             Latest("store-field", subject)},
            held.origin());
        known.insert(std::move(subject));
      }
    }
    for (const auto& [subject, seen] : in_.sightings.Of("store-field")) {
      if (known.contains(std::string(subject))) continue;
      const Value& data = Get(seen.value, "category");
      Add(items, "parts.held",
          {Get(seen.value, "store"), Get(seen.value, "at"), data, No(seen.value), Personal(data),
           Sensitive(data), kAbsent, kAbsent, kAbsent, kAbsent, seen.value},
          seen.value.origin());
    }
    return List(std::move(items), Section("stores"));
  }

  static const service::DataCategory* Category(std::string_view name) {
    for (const service::DataCategory& category : service::DataCategories())
      if (category.name == name) return &category;
    return nullptr;
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
    const auto systems = Each(Section("systems"));
    return std::any_of(systems.begin(), systems.end(),
                       [&](const Value& system) { return TextOf(Get(system, "id")) == id; });
  }

  Value Flows() {
    constexpr std::array<std::string_view, 6> kEncrypted = {"https",       "tls",      "mtls",
                                                            "unix-socket", "loopback", "sftp"};
    std::vector<Value> items;
    std::set<std::string> known;
    for (const Value& flow : Each(Section("flows"))) {
      const std::string_view from = TextOf(Get(flow, "from"));
      const std::string_view to = TextOf(Get(flow, "to"));
      const Value& over = Get(flow, "over");
      const bool encrypted =
          std::find(kEncrypted.begin(), kEncrypted.end(), TextOf(over)) != kEncrypted.end();
      const bool crosses = from != to && IsSystem(from) && IsSystem(to);
      std::string edge = std::string(from) + ">" + std::string(to);
      Add(items, "parts.flows",
          {Get(flow, "from"), Get(flow, "to"), Yes(flow), over,
           Value::Bool(encrypted, over.origin()), Get(flow, "data"),
           Value::Bool(crosses, flow.origin()), Latest("journey-edge", edge)},
          flow.origin());
      known.insert(std::move(edge));
    }
    for (const auto& [edge, seen] : in_.sightings.Of("journey-edge")) {
      if (known.contains(std::string(edge))) continue;
      const size_t arrow = edge.find('>');
      // Within one declared system no edge is taken: that is the system's own journey.
      if (arrow != std::string_view::npos && edge.substr(0, arrow) == edge.substr(arrow + 1) &&
          IsSystem(edge.substr(0, arrow)))
        continue;
      const std::string_view to =
          arrow == std::string_view::npos ? std::string_view{} : edge.substr(arrow + 1);
      Add(items, "parts.flows",
          {Value::Text(edge.substr(0, arrow), seen.value.origin()),
           Value::Text(to, seen.value.origin()), No(seen.value), kAbsent, kAbsent, kAbsent,
           Yes(seen.value), seen.value},
          seen.value.origin());
    }
    return List(std::move(items), Section("flows"));
  }

  struct Use {
    Value first;  // where the category is named first
    Value collected, held, flows, shared;
  };

  Value Categories() {
    std::map<std::string_view, Use> uses;
    const auto note = [&](const Value& data, Value Use::*how) {
      if (TextOf(data).empty() || TextOf(data) == "none") return;
      Use& use = uses[TextOf(data)];
      if (use.first.kind() == expr::Kind::kAbsent) use.first = data;
      if (how != nullptr && (use.*how).kind() == expr::Kind::kAbsent) use.*how = Yes(data);
    };
    for (const Value& collection : Each(Section("collection")))
      for (const Value& field : Each(Get(collection, "fields")))
        note(Get(field, "data"), &Use::collected);
    for (const Value& store : Each(Section("stores")))
      for (const Value& held : Each(Get(store, "holds"))) note(Get(held, "data"), &Use::held);
    for (const Value& flow : Each(Section("flows")))
      for (const Value& data : Each(Get(flow, "data"))) note(data, &Use::flows);
    for (const Value& sharing : Each(Section("sharing")))
      for (const Value& data : Each(Get(sharing, "data"))) note(data, &Use::shared);
    for (const auto& [subject, seen] : in_.sightings.Of("http-field"))
      note(Get(seen.value, "category"), nullptr);
    for (const auto& [subject, seen] : in_.sightings.Of("store-field"))
      note(Get(seen.value, "category"), nullptr);
    std::vector<Value> items;
    for (const auto& [name, use] : uses) {
      const auto or_no = [&](const Value& how) {
        return how.kind() == expr::Kind::kAbsent ? No(use.first) : how;
      };
      Add(items, "parts.categories",
          {use.first, Personal(use.first), Sensitive(use.first), or_no(use.collected),
           or_no(use.held), or_no(use.flows), or_no(use.shared)},
          use.first.origin());
    }
    return List(std::move(items), kAbsent);
  }

  // A list section whose elements get one observed side under `kind`, found by their id.
  Value Observed(const Value& section, std::string_view path,
                 std::initializer_list<std::string_view> fields, std::string_view kind) {
    std::vector<Value> items;
    for (const Value& element : Each(section)) {
      std::vector<Value> values;
      for (const std::string_view field : fields) values.push_back(Get(element, field));
      values.push_back(Latest(kind, TextOf(Get(element, "id"))));
      Add(items, path, std::move(values), element.origin());
    }
    return List(std::move(items), section);
  }

  Value Controls() {
    return Observed(Section("controls"), "parts.controls", {"id", "layer", "system", "protects"},
                    "control-removed");
  }
  Value Checks() {
    return Observed(Get(Section("rules"), "checks"), "parts.checks", {"id", "when"}, "rule-check");
  }
  Value Detections() {
    return Observed(Get(Section("monitoring"), "detections"), "parts.detections", {"id", "kind"},
                    "detection");
  }
  Value Exports() {
    return Observed(Get(Section("monitoring"), "exports"), "parts.exports", {"id", "to"},
                    "monitoring-export");
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
    for (const Value& assessment : Each(Section("assessments")))
      if (!id.empty() && TextOf(Get(assessment, "id")) == id) return assessment;
    return kAbsent;
  }

  Value Findings() {
    std::vector<Value> items;
    for (const Value& assessment : Each(Section("assessments")))
      for (const Value& finding : Each(Get(assessment, "findings"))) {
        const Value& retest = AssessmentNamed(TextOf(Get(finding, "retest")));
        Add(items, "parts.findings",
            {Get(assessment, "id"), Get(finding, "id"), Get(finding, "severity"),
             Get(finding, "status"), Get(finding, "retest"), Get(retest, "dated"),
             Signed(Get(retest, "digest"), "assessments", TextOf(Get(retest, "by")), finding)},
            finding.origin());
      }
    return List(std::move(items), Section("assessments"));
  }

  Value Assessments() {
    std::vector<Value> items;
    for (const Value& assessment : Each(Section("assessments"))) {
      const auto findings = Each(Get(assessment, "findings"));
      Add(items, "parts.assessments",
          {Get(assessment, "id"), Get(assessment, "kind"), Get(assessment, "by"),
           Get(assessment, "third-party"), Get(assessment, "instrument"), Get(assessment, "dated"),
           Get(assessment, "scope"),
           Signed(Get(assessment, "digest"), "assessments", TextOf(Get(assessment, "by")),
                  assessment),
           Value::Int(static_cast<int64_t>(findings.size()), Get(assessment, "findings").origin())},
          assessment.origin());
    }
    return List(std::move(items), Section("assessments"));
  }

  Value Sharing() {
    std::vector<Value> items;
    for (const Value& sharing : Each(Section("sharing"))) {
      const Value& agreement = Get(sharing, "agreement");
      Add(items, "parts.sharing",
          {Get(sharing, "id"), Get(sharing, "with"), Get(agreement, "signed"),
           Get(sharing, "until"), Signed(Get(agreement, "digest"), "sharing", {}, sharing)},
          sharing.origin());
    }
    return List(std::move(items), Section("sharing"));
  }

  const Inputs& in_;
};

}  // namespace

Value JoinParts(const Inputs& in) { return PartsJoin(in).Join(); }

}  // namespace garant::proof

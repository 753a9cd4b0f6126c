#include "proof/fact_types.h"

#include <cassert>

#include "proof/facts.h"
#include "service/model.h"

namespace garant::proof {
namespace {

using expr::FieldType;
using expr::Kind;
using expr::RecordType;
using expr::Type;

FieldType Bool(std::string name) { return {std::move(name), Type::Of(Kind::kBool), {}}; }
FieldType Int(std::string name) { return {std::move(name), Type::Of(Kind::kInt), {}}; }
FieldType Text(std::string name) { return {std::move(name), Type::Of(Kind::kText), {}}; }
FieldType Time(std::string name) { return {std::move(name), Type::Of(Kind::kTime), {}}; }
FieldType Texts(std::string name) { return {std::move(name), Type::ListOf(Kind::kText), {}}; }
FieldType Words(std::string name, std::vector<std::string> allowed) {
  return {std::move(name), Type::Of(Kind::kText), std::move(allowed)};
}

Type TypeOf(trail::FactType type) {
  switch (type) {
    case trail::FactType::kBool:
      return Type::Of(Kind::kBool);
    case trail::FactType::kInt:
      return Type::Of(Kind::kInt);
    case trail::FactType::kText:
      return Type::Of(Kind::kText);
    case trail::FactType::kTextList:
      return Type::ListOf(Kind::kText);
    case trail::FactType::kTime:
      return Type::Of(Kind::kTime);
  }
  return Type::Of(Kind::kAbsent);
}

class Builder {
 public:
  explicit Builder(Types& types) : types_(types) {}

  void Build() {
    types_.text = {"bilingual text", {Text("en"), Text("fr")}};
    BuildKinds();
    BuildWeb();
    BuildParts();
    BuildActs();
    types_.item = {"item",
                   {Text("id"), Words("stage", {"alpha", "beta", "live", "all"}), Text("source")}};
    types_.equivalent = {"equivalent",
                         {Text("jurisdiction"), {"name", Type::Record(&types_.text), {}}}};
    types_.root = service::ModelType();
    types_.root.name = "facts";
    auto& fields = types_.root.fields;
    fields.push_back({"item", Type::Record(&types_.item), {}});
    fields.push_back({"equivalents", Type::ListOf(&types_.equivalent), {}});
    fields.push_back({"acts", Type::ListOf(&types_.act), {}});
    fields.push_back({"observed", Type::Record(&types_.observed), {}});
    fields.push_back({"web", Type::Record(&types_.web), {}});
    fields.push_back({"parts", Type::Record(&types_.parts), {}});
  }

 private:
  FieldType Seen(std::string name, std::string_view kind) {
    return {std::move(name), Type::Record(types_.Kind(kind)), {}};
  }
  FieldType Declared(std::string_view section, std::string_view field) {
    return DeclaredField(section, field);
  }

  void BuildKinds() {
    types_.observed.name = "observed";
    for (const trail::ObservationKind& kind : trail::ObservationKinds()) {
      auto type = std::make_unique<RecordType>();
      type->name = std::string(kind.name);
      type->observed = true;
      type->fields = {Text("subject"),   Words("vantage", {"outside", "loopback", "inside"}),
                      Time("at"),        Text("method"),
                      Int("version"),    Int("numerator"),
                      Int("denominator")};
      for (const trail::AttributeKind& attribute : kind.attributes)
        type->fields.push_back({std::string(attribute.name), TypeOf(attribute.type), {}});
      types_.observed.fields.push_back({std::string(kind.name), Type::ListOf(type.get()), {}});
      types_.behind["observed." + std::string(kind.name)] = {std::string(kind.name)};
      types_.kind_types.push_back(type.get());
      types_.kinds.emplace(std::string(kind.name), std::move(type));
    }
  }

  void Add(RecordType& group, const std::string& name, std::vector<FieldType> fields,
           std::vector<std::string> behind) {
    const std::string path = group.name + "." + name;
    auto type = std::make_unique<RecordType>();
    type->name = path;
    type->fields = std::move(fields);
    group.fields.push_back({name, Type::ListOf(type.get()), {}});
    types_.elements.emplace(path, std::move(type));
    types_.behind[path] = std::move(behind);
  }

  void BuildWeb() {
    RecordType& web = types_.web;
    web.name = "web";
    web.observed = true;
    Add(web, "routes",
        {Text("match"), Bool("declared"), Int("assurance"), Texts("roles"), Texts("methods"),
         Bool("personal"), Seen("seen", "http-route")},
        {"crawl", "http-route"});
    Add(web, "cookies",
        {Text("name"),
         Bool("declared"),
         Declared("cookies", "purpose"),
         Text("keep"),
         {"keep-for", Type::Of(Kind::kDuration), {}},
         Seen("seen", "http-cookie")},
        {"crawl", "http-cookie"});
    Add(web, "forms", {Text("route"), Bool("declared"), Bool("notice"), Seen("seen", "http-form")},
        {"crawl", "http-form"});
    Add(web, "fields",
        {Text("route"), Text("name"), Bool("declared"), Text("data"), Bool("held"),
         Seen("seen", "http-field")},
        {"crawl", "http-field"});
    Add(web, "policies",
        {Words("id", {"privacy", "cookies"}), Bool("declared"), Text("route"),
         Seen("seen", "http-policy")},
        {"crawl", "http-policy"});
    Add(web, "endpoints", {Text("at"), Seen("tls", "tls-endpoint"), Seen("plain", "http-plain")},
        {"crawl", "tls-endpoint", "http-plain"});
    Add(web, "origins", {Text("system"), Bool("declared"), Seen("seen", "origin-direct")},
        {"crawl", "origin-direct"});
  }

  void BuildParts() {
    RecordType& parts = types_.parts;
    parts.name = "parts";
    Add(parts, "systems",
        {Text("id"), Bool("declared"), Declared("systems", "kind"), Bool("internet"),
         Text("agency"), Seen("events", "system-events"), Seen("drift", "drift"),
         Seen("hosting", "hosting-check"), Seen("scan", "security-scan"),
         Seen("journey", "journey-edge"), Bool("front"), Seen("requests", "guard-requests")},
        {"system-events", "drift", "hosting-check", "security-scan", "journey-edge",
         "guard-requests"});
    Add(parts, "stores",
        {Text("id"),
         Bool("declared"),
         Text("system"),
         {"found", Type::ListOf(types_.Kind("store-field")), {}},
         Seen("retention", "retention-run")},
        {"store-field", "retention-run"});
    Add(parts, "held",
        {Text("store"), Text("at"), Text("data"), Bool("declared"), Bool("personal"),
         Bool("sensitive"), Text("purpose"), Text("authority"), Text("keep"),
         DeclaredWords("then", {"erase", "anonymise", "archive"}), Seen("seen", "store-field")},
        {"store-field"});
    Add(parts, "flows",
        {Text("from"), Text("to"), Bool("declared"), Declared("flows", "over"), Bool("encrypted"),
         Texts("data"), Bool("crosses"), Seen("journey", "journey-edge")},
        {"journey-edge"});
    Add(parts, "categories",
        {Text("category"), Bool("personal"), Bool("sensitive"), Bool("collected"), Bool("held"),
         Bool("flows"), Bool("shared")},
        {"crawl", "http-field", "store-field"});
    Add(parts, "controls",
        {Text("id"), Declared("controls", "layer"), Text("system"), Texts("protects"),
         Seen("removed", "control-removed")},
        {"control-removed"});
    Add(parts, "checks", {Text("id"), Text("when"), Seen("seen", "rule-check")}, {"rule-check"});
    Add(parts, "detections",
        {Text("id"), Words("kind", {"security", "privacy", "fraud", "insider"}),
         Seen("seen", "detection")},
        {"detection"});
    Add(parts, "exports", {Text("id"), Text("to"), Seen("seen", "monitoring-export")},
        {"monitoring-export"});
    Add(parts, "findings",
        {Text("assessment"), Text("id"), Words("severity", {"low", "medium", "high", "critical"}),
         Words("status", {"open", "closed", "accepted"}), Text("retest"), Time("retest-dated"),
         Bool("retest-signed")},
        {});
    Add(parts, "assessments",
        {Text("id"), Declared("assessments", "kind"), Text("by"), Bool("third-party"),
         Text("instrument"), Time("dated"), Texts("scope"), Bool("signed"), Int("findings")},
        {});
    Add(parts, "sharing", {Text("id"), Text("with"), Time("agreed"), Time("until"), Bool("signed")},
        {});
  }

  FieldType DeclaredWords(std::string name, std::vector<std::string> words) {
    return Words(std::move(name), std::move(words));
  }

  void BuildActs() {
    types_.act = {
        "act",
        {Text("id"),
         Words("kind", {"engagement", "review", "approval", "attestation", "excuse", "external"}),
         Text("item"),
         Bool("here"),
         Text("by"),
         Declared("people", "role"),
         Text("team"),
         Time("at"),
         Time("expires"),
         Text("statement"),
         Bool("current"),
         Bool("approved"),
         Texts("with"),
         Text("of"),
         Text("document"),
         Text("issuer"),
         Time("dated"),
         Time("recorded"),
         Bool("others-met"),
         Texts("signers"),
         {"signed-roles", Type::ListOf(Kind::kText), Declared("people", "role").allowed}}};
  }

  Types& types_;
};

}  // namespace

FieldType DeclaredField(std::string_view section, std::string_view field) {
  const RecordType& type = service::SectionType(section);
  return type.fields[static_cast<size_t>(type.Find(field))];
}

size_t KindIndex(std::string_view name) {
  const trail::ObservationKind* kind = trail::FindObservationKind(name);
  assert(kind != nullptr);
  return static_cast<size_t>(kind - trail::ObservationKinds().data());
}

const Types& Types::Get() {
  static const Types& types = *[] {
    auto* made = new Types;  // lives as long as the process: compiled expressions point into it
    Builder(*made).Build();
    return made;
  }();
  return types;
}

const FactTypes& FactTypes::Get() {
  static const FactTypes kTypes;
  return kTypes;
}

const RecordType& FactTypes::RootType() const { return Types::Get().root; }

std::vector<std::string> FactTypes::ObservationsBehind(std::string_view name) const {
  const Types& types = Types::Get();
  const auto found = types.behind.find(name);
  return found == types.behind.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace garant::proof

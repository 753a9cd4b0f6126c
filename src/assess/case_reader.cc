#include "assess/case_reader.h"

#include <algorithm>

#include "proof/declared.h"
#include "service/whereabouts.h"
#include "standard/reader.h"
#include "trail/entry/observation_kinds.h"

namespace garant::assess {
namespace {

using base::Diagnostics;
using base::YamlNode;
using standard::MapReader;

constexpr const char* kAsOf = "2026-11-23T12:00:00Z";

// Flow style, so that one line holds a section whatever it looked like.
std::string Emit(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "null";
    case YamlNode::Kind::kScalar: {
      const bool safe = node.plain && node.scalar.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_+./-") == std::string::npos;
      if (safe) return node.scalar;
      std::string text = "\"";
      for (const char c : node.scalar) {
        if (c == '"' || c == '\\') text += '\\';
        if (c == '\n')
          text += "\\n";
        else
          text += c;
      }
      return text + "\"";
    }
    case YamlNode::Kind::kList: {
      std::string text = "[";
      for (const YamlNode& item : node.items) text += (text.size() > 1 ? ", " : "") + Emit(item);
      return text + "]";
    }
    case YamlNode::Kind::kMap: {
      std::string text = "{";
      for (const auto& [key, value] : node.members)
        text += (text.size() > 1 ? ", " : "") + Emit(key) + ": " + Emit(value);
      return text + "}";
    }
  }
  return {};
}

class CaseReader {
 public:
  CaseReader(const YamlNode& node, const YamlNode& base, const standard::Standard& standard,
             Diagnostics& diagnostics)
      : node_(node),
        base_(base),
        standard_(standard),
        diagnostics_(diagnostics),
        map_(node, "a case",
             {"proof", "case", "item", "as-of", "service", "acts", "observations", "expect",
              "because"},
             diagnostics) {}

  std::optional<Case> Read() {
    const size_t before = diagnostics_.size();
    case_.where = node_.where;
    case_.proof = map_.Word("proof");
    case_.name = map_.Word("case");
    case_.because = map_.Word("because", true);
    ReadItem();
    case_.as_of = ReadTime("as-of", kAsOf);
    ReadExpected();
    const std::string text = MergeSections(base_, node_.Find("service"));
    Diagnostics model_faults;
    case_.model = service::Model::Parse(text, "service", model_faults);
    for (const base::Diagnostic& fault : model_faults)
      diagnostics_.push_back({map_.At("service"), fault.message});
    if (!case_.model) return std::nullopt;
    for (const YamlNode& act : map_.Maps("acts", true)) ReadAct(act);
    for (const YamlNode& one : map_.Maps("observations", true)) ReadObservation(one);
    if (diagnostics_.size() != before) return std::nullopt;
    return std::move(case_);
  }

 private:
  void ReadItem() {
    case_.item = map_.Word("item", true);
    const auto proof = standard_.FindProof(case_.proof);
    if (!proof) {
      map_.Complain(map_.At("proof"), "there is no proof '" + case_.proof + "'",
                    "il n’y a pas de preuve « " + case_.proof + " »");
      return;
    }
    if (case_.item.empty())
      for (const standard::Item& item : standard_.items)
        if (std::find(item.proofs.begin(), item.proofs.end(), *proof) != item.proofs.end()) {
          case_.item = item.id;
          return;
        }
    if (standard_.FindItem(case_.item) == nullptr)
      map_.Complain(map_.At("item"), "there is no item '" + case_.item + "'",
                    "il n’y a pas d’élément « " + case_.item + " »");
  }

  void ReadExpected() {
    const std::string word = map_.Word("expect");
    for (const State state : {State::kContradicted, State::kUnmet, State::kUnknown, State::kMet})
      if (StateName(state) == word) {
        case_.expect = state;
        if (state != State::kMet && state != State::kUnknown && case_.because.empty())
          map_.Complain(node_.where, "a case that is not met must say 'because'",
                        "un cas non satisfait doit dire « because »");
        return;
      }
    map_.Complain(map_.At("expect"), "expected met, unmet, unknown or contradicted",
                  "attendu : met, unmet, unknown ou contradicted");
  }

  base::Time ReadTime(std::string_view key, std::string_view otherwise) {
    const std::string word = map_.Word(key, true);
    auto time = base::ParseTime(word.empty() ? otherwise : std::string_view(word));
    if (time) return *time;
    map_.Complain(map_.At(key), time.error().message.en, time.error().message.fr);
    return {};
  }

  base::Duration ReadDuration(MapReader& map, std::string_view key, std::string_view otherwise) {
    const std::string word = map.Word(key, true);
    const bool negative = word.starts_with("-");
    auto duration =
        base::ParseDuration(word.empty() ? otherwise : std::string_view(word).substr(negative));
    if (duration) return negative ? -*duration : *duration;
    map.Complain(map.At(key), duration.error().message.en, duration.error().message.fr);
    return {};
  }

  std::string RoleOf(const std::string& person) const {
    for (const expr::Value& one : proof::Each(expr::FieldOf(case_.model->root(), "people")))
      if (proof::TextOf(expr::FieldOf(one, "id")) == person)
        return std::string(proof::TextOf(expr::FieldOf(one, "role")));
    return {};
  }

  void ReadAct(const YamlNode& node) {
    MapReader map(node, "an act",
                  {"kind", "item", "by", "age", "expires-in", "statement", "current", "approved",
                   "with", "of", "mode", "document", "issuer", "dated", "id", "recorded"},
                  diagnostics_);
    proof::Act act;
    act.standing = proof::Standing::kCounts;
    act.id = map.Word("id", true);
    if (act.id.empty()) act.id = "act:" + std::to_string(case_.acts.size());
    act.kind = map.Word("kind");
    act.item = map.Word("item", true);
    if (act.item.empty()) act.item = case_.item;
    act.by = map.Word("by");
    act.role = RoleOf(act.by);
    if (act.role.empty())
      map.Complain(map.At("by"), "the service names no person '" + act.by + "'",
                   "le service ne nomme aucune personne « " + act.by + " »");
    act.at = case_.as_of - ReadDuration(map, "age", "P1D");
    act.recorded =
        map.Has("recorded") ? case_.as_of - ReadDuration(map, "recorded", "PT0S") : act.at;
    act.expires = case_.as_of + ReadDuration(map, "expires-in", "P1Y");
    if (act.expires <= case_.as_of) act.standing = proof::Standing::kExpired;
    if (act.at > case_.as_of) act.standing = proof::Standing::kNotYet;
    if (act.kind == "external" && !act.role.empty() && !proof::MayTakeUpDocuments(act.role))
      act.standing = proof::Standing::kNoMandate;
    act.statement = map.Word("statement", true);
    act.unchanged = map.Word("current", true) != "false";
    if (map.Word("approved", true) == "true") act.approved_by = "somebody-else";
    act.with = map.Words("with", true);
    for (const std::string& person : act.with) act.with_roles.push_back(RoleOf(person));
    act.of = map.Word("of", true);
    act.mode = map.Word("mode", true);
    act.document = map.Word("document", true);
    act.issuer = map.Word("issuer", true);
    if (const std::string dated = map.Word("dated", true); !dated.empty())
      if (auto time = base::ParseTime(dated)) act.dated = *time;
    act.entry = case_.acts.size() + 1000;
    case_.acts.push_back(std::move(act));
  }

  void ReadObservation(const YamlNode& node) {
    MapReader map(node, "an observation",
                  {"kind", "subject", "age", "vantage", "method", "counts", "facts"}, diagnostics_);
    trail::Observation observation;
    observation.kind = map.Word("kind");
    observation.subject = map.Word("subject");
    observation.method = map.Word("method", true);
    if (observation.method.empty()) observation.method = "case";
    observation.time = case_.as_of - ReadDuration(map, "age", "PT1H");
    const std::string vantage = map.Word("vantage", true);
    observation.vantage = vantage == "loopback" ? trail::Vantage::kLoopback
                          : vantage == "inside" ? trail::Vantage::kInside
                                                : trail::Vantage::kOutside;
    observation.entry = case_.observations.size();
    const trail::ObservationKind* kind = trail::FindObservationKind(observation.kind);
    if (kind == nullptr) {
      map.Complain(map.At("kind"), "there is no observation kind '" + observation.kind + "'",
                   "il n’y a pas de genre d’observation « " + observation.kind + " »");
      return;
    }
    if (const YamlNode* facts = node.Find("facts"))
      for (const auto& [key, value] : facts->members) ReadFact(*kind, key, value, observation, map);
    const auto is_declaration = [](const trail::Fact& fact) { return fact.name == "declaration"; };
    if (observation.kind == "crawl" && std::ranges::none_of(observation.facts, is_declaration))
      observation.facts.push_back(
          {"declaration", base::FormatDigest(service::DigestOfWhereabouts(*case_.model))});
    case_.observations.push_back(std::move(observation));
  }

  void ReadFact(const trail::ObservationKind& kind, const YamlNode& key, const YamlNode& value,
                trail::Observation& observation, MapReader& map) {
    for (const trail::AttributeKind& attribute : kind.attributes) {
      if (attribute.name != key.scalar) continue;
      if (auto fact = ToFact(attribute.type, value))
        observation.facts.push_back({key.scalar, std::move(*fact)});
      else
        map.Complain(value.where,
                     "'" + key.scalar + "' has another type in the table of observations",
                     "« " + key.scalar + " » a un autre type dans la table des observations");
      return;
    }
    map.Complain(
        key.where,
        "observation kind '" + std::string(kind.name) + "' has no fact '" + key.scalar + "'",
        "le genre d’observation « " + std::string(kind.name) + " » n’a pas de fait « " +
            key.scalar + " »");
  }

  static std::optional<trail::FactValue> ToFact(trail::FactType type, const YamlNode& value) {
    switch (type) {
      case trail::FactType::kBool:
        if (value.scalar == "true") return true;
        if (value.scalar == "false") return false;
        return std::nullopt;
      case trail::FactType::kTime:
        if (auto time = base::ParseTime(value.scalar))
          return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
        return std::nullopt;
      case trail::FactType::kInt: {
        const bool digits = !value.scalar.empty() && value.scalar.size() < 18 &&
                            value.scalar.find_first_not_of("0123456789") == std::string::npos;
        if (!digits) return std::nullopt;
        return static_cast<int64_t>(std::stoll(value.scalar));
      }
      case trail::FactType::kText:
        if (value.kind == YamlNode::Kind::kList) return std::nullopt;
        return value.scalar;
      case trail::FactType::kTextList: {
        if (value.kind != YamlNode::Kind::kList) return std::nullopt;
        std::vector<std::string> texts;
        for (const YamlNode& item : value.items) texts.push_back(item.scalar);
        return texts;
      }
    }
    return std::nullopt;
  }

  const YamlNode& node_;
  const YamlNode& base_;
  const standard::Standard& standard_;
  Diagnostics& diagnostics_;
  MapReader map_;
  Case case_;
};

}  // namespace

std::string MergeSections(const YamlNode& base, const YamlNode* changes) {
  std::string text;
  for (const auto& [key, value] : base.members)
    if (changes == nullptr || changes->Find(key.scalar) == nullptr)
      text += key.scalar + ": " + Emit(value) + "\n";
  if (changes != nullptr)
    for (const auto& [key, value] : changes->members)
      if (value.kind != YamlNode::Kind::kNull) text += key.scalar + ": " + Emit(value) + "\n";
  return text;
}

std::optional<Case> ReadCase(const YamlNode& node, const YamlNode& base,
                             const standard::Standard& standard, Diagnostics& diagnostics) {
  return CaseReader(node, base, standard, diagnostics).Read();
}

}  // namespace garant::assess

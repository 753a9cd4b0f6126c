#include "ingest/mapping.h"

#include <algorithm>
#include <set>

#include "base/yaml.h"
#include "ingest/forms.h"
#include "service/data_category.h"
#include "service/grammar.h"
#include "trail/allowed_facts.h"

namespace garant::ingest {
namespace {

using base::Filled;
using base::Text;
using base::Where;
using base::YamlNode;
using Names = std::vector<std::string_view>;

Text DidYouMean(std::string_view word, const Names& known) {
  const std::string_view near = base::Nearest(word, known.data(), known.size());
  if (near.empty()) return {};
  return Filled("; did you mean '{}'?", "; vouliez-vous dire « {} »?", {near});
}

std::string Joined(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

std::span<const trail::AttributeKind> EventFacts() {
  for (const trail::ObservationKind& kind : trail::RecordKinds())
    if (kind.name == "event") return kind.attributes;
  return {};
}

class MappingReader {
 public:
  MappingReader(const YamlNode& root, const Systems& systems, base::Diagnostics& diagnostics)
      : root_(root), systems_(systems), diagnostics_(diagnostics) {}

  Mapping Read() {
    KnowsOnly(root_,
              {"mapping", "system", "time", "event", "part", "route", "outcome", "trace", "span",
               "parent", "session", "actor", "subjects", "data", "facts", "silent-after"});
    ReadVersion();
    ReadSystem();
    ReadTime();
    out_.event = PointerAt("event");
    out_.part = PointerAt("part");
    out_.route = PointerAt("route");
    out_.outcome = PointerAt("outcome");
    out_.trace = PointerAt("trace");
    out_.span = PointerAt("span");
    out_.parent = PointerAt("parent");
    out_.session = PointerAt("session");
    if (const YamlNode* actor = root_.Find("actor")) out_.actor = ReadPerson(*actor);
    for (const YamlNode& one : List("subjects"))
      if (auto person = ReadPerson(one)) out_.subjects.push_back(std::move(*person));
    for (const YamlNode& one : List("data")) ReadData(one);
    ReadFacts();
    ReadSilence();
    return std::move(out_);
  }

 private:
  void Complain(const Where& where, Text message) {
    diagnostics_.push_back({where, std::move(message)});
  }

  // Whether it is a map at all.
  bool KnowsOnly(const YamlNode& node, const Names& keys) {
    if (node.kind != YamlNode::Kind::kMap) {
      Complain(node.where,
               Filled("keys and values are expected here: {}",
                      "des clés et des valeurs sont attendues ici : {}", {Joined(keys)}));
      return false;
    }
    for (const auto& [key, value] : node.members)
      if (std::ranges::find(keys, key.scalar) == keys.end())
        Complain(key.where, Filled("unknown key '{}'{}", "clé inconnue « {} »{}",
                                   {key.scalar, DidYouMean(key.scalar, keys)}));
    return true;
  }

  const YamlNode* Required(const YamlNode& node, std::string_view key) {
    const YamlNode* value = node.Find(key);
    if (value == nullptr && node.kind == YamlNode::Kind::kMap)
      Complain(node.where, Filled("'{}' is missing here", "« {} » manque ici", {key}));
    return value;
  }

  std::optional<std::string> Word(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::kScalar && !node.scalar.empty()) return node.scalar;
    Complain(node.where, {"a word is expected here", "un mot est attendu ici"});
    return {};
  }

  std::optional<Pointer> ReadPointer(const YamlNode& node) {
    auto pointer = node.kind == YamlNode::Kind::kScalar ? Pointer::Parse(node.scalar)
                                                        : std::optional<Pointer>{};
    if (!pointer)
      Complain(node.where,
               {"a place in the line is expected here: a JSON pointer, such as /request/status",
                "un endroit de la ligne est attendu ici : un pointeur JSON, comme "
                "/request/status"});
    return pointer;
  }

  std::optional<Pointer> PointerAt(std::string_view key) {
    const YamlNode* node = root_.Find(key);
    return node == nullptr ? std::optional<Pointer>{} : ReadPointer(*node);
  }

  std::optional<Pointer> PlaceOf(const YamlNode& node) {
    const YamlNode* at = Required(node, "at");
    return at == nullptr ? std::optional<Pointer>{} : ReadPointer(*at);
  }

  const std::vector<YamlNode>& List(std::string_view key) {
    static const std::vector<YamlNode> kNone;
    const YamlNode* node = root_.Find(key);
    if (node == nullptr) return kNone;
    if (node->kind != YamlNode::Kind::kList)
      Complain(node->where, Filled("'{}' must be a list", "« {} » doit être une liste", {key}));
    return node->items;
  }

  void ReadVersion() {
    const YamlNode* version = Required(root_, "mapping");
    if (version != nullptr && version->scalar != "1")
      Complain(version->where,
               {"this build reads mappings of version 1", "ce programme lit la version 1"});
  }

  void ReadSystem() {
    const YamlNode* node = Required(root_, "system");
    const auto word = node == nullptr ? std::optional<std::string>{} : Word(*node);
    if (!word) return;
    out_.system = *word;
    if (systems_.declared.contains(*word)) return;
    const Names known(systems_.declared.begin(), systems_.declared.end());
    Complain(node->where, Filled("the service file declares no system '{}'{}",
                                 "le fichier de service ne déclare aucun système « {} »{}",
                                 {*word, DidYouMean(*word, known)}));
  }

  void ReadTime() {
    const YamlNode* node = Required(root_, "time");
    if (node == nullptr) return;
    std::optional<Pointer> at;
    if (node->kind == YamlNode::Kind::kMap) {
      KnowsOnly(*node, {"at", "unit"});
      at = PlaceOf(*node);
      if (const YamlNode* unit = Required(*node, "unit")) ReadUnit(*unit);
    } else {
      at = ReadPointer(*node);
    }
    if (at) out_.time = std::move(*at);
  }

  void ReadUnit(const YamlNode& node) {
    static const Names kUnits = {"seconds", "milliseconds", "nanoseconds"};
    const auto found = std::ranges::find(kUnits, node.scalar);
    if (found == kUnits.end())
      Complain(node.where,
               Filled("expected one of: {}", "attendu, au choix : {}", {Joined(kUnits)}));
    else
      out_.time_unit = static_cast<Mapping::TimeUnit>(1 + (found - kUnits.begin()));
  }

  std::optional<Mapping::PersonAt> ReadPerson(const YamlNode& node) {
    if (!KnowsOnly(node, {"issuer", "at"})) return {};
    const YamlNode* issuer = Required(node, "issuer");
    const auto name = issuer == nullptr ? std::optional<std::string>{} : Word(*issuer);
    auto at = PlaceOf(node);
    if (!name || !at) return {};
    return Mapping::PersonAt{*name, std::move(*at)};
  }

  void ReadData(const YamlNode& node) {
    if (!KnowsOnly(node, {"at", "data"})) return;
    auto at = PlaceOf(node);
    const YamlNode* data = Required(node, "data");
    const auto category = data == nullptr ? std::optional<std::string>{} : Word(*data);
    if (!at || !category) return;
    Names known;
    for (const service::DataCategory& one : service::DataCategories())
      if (one.name != "none") known.push_back(one.name);
    if (std::ranges::find(known, *category) == known.end() && !service::IsOwnCategory(*category))
      Complain(data->where,
               Filled("there is no data category '{}'{}; one of your own starts with x.",
                      "il n’y a pas de catégorie de données « {} »{}; une catégorie à vous "
                      "commence par x.",
                      {*category, DidYouMean(*category, known)}));
    else
      out_.data.push_back({std::move(*at), *category});
  }

  void ReadFacts() {
    const YamlNode* node = root_.Find("facts");
    if (node == nullptr) return;
    Names known;
    for (const trail::AttributeKind& fact : EventFacts())
      if (fact.name != "event") known.push_back(fact.name);
    if (node->kind != YamlNode::Kind::kMap) {
      KnowsOnly(*node, known);
      return;
    }
    for (const auto& [key, place] : node->members) {
      const auto fact = std::ranges::find(EventFacts(), std::string_view(key.scalar),
                                          &trail::AttributeKind::name);
      if (std::ranges::find(known, key.scalar) == known.end()) {
        Complain(key.where,
                 Filled("'{}' may not stand in clear: facts are {}; all else is sealed{}",
                        "« {} » ne peut figurer en clair : les faits sont {}; tout le reste est "
                        "scellé{}",
                        {key.scalar, Joined(known), DidYouMean(key.scalar, known)}));
        continue;
      }
      if (auto at = ReadPointer(place))
        out_.facts.push_back({key.scalar, fact->type, std::move(*at)});
    }
  }

  void ReadSilence() {
    const YamlNode* node = root_.Find("silent-after");
    if (node == nullptr) return;
    const auto duration = base::ParseDuration(node->scalar);
    if (!duration)
      Complain(node->where, duration.error().message);
    else if (*duration < std::chrono::seconds(1))
      Complain(node->where,
               {"at least a second is expected here", "au moins une seconde est attendue ici"});
    else
      out_.silent_after = *duration;
  }

  const YamlNode& root_;
  const Systems& systems_;
  base::Diagnostics& diagnostics_;
  Mapping out_;
};

}  // namespace

std::optional<Mapping> ParseMapping(std::string_view text, const std::string& file,
                                    const Systems& systems, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const YamlNode root = base::ParseYaml(text, file, diagnostics);
  if (root.cut_short) return {};
  Mapping mapping = MappingReader(root, systems, diagnostics).Read();
  std::ranges::stable_sort(diagnostics.begin() + static_cast<ptrdiff_t>(before), diagnostics.end(),
                           [](const base::Diagnostic& a, const base::Diagnostic& b) {
                             return std::pair(a.where.line, a.where.column) <
                                    std::pair(b.where.line, b.where.column);
                           });
  if (diagnostics.size() != before) return {};
  return mapping;
}

}  // namespace garant::ingest

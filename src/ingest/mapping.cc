#include "ingest/mapping.h"

#include <algorithm>
#include <set>

#include "ingest/mapping_yaml.h"
#include "service/data_category.h"
#include "service/grammar.h"
#include "trail/entry/allowed_facts.h"

namespace garant::ingest {
namespace {

using base::Filled;
using base::YamlNode;

std::span<const trail::AttributeKind> EventFacts() {
  for (const trail::ObservationKind& kind : trail::RecordKinds())
    if (kind.name == "event") return kind.attributes;
  return {};
}

class MappingReader : private MappingYaml {
 public:
  MappingReader(const YamlNode& root, const Systems& systems, base::Diagnostics& diagnostics)
      : MappingYaml(root, diagnostics), systems_(systems) {}

  Mapping Read() {
    KnowsOnly(root(), {"mapping",      "system",  "form",    "time",     "event", "part",
                       "names",        "route",   "outcome", "trace",    "span",  "parent",
                       "traceparent",  "session", "actor",   "subjects", "data",  "facts",
                       "silent-after", "rate",    "senders", "token"});
    ReadVersion();
    ReadSystem();
    ReadTime();
    out_.event = PointerAt("event");
    out_.part = PointerAt("part");
    ReadNames();
    out_.route = PointerAt("route");
    out_.outcome = PointerAt("outcome");
    out_.trace = PointerAt("trace");
    out_.span = PointerAt("span");
    out_.parent = PointerAt("parent");
    ReadTraceparents();
    out_.session = PointerAt("session");
    if (const YamlNode* actor = root().Find("actor")) out_.actor = ReadPerson(*actor);
    for (const YamlNode& one : List("subjects"))
      if (auto person = ReadPerson(one)) out_.subjects.push_back(std::move(*person));
    for (const YamlNode& one : List("data")) ReadData(one);
    ReadFacts();
    ReadSourceKeys(*this, out_);
    return std::move(out_);
  }

 private:
  void ReadVersion() {
    const YamlNode* version = Required(root(), "mapping");
    if (version != nullptr && version->scalar != "1")
      Complain(version->where,
               {"this build reads mappings of version 1", "ce programme lit la version 1"});
  }

  void ReadSystem() {
    const YamlNode* node = Required(root(), "system");
    const auto word = node == nullptr ? std::optional<std::string>{} : Word(*node);
    if (!word) return;
    out_.system = *word;
    CheckSystem(*word, *node);
  }

  void CheckSystem(const std::string& word, const YamlNode& node) {
    if (systems_.declared.contains(word)) return;
    const Names known(systems_.declared.begin(), systems_.declared.end());
    Complain(node.where, Filled("the service file declares no system '{}'{}",
                                "le fichier de service ne déclare aucun système « {} »{}",
                                {word, DidYouMean(word, known)}));
  }

  void ReadNames() {
    const YamlNode* names = root().Find("names");
    if (names == nullptr) return;
    if (names->kind != YamlNode::Kind::kMap || !out_.part) {
      Complain(names->where,
               {"`names` gives the system that each value at `part` means: it needs `part`, and "
                "pairs such as permits-api: web",
                "`names` donne le système que désigne chaque valeur de `part` : il faut `part`, et "
                "des paires comme permits-api: web"});
      return;
    }
    for (const auto& [key, value] : names->members)
      if (const auto system = Word(value)) {
        CheckSystem(*system, value);
        out_.names[key.scalar] = *system;
      }
  }

  void ReadTraceparents() {
    const YamlNode* node = root().Find("traceparent");
    if (node == nullptr) return;
    // Each by itself: the first counts that holds one, not the first that is there.
    if (node->kind == YamlNode::Kind::kList && !node->items.empty()) {
      for (const YamlNode& item : node->items)
        if (auto at = ReadPointer(item)) out_.traceparents.push_back(std::move(*at));
    } else if (auto at = ReadPointer(*node)) {
      out_.traceparents.push_back(std::move(*at));
    }
  }

  void ReadTime() {
    const YamlNode* node = Required(root(), "time");
    if (node == nullptr) return;
    std::optional<Pointer> at;
    if (node->kind == YamlNode::Kind::kMap) {
      KnowsOnly(*node, {"at", "unit"});
      at = PlaceOf(*node);
      const YamlNode* unit = Required(*node, "unit");
      if (const auto read = unit == nullptr ? std::nullopt : ReadUnit(*unit))
        out_.time_unit = *read;
    } else {
      at = ReadPointer(*node);
    }
    if (at) out_.time = std::move(*at);
  }

  std::optional<Mapping::TimeUnit> ReadUnit(const YamlNode& node) {
    const auto found = OneOf(node, {"seconds", "milliseconds", "nanoseconds"});
    if (!found) return {};
    return static_cast<Mapping::TimeUnit>(1 + *found);
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
    const YamlNode* node = root().Find("facts");
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
      ReadFact(key.scalar, fact->type, place);
    }
  }

  void ReadFact(const std::string& name, trail::FactType type, const YamlNode& place) {
    const bool measured = name == "milliseconds" && place.kind == YamlNode::Kind::kMap;
    if (measured) KnowsOnly(place, {"at", "unit"});
    auto at = measured ? PlaceOf(place) : ReadPointer(place);
    const YamlNode* unit = measured ? Required(place, "unit") : nullptr;
    const auto read = unit == nullptr ? std::nullopt : ReadUnit(*unit);
    if (!at) return;
    const double times = read == Mapping::TimeUnit::kSeconds       ? 1e3
                         : read == Mapping::TimeUnit::kNanoseconds ? 1e-6
                                                                   : 1;
    out_.facts.push_back({name, type, std::move(*at), times});
  }

  const Systems& systems_;
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

#include "ingest/mapping_yaml.h"

#include <algorithm>

namespace garant::ingest {

using base::Filled;
using base::Text;
using base::YamlNode;

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

void MappingYaml::Complain(const base::Where& where, Text message) {
  diagnostics_.push_back({where, std::move(message)});
}

bool MappingYaml::KnowsOnly(const YamlNode& node, const Names& keys) {
  if (node.kind != YamlNode::Kind::kMap) {
    Complain(node.where, Filled("keys and values are expected here: {}",
                                "des clés et des valeurs sont attendues ici : {}", {Joined(keys)}));
    return false;
  }
  for (const auto& [key, value] : node.members)
    if (std::ranges::find(keys, key.scalar) == keys.end())
      Complain(key.where, Filled("unknown key '{}'{}", "clé inconnue « {} »{}",
                                 {key.scalar, DidYouMean(key.scalar, keys)}));
  return true;
}

const YamlNode* MappingYaml::Required(const YamlNode& node, std::string_view key) {
  const YamlNode* value = node.Find(key);
  if (value == nullptr && node.kind == YamlNode::Kind::kMap)
    Complain(node.where, Filled("'{}' is missing here", "« {} » manque ici", {key}));
  return value;
}

std::optional<std::string> MappingYaml::Word(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kScalar && !node.scalar.empty()) return node.scalar;
  Complain(node.where, {"a word is expected here", "un mot est attendu ici"});
  return {};
}

std::optional<size_t> MappingYaml::OneOf(const YamlNode& node, const Names& words) {
  const auto found = std::ranges::find(words, node.scalar);
  if (node.kind == YamlNode::Kind::kScalar && found != words.end())
    return static_cast<size_t>(found - words.begin());
  Complain(node.where, Filled("expected one of: {}", "attendu, au choix : {}", {Joined(words)}));
  return {};
}

std::optional<Pointer> MappingYaml::ReadPointer(const YamlNode& node) {
  const bool several = node.kind == YamlNode::Kind::kList;
  std::optional<Pointer> all;
  for (const YamlNode& item : several ? node.items : std::vector{node}) {
    auto one = item.kind == YamlNode::Kind::kScalar ? Pointer::Parse(item.scalar)
                                                    : std::optional<Pointer>{};
    if (one && all)
      all->Or(std::move(*one));
    else if (one)
      all = std::move(one);
    else
      ComplainOfPlace(item.where);
  }
  if (several && node.items.empty()) ComplainOfPlace(node.where);
  return all;
}

void MappingYaml::ComplainOfPlace(const base::Where& where) {
  Complain(where, {"a place in the line is expected here: a JSON pointer, such as /request/status",
                   "un endroit de la ligne est attendu ici : un pointeur JSON, comme "
                   "/request/status"});
}

std::optional<Pointer> MappingYaml::PointerAt(std::string_view key) {
  const YamlNode* node = root_.Find(key);
  return node == nullptr ? std::optional<Pointer>{} : ReadPointer(*node);
}

std::optional<Pointer> MappingYaml::PlaceOf(const YamlNode& node) {
  const YamlNode* at = Required(node, "at");
  return at == nullptr ? std::optional<Pointer>{} : ReadPointer(*at);
}

const std::vector<YamlNode>& MappingYaml::List(std::string_view key) {
  static const std::vector<YamlNode> kNone;
  const YamlNode* node = root_.Find(key);
  if (node == nullptr) return kNone;
  if (node->kind != YamlNode::Kind::kList)
    Complain(node->where, Filled("'{}' must be a list", "« {} » doit être une liste", {key}));
  return node->items;
}

}  // namespace garant::ingest

#include "standard/reader.h"

#include <algorithm>

#include "base/file.h"

namespace garant::standard {

using base::Where;
using base::YamlNode;

YamlNode ReadYaml(const std::string& path, base::Diagnostics& diagnostics) {
  auto text = base::ReadFile(path, 8U << 20U);
  if (!text) {
    diagnostics.push_back({{path, 0, 0}, text.error().message});
    return {};
  }
  return base::ParseYaml(*text, path, diagnostics);
}

MapReader::MapReader(const YamlNode& node, std::string_view what,
                     std::initializer_list<std::string_view> keys, base::Diagnostics& diagnostics)
    : node_(node), what_(what), diagnostics_(diagnostics) {
  if (node.kind != YamlNode::Kind::kMap) {
    Complain(node.where, what_ + " must be a map of keys and values",
             what_ + " : une table de clés et de valeurs est attendue");
    return;
  }
  for (const auto& [key, value] : node.members) {
    if (std::find(keys.begin(), keys.end(), key.scalar) != keys.end()) continue;
    const std::string_view near = base::Nearest(key.scalar, keys.begin(), keys.size());
    const std::string hint = near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
    const std::string hint_fr =
        near.empty() ? "" : "; vouliez-vous dire « " + std::string(near) + " »?";
    Complain(key.where, what_ + " has no key '" + key.scalar + "'" + hint,
             what_ + " : clé inconnue « " + key.scalar + " »" + hint_fr);
  }
}

void MapReader::Complain(Where where, std::string en, std::string fr) {
  diagnostics_.push_back({std::move(where), {std::move(en), std::move(fr)}});
}

const YamlNode* MapReader::Get(std::string_view key, bool optional) {
  const YamlNode* value = node_.Find(key);
  if (value == nullptr && !optional && node_.kind == YamlNode::Kind::kMap)
    Complain(node_.where, what_ + " lacks '" + std::string(key) + "'",
             what_ + " : « " + std::string(key) + " » manque");
  return value;
}

std::string MapReader::Word(std::string_view key, bool optional) {
  const YamlNode* value = Get(key, optional);
  if (value == nullptr) return {};
  if (value->kind != YamlNode::Kind::kScalar || value->scalar.empty()) {
    Complain(value->where, "'" + std::string(key) + "' must be a text that is not blank",
             "« " + std::string(key) + " » doit être un texte non vide");
    return {};
  }
  return value->scalar;
}

base::Text MapReader::Bilingual(std::string_view key, bool optional) {
  const YamlNode* value = Get(key, optional);
  if (value == nullptr) return {};
  base::Text text;
  const auto take = [&](std::string_view language, std::string& into) {
    const YamlNode* part = value->Find(language);
    if (part == nullptr || part->kind != YamlNode::Kind::kScalar || part->scalar.empty())
      Complain(value->where,
               "'" + std::string(key) + "' lacks its text in '" + std::string(language) +
                   "'; write { en: …, fr: … }",
               "« " + std::string(key) + " » : texte « " + std::string(language) +
                   " » manquant; écrivez { en: …, fr: … }");
    else
      into = part->scalar;
  };
  take("en", text.en);
  take("fr", text.fr);
  for (const auto& member : value->members)
    if (member.first.scalar != "en" && member.first.scalar != "fr")
      Complain(member.first.where, "only 'en' and 'fr' are known here",
               "seuls « en » et « fr » sont connus ici");
  return text;
}

std::vector<std::string> MapReader::Words(std::string_view key, bool optional) {
  const YamlNode* value = Get(key, optional);
  std::vector<std::string> words;
  if (value == nullptr) return words;
  if (value->kind != YamlNode::Kind::kList) {
    Complain(value->where, "'" + std::string(key) + "' must be a list",
             "« " + std::string(key) + " » doit être une liste");
    return words;
  }
  for (const YamlNode& item : value->items) {
    if (item.kind != YamlNode::Kind::kScalar || item.scalar.empty())
      Complain(item.where, "a word is expected here", "un mot est attendu ici");
    else
      words.push_back(item.scalar);
  }
  return words;
}

const std::vector<YamlNode>& MapReader::Maps(std::string_view key, bool optional) {
  static const std::vector<YamlNode> kNone;
  const YamlNode* value = Get(key, optional);
  if (value == nullptr) return kNone;
  if (value->kind != YamlNode::Kind::kList) {
    Complain(value->where, "'" + std::string(key) + "' must be a list",
             "« " + std::string(key) + " » doit être une liste");
    return kNone;
  }
  return value->items;
}

Where MapReader::At(std::string_view key) const {
  const YamlNode* value = node_.Find(key);
  return value != nullptr ? value->where : node_.where;
}

Where MapReader::TextAt(std::string_view key, std::string_view language) const {
  const YamlNode* value = node_.Find(key);
  if (value != nullptr && !language.empty()) value = value->Find(language);
  if (value == nullptr) return node_.where;
  Where where = value->where;
  if (!value->plain) ++where.column;
  return where;
}

}  // namespace garant::standard

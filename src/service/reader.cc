#include "service/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/time.h"
#include "service/data_category.h"
#include "service/scalar.h"
#include "service/shape.h"
#include "service/types.h"

namespace garant::service {
namespace {

using base::Text;
using base::YamlNode;
using expr::Value;
using Kind = YamlNode::Kind;

expr::Origin OriginOf(const YamlNode& node) {
  return {expr::World::kDeclared, node.where.line, node.where.column};
}

Text Missing(std::span<const Field> fields, const Field& field) {
  if (fields.data() == BilingualFields().data())
    return {fmt::format("both languages are needed, and '{}' is missing", field.name),
            fmt::format("il faut les deux langues, et « {} » manque", field.name)};
  const Text expected = Expected(field);
  return {fmt::format("'{}' is missing here; it takes {}. {}", field.name, expected.en, field.en),
          fmt::format("il manque ici « {} », qui prend {}. {}", field.name, expected.fr, field.fr)};
}

// What stands there in place of what was expected.
Text Found(const YamlNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return {"nothing stands here", "il n’y a rien ici"};
    case Kind::kList:
      return {"this is a list", "ceci est une liste"};
    case Kind::kMap:
      return {"this is a map", "ceci est un groupe de clés"};
    case Kind::kScalar:
      break;
  }
  if (!node.plain)
    return {fmt::format("this is text in quotes: '{}'", Quote(node.scalar)),
            fmt::format("ceci est un texte entre guillemets : « {} »", Quote(node.scalar))};
  return {fmt::format("this is '{}'", Quote(node.scalar)),
          fmt::format("ceci est « {} »", Quote(node.scalar))};
}

}  // namespace

Value Reader::ReadRecord(std::span<const Field> fields, const YamlNode& node) {
  RefuseUnknownKeys(fields, node);
  const expr::Origin origin = OriginOf(node);
  std::vector<Value> values;
  values.reserve(fields.size());
  for (const Field& field : fields) {
    const YamlNode* member = node.Find(field.name);
    if (member != nullptr) {
      values.push_back(ReadField(field, *member));
      continue;
    }
    values.push_back(Value::Absent(origin));
    if (field.required && extent_ == Extent::kWhole) Complain(node, Missing(fields, field));
  }
  return Value::Of(arena_.Keep(&TypeOf(fields), std::move(values)), origin);
}

Value Reader::ReadField(const Field& field, const YamlNode& node) {
  if (!field.list) return ReadOne(field, node);
  if (node.kind != Kind::kList) {
    WrongShape(field, node);
    return AsWritten(node);
  }
  Field element = field;
  element.list = false;
  std::vector<Value> items;
  items.reserve(node.items.size());
  for (const YamlNode& item : node.items) items.push_back(ReadOne(element, item));
  return Value::Of(arena_.Keep(std::move(items)), OriginOf(node));
}

Value Reader::ReadOne(const Field& field, const YamlNode& node) {
  const bool record = field.shape == Shape::kRecord || field.shape == Shape::kBilingual;
  if (node.kind == Kind::kMap && record)
    return ReadRecord(field.shape == Shape::kRecord ? field.fields : BilingualFields(), node);
  if (node.kind == Kind::kScalar && !record) return ReadScalar(field, node);
  if (node.kind == Kind::kScalar && field.shape == Shape::kBilingual)
    Complain(node, {fmt::format("'{}' needs both languages; write {{ en: …, fr: … }}", field.name),
                    fmt::format("« {} » doit être dans les deux langues; écrivez "
                                "{{ en: …, fr: … }}",
                                field.name)});
  else
    WrongShape(field, node);
  return AsWritten(node);
}

Value Reader::ReadScalar(const Field& field, const YamlNode& node) {
  if (HoldsPrivateKey(node.scalar)) {
    Complain(node, {"a private key stands here; secrets never stand in this file: take it out, and "
                    "replace the key, since it may have been seen",
                    "une clé privée figure ici; un secret ne figure jamais dans ce fichier : "
                    "retirez-la, et remplacez la clé, car elle a pu être vue"});
    return Value::Absent(OriginOf(node));
  }
  if (field.shape == Shape::kBool) return ReadBool(field, node);
  if (field.shape == Shape::kInt) return ReadInt(field, node);
  return ReadText(field, node);
}

Value Reader::ReadBool(const Field& field, const YamlNode& node) {
  if (node.plain && (node.scalar == "true" || node.scalar == "false"))
    return Value::Bool(node.scalar == "true", OriginOf(node));
  WrongShape(field, node);
  return AsWritten(node);
}

Value Reader::ReadInt(const Field& field, const YamlNode& node) {
  const std::string& digits = node.scalar;
  const size_t first = digits.starts_with('-') ? 1 : 0;
  const bool whole = node.plain && digits.size() > first &&
                     std::all_of(digits.begin() + static_cast<ptrdiff_t>(first), digits.end(),
                                 [](char c) { return c >= '0' && c <= '9'; }) &&
                     (digits[first] != '0' || digits.size() == 1);
  if (!whole) {
    WrongShape(field, node);
    return AsWritten(node);
  }
  int value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec == std::errc{} && value >= field.least && value <= field.most)
    return Value::Int(value, OriginOf(node));
  WrongShape(field, node);
  return AsWritten(node);
}

Value Reader::ReadText(const Field& field, const YamlNode& node) {
  const bool sound = TextIsSound(field, node) && WordIsKnown(field, node);
  if (sound && field.shape == Shape::kDate)
    return Value::Time(*base::ParseTime(node.scalar), OriginOf(node));
  if (sound && field.shape == Shape::kDuration)
    return Value::Duration(*base::ParseDuration(node.scalar), OriginOf(node),
                           base::DurationSpelling(node.scalar));
  return AsWritten(node);
}

bool Reader::TextIsSound(const Field& field, const YamlNode& node) {
  Fault fault = FaultOfScalar(field, node);
  if (!fault) return true;
  Complain(node, std::move(*fault));
  return false;
}

bool Reader::WordIsKnown(const Field& field, const YamlNode& node) {
  if (field.shape == Shape::kWord) {
    if (std::find(field.words.begin(), field.words.end(), node.scalar) != field.words.end())
      return true;
    const Text words = OneOf(field.words);
    const Text nearest = complaints_.DidYouMean(node.scalar, field.words);
    Complain(node, {fmt::format("'{}' takes {}; this is '{}'{}", field.name, words.en,
                                Quote(node.scalar), nearest.en),
                    fmt::format("« {} » prend {}; ceci est « {} »{}", field.name, words.fr,
                                Quote(node.scalar), nearest.fr)});
    return false;
  }
  if (field.shape != Shape::kCategory || IsCategory(node.scalar)) return true;
  std::vector<std::string_view> names;
  for (const DataCategory& category : DataCategories()) names.push_back(category.name);
  const Text nearest = complaints_.DidYouMean(node.scalar, names);
  Complain(
      node,
      {fmt::format("'{}' is not a category of data; write one of the list in "
                   "docs/formats/service-file.md, or one of your own that starts with x., such "
                   "as x.permit.zone{}",
                   Quote(node.scalar), nearest.en),
       fmt::format("« {} » n’est pas une catégorie de données; écrivez-en une de la liste de "
                   "docs/formats/service-file.md, ou une à vous qui commence par x., comme "
                   "x.permit.zone{}",
                   Quote(node.scalar), nearest.fr)});
  return false;
}

void Reader::RefuseUnknownKeys(std::span<const Field> fields, const YamlNode& node) {
  for (const auto& [key, value] : node.members) {
    const bool known = std::any_of(fields.begin(), fields.end(), [&key = key](const Field& field) {
      return field.name == key.scalar;
    });
    if (known) continue;
    std::vector<std::string_view> names;
    for (const Field& field : fields) names.push_back(field.name);
    Text hint = complaints_.DidYouMean(key.scalar, names);
    if (hint.en.empty()) {
      const Text words = OneOf(names);
      hint = {"; known are " + words.en, "; on connaît " + words.fr};
    }
    Complain(key, {fmt::format("unknown key '{}'{}", Quote(key.scalar), hint.en),
                   fmt::format("clé inconnue « {} »{}", Quote(key.scalar), hint.fr)});
  }
}

void Reader::WrongShape(const Field& field, const YamlNode& node) {
  // The YAML reader has said already why there is nothing here.
  if (node.kind == Kind::kNull && complaints_.Has(node.where.line, node.where.column)) return;
  const Text expected = Expected(field);
  const Text found = Found(node);
  Complain(node, {fmt::format("'{}' takes {}; {}", field.name, expected.en, found.en),
                  fmt::format("« {} » prend {}; {}", field.name, expected.fr, found.fr)});
}

void Reader::Complain(const YamlNode& node, Text message) {
  complaints_.Add(node.where.line, node.where.column, std::move(message));
}

Value Reader::AsWritten(const YamlNode& node) {
  if (node.kind != Kind::kScalar) return Value::Absent(OriginOf(node));
  return Value::Text(arena_.Keep(node.scalar), OriginOf(node));
}

}  // namespace garant::service

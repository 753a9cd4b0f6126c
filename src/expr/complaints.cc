#include "expr/complaints.h"

#include <utility>

namespace garant::expr {

TypeWords WordsOf(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return {"a condition", "une condition"};
    case Kind::kInt:
      return {"an integer", "un entier"};
    case Kind::kText:
      return {"a text", "un texte"};
    case Kind::kTime:
      return {"a time", "un moment"};
    case Kind::kDuration:
      return {"a duration", "une durée"};
    case Kind::kList:
      return {"a list", "une liste"};
    case Kind::kRecord:
      return {"a record", "un enregistrement"};
    case Kind::kAbsent:
    case Kind::kUnknown:
      break;
  }
  return {"a value", "une valeur"};
}

base::Text Describe(const Type& type) {
  const TypeWords words = WordsOf(type.kind);
  if (type.kind == Kind::kRecord) {
    return {"a record (" + type.ToString() + ")", "un enregistrement (" + type.ToString() + ")"};
  }
  if (type.kind == Kind::kList) {
    return {"a list (" + type.ToString() + ")", "une liste (" + type.ToString() + ")"};
  }
  return {words.en, words.fr};
}

void Complaints::Complain(uint32_t offset, std::string en, std::string fr) {
  program_.Complain(offset, {std::move(en), std::move(fr)}, diagnostics_);
}

void Complaints::Mismatch(uint16_t index, const TypeWords& wanted, const Type& found) {
  const base::Text is = Describe(found);
  const std::string written(program_.Written(At(index)));
  Complain(At(index).begin,
           std::string("expected ") + wanted.en + "; '" + written + "' is " + is.en,
           std::string("attendu : ") + wanted.fr + "; « " + written + " » est " + is.fr);
}

void Complaints::Differ(const Node& node, const Type& a, const Type& b) {
  const base::Text left = Describe(a);
  const base::Text right = Describe(b);
  Complain(node.begin, "cannot compare " + left.en + " with " + right.en,
           "impossible de comparer " + left.fr + " avec " + right.fr);
}

void Complaints::UnknownName(const Node& node, const RecordType& record,
                             const std::vector<std::string_view>& more) {
  std::vector<std::string_view> names;
  for (const FieldType& field : record.fields) names.emplace_back(field.name);
  const bool at_root = node.op == Op::kName;
  names.insert(names.end(), more.begin(), more.end());
  const std::string name(program_.Name(node));
  const std::string near(base::Nearest(name, names.data(), names.size()));
  std::string en =
      at_root ? "unknown name '" + name + "'" : record.name + " has no field '" + name + "'";
  std::string fr =
      at_root ? "nom inconnu « " + name + " »" : record.name + " n’a pas de champ « " + name + " »";
  if (!near.empty()) {
    en += "; did you mean '" + near + "'?";
    fr += "; vouliez-vous dire « " + near + " »?";
  } else if (!names.empty()) {
    std::string all;
    for (size_t i = 0; i < names.size() && i < 12; ++i) {
      all += (i == 0 ? "" : ", ") + std::string(names[i]);
    }
    if (names.size() > 12) all += ", …";
    en += "; there are: " + all;
    fr += "; il y a : " + all;
  }
  Complain(node.name_begin, std::move(en), std::move(fr));
}

void Complaints::NeverEquals(uint16_t path, uint16_t literal, const std::string& word,
                             const Words& allowed) {
  std::vector<std::string_view> words(allowed.begin(), allowed.end());
  std::string all;
  for (const std::string& one : allowed) all += (all.empty() ? "" : ", ") + one;
  const std::string near(base::Nearest(word, words.data(), words.size()));
  const std::string name(program_.Written(At(path)));
  Complain(At(literal).begin,
           "'" + name + "' is never \"" + word + "\"" +
               (near.empty() ? "" : "; did you mean \"" + near + "\"?") + "; it is one of: " + all,
           "« " + name + " » ne vaut jamais « " + word + " »" +
               (near.empty() ? "" : "; vouliez-vous dire « " + near + " »?") +
               "; valeurs possibles : " + all);
}

}  // namespace garant::expr

#include "expr/reader.h"

#include <algorithm>
#include <utility>

#include "expr/words.h"

namespace garant::expr {
namespace {

constexpr size_t kMostOrigins = 50;

void AddOnce(std::vector<Origin>& origins, const Origin& origin) {
  if (origin.world == World::kNone || origins.size() >= kMostOrigins) return;
  if (std::find(origins.begin(), origins.end(), origin) == origins.end()) origins.push_back(origin);
}

std::string OnOneLine(std::string_view written) {
  std::string line;
  for (const char c : written) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

}  // namespace

bool Reader::IsPath(Op op) {
  return op == Op::kRootField || op == Op::kVariable || op == Op::kField;
}

std::string Reader::NameOf(uint16_t index) const {
  const Node& node = program_.nodes[index];
  if (!IsPath(node.op)) return OnOneLine(program_.Written(node));
  const std::string name(program_.Name(node));
  if (node.op != Op::kField) return name;
  const Node& owner = program_.nodes[node.a];
  if (owner.op == Op::kVariable) return name;
  return NameOf(node.a) + "." + name;
}

Origin Reader::OriginOfPath(uint16_t index) {
  const Node& node = program_.nodes[index];
  Value scratch;
  uint8_t worlds = 0;
  const Origin origin = evaluator_.Get(index, scratch, worlds).origin();
  if (origin.world != World::kNone || node.op != Op::kField) return origin;
  return OriginOfPath(node.a);
}

std::optional<base::Time> Reader::SeenAt(uint16_t index) {
  const Node& node = program_.nodes[index];
  Value scratch;
  uint8_t worlds = 0;
  const Value& value = evaluator_.Get(index, scratch, worlds);
  if (value.kind() == Kind::kRecord && value.record().type->observed) return value.record().time;
  if (node.op != Op::kField) return std::nullopt;
  return SeenAt(node.a);
}

std::vector<Origin> Reader::OriginsOf(uint16_t index) {
  std::vector<Origin> origins;
  Collect(index, origins);
  return origins;
}

void Reader::Collect(uint16_t index, std::vector<Origin>& origins) {
  const Node& node = program_.nodes[index];
  if (node.op == Op::kNothing || node.op == Op::kConstant || node.op == Op::kNow) return;
  if (node.op == Op::kList) {
    for (uint16_t i = 0; i < node.b; ++i) Collect(program_.lists[node.a + i], origins);
    return;
  }
  if (IsPath(node.op)) AddOnce(origins, OriginOfPath(index));
  if (node.op == Op::kField && !IsPath(program_.nodes[node.a].op)) Collect(node.a, origins);
  if (IsPath(node.op)) return;
  if (node.op == Op::kLatest) return AddOnce(origins, OriginOfPath(index));
  Collect(node.a, origins);
  if (Binds(node.op)) return CollectElements(node, origins);
  Collect(node.b, origins);
}

// The elements that took part.
void Reader::CollectElements(const Node& node, std::vector<Origin>& origins) {
  Value scratch;
  uint8_t worlds = 0;
  const Value& list = evaluator_.Get(node.a, scratch, worlds);
  for (const Value& item : list.list().items) {
    if (origins.size() >= kMostOrigins || evaluator_.exhausted()) break;
    evaluator_.Bind(node.slot, &item);
    const bool counts = node.b == 0 || evaluator_.Condition(node.b).truth == Truth::kTrue;
    if (counts) AddOnce(origins, item.origin());
  }
}

base::Text Reader::ValuesOf(uint16_t index) {
  base::Text all;
  CollectValues(index, all);
  return all;
}

void Reader::CollectValues(uint16_t index, base::Text& all) {
  const Node& node = program_.nodes[index];
  if (node.op == Op::kNothing || node.op == Op::kConstant || Binds(node.op)) return;
  if (node.op == Op::kList) return;
  if (!IsPath(node.op)) {
    CollectValues(node.a, all);
    CollectValues(node.b, all);
    return;
  }
  Value scratch;
  uint8_t worlds = 0;
  const Value& value = evaluator_.Get(index, scratch, worlds);
  if (value.kind() == Kind::kRecord) return;
  const std::string name = NameOf(index);
  const base::Text words = InWords(value, Quotes::kAround);
  all.en += (all.en.empty() ? "" : ", ") + name + " is " + words.en;
  all.fr += (all.fr.empty() ? "" : ", ") + name + " vaut " + words.fr;
}

}  // namespace garant::expr

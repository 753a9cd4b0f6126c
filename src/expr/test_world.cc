#include "expr/test_world.h"

#include <cstdlib>
#include <string>
#include <utility>

namespace garant::expr {
namespace {

World ReadWorld(std::string_view word) {
  if (word == "observed") return World::kObserved;
  if (word == "acted") return World::kActed;
  if (word == "derived") return World::kDerived;
  return word == "none" ? World::kNone : World::kDeclared;
}

Unknown ReadUnknown(std::string_view word) {
  if (word == "no-observer") return Unknown::kNoObserver;
  if (word == "never") return Unknown::kNeverObserved;
  if (word == "loopback") return Unknown::kLoopbackOnly;
  if (word == "elsewhere") return Unknown::kElsewhere;
  return word == "stale" ? Unknown::kStale : Unknown::kNone;
}

std::string Member(const base::YamlNode& node, std::string_view key) {
  const base::YamlNode* found = node.Find(key);
  return found == nullptr ? std::string() : found->scalar;
}

base::Time ReadTime(const std::string& text) {
  const auto time = base::ParseTime(text);
  return time ? *time : base::Time{};
}

Origin OriginOf(const base::YamlNode& node, const std::string& world, const std::string& entry,
                const Origin& around) {
  Origin origin = around;
  if (!world.empty()) origin.world = ReadWorld(world);
  if (origin.world == World::kNone && world.empty()) origin.world = World::kDeclared;
  if (!entry.empty()) origin.entry = std::strtoull(entry.c_str(), nullptr, 10);
  if (origin.world == World::kDeclared) {
    origin.line = node.where.line;
    origin.column = node.where.column;
  }
  return origin;
}

Value ReadScalar(const std::string& text, Kind kind, Arena& arena, const Origin& origin) {
  if (kind == Kind::kBool) return Value::Bool(text == "true", origin);
  if (kind == Kind::kInt) return Value::Int(std::strtoll(text.c_str(), nullptr, 10), origin);
  if (kind == Kind::kTime) return Value::Time(ReadTime(text), origin);
  if (kind == Kind::kDuration) {
    const auto duration = base::ParseDuration(text);
    return Value::Duration(duration ? *duration : base::Duration{}, origin,
                           base::DurationSpelling(text));
  }
  return Value::Text(arena.Keep(text), origin);
}

Value ReadRecord(const base::YamlNode& node, const RecordType& type, Arena& arena, Origin around) {
  const Origin origin = OriginOf(node, Member(node, "_world"), Member(node, "_entry"), around);
  std::vector<Value> fields;
  for (const FieldType& field : type.fields) {
    const base::YamlNode* member = node.Find(field.name);
    fields.push_back(member == nullptr ? Value() : ReadValue(*member, field.type, arena, origin));
  }
  return Value::Of(arena.Keep(&type, std::move(fields), ReadTime(Member(node, "_time"))), origin);
}

}  // namespace

const RecordType& WorldType() {
  static const RecordType probe{"probe",
                                {{"target", Type::Of(Kind::kText), {}},
                                 {"tls", Type::Of(Kind::kInt), {}},
                                 {"hsts", Type::Of(Kind::kInt), {}},
                                 {"passed", Type::Of(Kind::kBool), {}},
                                 {"at", Type::Of(Kind::kTime), {}},
                                 {"headers", Type::ListOf(Kind::kText), {}}},
                                true};
  static const RecordType field{"field",
                                {{"at", Type::Of(Kind::kText), {}},
                                 {"purpose", Type::Of(Kind::kText), {}},
                                 {"keep", Type::Of(Kind::kDuration), {}}},
                                false};
  static const RecordType store{"store",
                                {{"id", Type::Of(Kind::kText), {}},
                                 {"engine", Type::Of(Kind::kText), {"sqlite", "postgresql"}},
                                 {"purpose", Type::Of(Kind::kText), {}},
                                 {"rows", Type::Of(Kind::kInt), {}},
                                 {"encrypted", Type::Of(Kind::kBool), {}},
                                 {"at-rest", Type::Of(Kind::kBool), {}},
                                 {"keep", Type::Of(Kind::kDuration), {}},
                                 {"tags", Type::ListOf(Kind::kText), {"hot", "cold"}},
                                 {"holds", Type::ListOf(&field), {}},
                                 {"seen", Type::Record(&probe), {}}},
                                false};
  static const RecordType act{"act",
                              {{"kind", Type::Of(Kind::kText), {"review", "approval"}},
                               {"role", Type::Of(Kind::kText), {}},
                               {"at", Type::Of(Kind::kTime), {}}},
                              false};
  static const RecordType service{"service",
                                  {{"name", Type::Of(Kind::kText), {}},
                                   {"stage", Type::Of(Kind::kText), {"alpha", "beta", "live"}},
                                   {"since", Type::Of(Kind::kTime), {}}},
                                  false};
  static const RecordType world{"world",
                                {{"service", Type::Record(&service), {}},
                                 {"stores", Type::ListOf(&store), {}},
                                 {"probes", Type::ListOf(&probe), {}},
                                 {"acts", Type::ListOf(&act), {}},
                                 {"words", Type::ListOf(Kind::kText), {}},
                                 {"numbers", Type::ListOf(Kind::kInt), {}},
                                 {"page", Type::Record(&probe), {}},
                                 {"limit", Type::Of(Kind::kInt), {}},
                                 {"open", Type::Of(Kind::kBool), {}},
                                 {"title", Type::Of(Kind::kText), {}}},
                                false};
  return world;
}

Options WorldOptions() {
  Options options;
  options.now = ReadTime("2026-11-23T12:00:00Z");
  options.horizon = ReadTime("2026-11-16T12:00:00Z");
  return options;
}

Value ReadValue(const base::YamlNode& node, const Type& type, Arena& arena, Origin around) {
  if (const base::YamlNode* is = node.Find("is")) {
    const Origin origin = OriginOf(node, Member(node, "world"), Member(node, "entry"), around);
    return ReadValue(*is, type, arena, origin);
  }
  if (node.kind == base::YamlNode::Kind::kNull) return {};
  if (node.kind == base::YamlNode::Kind::kScalar && node.scalar.starts_with("?")) {
    const size_t space = std::min(node.scalar.find(' '), node.scalar.size());
    const std::string what = space < node.scalar.size() ? node.scalar.substr(space + 1) : "";
    return Value::UnknownFor(ReadUnknown(std::string_view(node.scalar).substr(1, space - 1)),
                             arena.Keep(what));
  }
  if (type.kind == Kind::kRecord) return ReadRecord(node, *type.record, arena, around);
  const Origin origin = OriginOf(node, {}, {}, around);
  if (type.kind != Kind::kList) return ReadScalar(node.scalar, type.kind, arena, origin);
  std::vector<Value> items;
  for (const base::YamlNode& item : node.items) {
    items.push_back(ReadValue(item, type.Element(), arena, origin));
  }
  return Value::Of(arena.Keep(std::move(items)), origin);
}

}  // namespace garant::expr

#include "expr/value.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

namespace garant::expr {
namespace {

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kAbsent:
      return "nothing";
    case Kind::kUnknown:
      return "unknown";
    case Kind::kBool:
      return "truth";
    case Kind::kInt:
      return "integer";
    case Kind::kText:
      return "text";
    case Kind::kTime:
      return "time";
    case Kind::kDuration:
      return "duration";
    case Kind::kList:
      return "list";
    case Kind::kRecord:
      return "record";
  }
  return "unknown";
}

}  // namespace

std::string Type::ToString() const {
  if (kind == Kind::kRecord) return record != nullptr ? record->name : "record";
  if (kind != Kind::kList) return KindName(kind);
  if (element == Kind::kAbsent) return "empty list";
  return "list of " + Element().ToString();
}

int RecordType::Find(std::string_view field) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const FieldType& known) { return known.name == field; });
  return found == fields.end() ? -1 : static_cast<int>(found - fields.begin());
}

Value Value::Absent(Origin origin) {
  Value value;
  value.origin_ = origin;
  return value;
}

Value Value::UnknownFor(Unknown why, std::string_view what, Origin origin) {
  Value value = Text(what, origin);
  value.kind_ = Kind::kUnknown;
  value.why_ = why;
  return value;
}

Value Value::Bool(bool value, Origin origin) {
  Value made = Int(value ? 1 : 0, origin);
  made.kind_ = Kind::kBool;
  return made;
}

Value Value::Int(int64_t value, Origin origin) {
  Value made;
  made.kind_ = Kind::kInt;
  made.origin_ = origin;
  made.number_ = value;
  return made;
}

Value Value::Text(std::string_view value, Origin origin) {
  assert(value.size() <= std::numeric_limits<uint32_t>::max());
  Value made;
  made.kind_ = Kind::kText;
  made.origin_ = origin;
  made.text_ = value.data();
  made.size_ = static_cast<uint32_t>(value.size());
  return made;
}

Value Value::Time(base::Time value, Origin origin) {
  Value made = Int(value.time_since_epoch().count(), origin);
  made.kind_ = Kind::kTime;
  return made;
}

Value Value::Duration(base::Duration value, Origin origin, uint32_t spelling) {
  Value made = Int(value.count(), origin);
  made.size_ = spelling;
  made.kind_ = Kind::kDuration;
  return made;
}

Value Value::Of(const List* list, Origin origin) {
  assert(list != nullptr);
  Value made;
  made.kind_ = Kind::kList;
  made.origin_ = origin;
  made.list_ = list;
  return made;
}

Value Value::Of(const Record* record, Origin origin) {
  assert(record != nullptr);
  Value made;
  made.kind_ = Kind::kRecord;
  made.origin_ = origin;
  made.record_ = record;
  return made;
}

const List& Value::list() const {
  static constexpr List kNone{};
  return kind_ == Kind::kList ? *list_ : kNone;
}

const Record& Value::record() const {
  static constexpr Record kNone{};
  return kind_ == Kind::kRecord ? *record_ : kNone;
}

std::string_view Arena::Keep(std::string_view text) {
  if (text.empty()) return {};
  auto* room = static_cast<char*>(Room(text.size()));
  std::copy(text.begin(), text.end(), room);
  return {room, text.size()};
}

const List* Arena::Keep(std::span<const Value> items) {
  return new (Room(sizeof(List))) List{Copy(items)};
}

const Record* Arena::Keep(const RecordType* type, std::span<const Value> fields, base::Time time) {
  assert(type != nullptr && fields.size() == type->fields.size());
  return new (Room(sizeof(Record))) Record{type, Copy(fields), time};
}

std::span<const Value> Arena::Copy(std::span<const Value> values) {
  if (values.empty()) return {};
  auto* room = static_cast<Value*>(Room(values.size_bytes()));
  std::uninitialized_copy(values.begin(), values.end(), room);
  return {room, values.size()};
}

// Nothing here is ever destroyed one by one.
static_assert(std::is_trivially_destructible_v<Value> && std::is_trivially_destructible_v<List> &&
              std::is_trivially_destructible_v<Record>);

void* Arena::Room(size_t bytes) {
  constexpr size_t kAlign = 8;
  static_assert(alignof(Value) <= kAlign && alignof(Record) <= kAlign);
  constexpr size_t kFirst = 512;
  constexpr size_t kLargest = 64U << 10U;
  bytes = (bytes + kAlign - 1) / kAlign * kAlign;
  if (bytes > left_) {
    left_ = std::max(bytes, std::min(kLargest, kFirst << std::min<size_t>(blocks_.size(), 7)));
    next_ = blocks_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(left_)).get();
  }
  void* room = next_;
  next_ += bytes;
  left_ -= bytes;
  return room;
}

}  // namespace garant::expr

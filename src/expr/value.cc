#include "expr/value.h"

#include <algorithm>
#include <cassert>
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

const Value& FieldOf(const Value& value, std::string_view field) {
  static constexpr Value kAbsent{};
  const Record& record = value.record();
  const int slot = record.type == nullptr ? -1 : record.type->Find(field);
  return slot < 0 ? kAbsent : record.fields[static_cast<size_t>(slot)];
}

std::string_view Arena::Keep(std::string_view text) {
  if (text.empty()) return {};
  auto* room = static_cast<char*>(Room(text.size()));
  std::copy(text.begin(), text.end(), room);
  return {room, text.size()};
}

const List* Arena::Keep(std::span<const Value> items) { return ListOver(Copy(items)); }

const Record* Arena::Keep(const RecordType* type, std::span<const Value> fields, base::Time time) {
  return RecordOver(type, Copy(fields), time);
}

std::span<Value> Arena::Values(size_t count) {
  if (count == 0) return {};
  auto* room = static_cast<Value*>(Room(count * sizeof(Value)));
  std::uninitialized_default_construct_n(room, count);
  return {room, count};
}

const List* Arena::ListOver(std::span<const Value> items, const Groups* groups) {
  return new (Room(sizeof(List))) List{items, groups};
}

const Record* Arena::RecordOver(const RecordType* type, std::span<const Value> fields,
                                base::Time time) {
  assert(type != nullptr && fields.size() == type->fields.size());
  return new (Room(sizeof(Record))) Record{type, fields, time};
}

const Groups* Arena::Keep(uint16_t field, std::span<const Group> groups) {
  auto* room = static_cast<Group*>(Room(groups.size_bytes()));
  std::uninitialized_copy(groups.begin(), groups.end(), room);
  return new (Room(sizeof(Groups))) Groups{field, {room, groups.size()}};
}

std::span<const Value> Arena::Copy(std::span<const Value> values) {
  if (values.empty()) return {};
  auto* room = static_cast<Value*>(Room(values.size_bytes()));
  std::uninitialized_copy(values.begin(), values.end(), room);
  return {room, values.size()};
}

// Nothing here is ever destroyed one by one.
static_assert(std::is_trivially_destructible_v<Value> && std::is_trivially_destructible_v<List> &&
              std::is_trivially_destructible_v<Record> && std::is_trivially_destructible_v<Group> &&
              std::is_trivially_destructible_v<Groups>);

void Arena::Prefetch() const {
  constexpr size_t kLine = 64;
  for (const Block& block : blocks_) {
    const size_t used = &block == &blocks_.back() ? block.size - left_ : block.size;
    for (size_t at = 0; at < used; at += kLine) __builtin_prefetch(block.bytes.get() + at);
  }
}

void* Arena::Room(size_t bytes) {
  constexpr size_t kAlign = 8;
  static_assert(alignof(Value) <= kAlign && alignof(Record) <= kAlign);
  constexpr size_t kFirst = 512;
  constexpr size_t kLargest = 64U << 10U;
  bytes = (bytes + kAlign - 1) / kAlign * kAlign;
  if (bytes > left_) {
    left_ = std::max(bytes, std::min(kLargest, kFirst << std::min<size_t>(blocks_.size(), 7)));
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(left_), left_});
    next_ = blocks_.back().bytes.get();
  }
  void* room = next_;
  next_ += bytes;
  left_ -= bytes;
  return room;
}

}  // namespace garant::expr

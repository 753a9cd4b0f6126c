#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

// Types and values of the language of docs/expr.md. Values are small, immutable and borrowed:
// lists, records and texts live in an Arena, which must outlive them. Each value carries where it
// came from.
namespace garant::expr {

enum class Kind : uint8_t {
  kAbsent,
  kUnknown,
  kBool,
  kInt,
  kText,
  kTime,
  kDuration,
  kList,
  kRecord
};

struct RecordType;

// kList wraps one element type; lists of lists do not occur.
struct Type {
  Kind kind = Kind::kAbsent;
  Kind element = Kind::kAbsent;        // of a list
  const RecordType* record = nullptr;  // of a record, or of a list of records
  bool operator==(const Type&) const = default;

  static Type Of(Kind kind) { return {kind, Kind::kAbsent, nullptr}; }
  static Type Record(const RecordType* record) { return {Kind::kRecord, Kind::kAbsent, record}; }
  static Type ListOf(Kind element) { return {Kind::kList, element, nullptr}; }
  static Type ListOf(const RecordType* record) { return {Kind::kList, Kind::kRecord, record}; }
  [[nodiscard]] Type Element() const {
    return element == Kind::kRecord ? Record(record) : Of(element);
  }
  // "list of route", "text": as docs and messages name it.
  [[nodiscard]] std::string ToString() const;
};

struct FieldType {
  std::string name;
  Type type;
  // Allowed values of a text that is an enumeration; empty for any. A comparison with another
  // literal is an error when the expression is compiled: it could never hold.
  std::vector<std::string> allowed;
};

struct RecordType {
  std::string name;
  std::vector<FieldType> fields;
  // The type stands for observations: reading any field of a record whose time lies before the
  // horizon gives unknown (stale), after the moment of judgement unknown (never observed).
  bool observed = false;
  [[nodiscard]] int Find(std::string_view field) const;  // slot, or -1
};

// Where a value came from. kObserved and kActed name an entry of the trail.
enum class World : uint8_t { kNone, kDeclared, kObserved, kActed, kDerived };
struct Origin {
  World world = World::kNone;
  uint32_t line = 0;  // kDeclared: in the service file; kObserved: where it is missing, or 0
  uint32_t column = 0;
  uint64_t entry = 0;  // kObserved, kActed
  bool operator==(const Origin&) const = default;
};

// Why a value is unknown, the most telling first.
enum class Unknown : uint8_t {
  kNone,
  kNoObserver,  // nothing in this build can make the observation
  kNeverObserved,
  kLoopbackOnly,  // seen only from loopback, which proves nothing about outside
  kElsewhere,     // seen under another declaration of where the service is
  kStale,         // seen, but too long ago
  kBounded,       // the look ended at its bound: there was more
  kCost,          // the expression would cost too much on this model
  kOverflow,      // arithmetic left 64 bits
};

class Value;

// A list whose elements all have a text in one field may say which have which, in the order of the
// list: what asks for one text need not look at the others.
struct Group {
  std::string_view text;
  std::span<const Value> items;
};
struct Groups {
  uint16_t field = 0;
  std::span<const Group> groups;
};
struct List {
  std::span<const Value> items;
  const Groups* groups = nullptr;
};
struct Record {
  const RecordType* type = nullptr;
  std::span<const Value> fields;  // one for each of type->fields, in order
  base::Time time{};              // of an observed record
};

// Its parts lie in the order that makes it small: a service has thousands of them.
class Value {
 public:
  Value() = default;  // absent
  static Value Absent(Origin origin = {}) { return {Kind::kAbsent, origin}; }
  static Value UnknownFor(Unknown why, std::string_view what = {}, Origin origin = {}) {
    Value made = Text(what, origin);
    made.kind_ = Kind::kUnknown;
    made.why_ = why;
    return made;
  }
  static Value Bool(bool value, Origin origin = {}) {
    return Number(Kind::kBool, value ? 1 : 0, origin);
  }
  static Value Int(int64_t value, Origin origin = {}) { return Number(Kind::kInt, value, origin); }
  static Value Text(std::string_view value, Origin origin = {}) {
    assert(value.size() <= std::numeric_limits<uint32_t>::max());
    Value made(Kind::kText, origin);
    made.text_ = value.data();
    made.size_ = static_cast<uint32_t>(value.size());
    return made;
  }
  static Value Time(base::Time value, Origin origin = {}) {
    return Number(Kind::kTime, value.time_since_epoch().count(), origin);
  }
  static Value Duration(base::Duration value, Origin origin = {}, uint32_t spelling = 0) {
    Value made = Number(Kind::kDuration, value.count(), origin);
    made.size_ = spelling;
    return made;
  }
  static Value Of(const List* list, Origin origin = {}) {
    assert(list != nullptr);
    Value made(Kind::kList, origin);
    made.list_ = list;
    return made;
  }
  static Value Of(const Record* record, Origin origin = {}) {
    assert(record != nullptr);
    Value made(Kind::kRecord, origin);
    made.record_ = record;
    return made;
  }

  // Each reads what its kind holds; of another kind it gives zero, false or nothing.
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] Origin origin() const { return {world_, line_, column_, entry_}; }
  [[nodiscard]] World world() const { return world_; }  // of its origin
  [[nodiscard]] bool boolean() const { return kind_ == Kind::kBool && number_ != 0; }
  [[nodiscard]] int64_t number() const { return HoldsNumber() ? number_ : 0; }
  [[nodiscard]] std::string_view text() const {  // or what an unknown is about
    if (kind_ != Kind::kText && kind_ != Kind::kUnknown) return {};
    return {text_, size_};
  }
  [[nodiscard]] base::Time time() const { return base::Time{base::Duration{number()}}; }
  [[nodiscard]] base::Duration duration() const { return base::Duration{number()}; }
  // How a duration was written, for base::FormatDuration; zero where it was worked out.
  [[nodiscard]] uint32_t spelling() const { return kind_ == Kind::kDuration ? size_ : 0; }
  [[nodiscard]] const List& list() const {  // an empty one of another kind
    static constexpr List kNone{};
    return kind_ == Kind::kList ? *list_ : kNone;
  }
  [[nodiscard]] const Record& record() const {  // one without type and fields of another kind
    static constexpr Record kNone{};
    return kind_ == Kind::kRecord ? *record_ : kNone;
  }
  [[nodiscard]] Unknown why() const { return why_; }

 private:
  Value(Kind kind, const Origin& origin)
      : kind_(kind),
        world_(origin.world),
        line_(origin.line),
        column_(origin.column),
        entry_(origin.entry) {}
  static Value Number(Kind kind, int64_t value, const Origin& origin) {
    Value made(kind, origin);
    made.number_ = value;
    return made;
  }
  [[nodiscard]] bool HoldsNumber() const {
    return kind_ >= Kind::kBool && kind_ <= Kind::kDuration && kind_ != Kind::kText;
  }

  Kind kind_ = Kind::kAbsent;
  Unknown why_ = Unknown::kNone;
  World world_ = World::kNone;
  uint32_t size_ = 0;  // of the text; of a duration, its spelling
  uint32_t line_ = 0;
  uint32_t column_ = 0;
  uint64_t entry_ = 0;
  union {
    int64_t number_ = 0;
    const char* text_;
    const List* list_;
    const Record* record_;
  };
};
static_assert(sizeof(Value) <= 32);

// A record's field by its name; absent where there is no record or no such field.
[[nodiscard]] const Value& FieldOf(const Value& value, std::string_view field);

// Owns what values point to, in a few large blocks: a model has thousands of values that live and
// go together. Not for several threads at once.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::string_view Keep(std::string_view text);
  const List* Keep(std::span<const Value> items);
  // `fields` must have one value for each field of `type`.
  const Record* Keep(const RecordType* type, std::span<const Value> fields, base::Time time = {});
  const Record* Keep(const RecordType* type, std::initializer_list<Value> fields,
                     base::Time time = {}) {
    return Keep(type, std::span(fields.begin(), fields.size()), time);
  }

  // Asks the processor for all of it, in the order in which it lies: what is read here and there
  // after a long while is waited for once, not value by value.
  void Prefetch() const;

  // Room for `count` values, absent ones, to be filled in place; and what stands over such values.
  std::span<Value> Values(size_t count);
  const List* ListOver(std::span<const Value> items, const Groups* groups = nullptr);
  const Record* RecordOver(const RecordType* type, std::span<const Value> fields,
                           base::Time time = {});
  const Groups* Keep(uint16_t field, std::span<const Group> groups);

 private:
  void* Room(size_t bytes);
  std::span<const Value> Copy(std::span<const Value> values);

  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace garant::expr

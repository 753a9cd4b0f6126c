#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
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
struct List {
  std::span<const Value> items;
};
struct Record {
  const RecordType* type = nullptr;
  std::span<const Value> fields;  // one for each of type->fields, in order
  base::Time time{};              // of an observed record
};

class Value {
 public:
  Value() = default;  // absent
  static Value Absent(Origin origin = {});
  static Value UnknownFor(Unknown why, std::string_view what = {}, Origin origin = {});
  static Value Bool(bool value, Origin origin = {});
  static Value Int(int64_t value, Origin origin = {});
  static Value Text(std::string_view value, Origin origin = {});
  static Value Time(base::Time value, Origin origin = {});
  static Value Duration(base::Duration value, Origin origin = {}, uint32_t spelling = 0);
  static Value Of(const List* list, Origin origin = {});
  static Value Of(const Record* record, Origin origin = {});

  // Each reads what its kind holds; of another kind it gives zero, false or nothing.
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const Origin& origin() const { return origin_; }
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
  [[nodiscard]] const List& list() const;      // an empty one of another kind
  [[nodiscard]] const Record& record() const;  // one without a type or fields of another kind
  [[nodiscard]] Unknown why() const { return why_; }

 private:
  [[nodiscard]] bool HoldsNumber() const {
    return kind_ >= Kind::kBool && kind_ <= Kind::kDuration && kind_ != Kind::kText;
  }

  Kind kind_ = Kind::kAbsent;
  Unknown why_ = Unknown::kNone;
  uint32_t size_ = 0;  // of the text; of a duration, its spelling
  Origin origin_;
  union {
    int64_t number_ = 0;
    const char* text_;
    const List* list_;
    const Record* record_;
  };
};
static_assert(sizeof(Value) <= 40);

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

 private:
  void* Room(size_t bytes);
  std::span<const Value> Copy(std::span<const Value> values);

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace garant::expr

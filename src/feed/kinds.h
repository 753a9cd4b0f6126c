#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "trail/entry/entry.h"

// What each kind of entry is to others: the one table of docs/formats/export.md, from which every
// form takes its classes and categories.
namespace garant::feed {

// Of OCSF 1.8: class_uid; its category is class_uid / 1000.
enum class OcsfClass : uint16_t {
  kEventLog = 1008,
  kDataSecurity = 2006,
  kHttp = 4002,
  kApplicationLifecycle = 6002,
  kScan = 6007,
};
// Activities of OCSF that are not those of HTTP.
constexpr int kOtherActivity = 99;

struct KindForms {
  std::string_view kind;
  OcsfClass ocsf;
  int activity;  // of that class
  std::string_view ecs_kind;
  std::string_view ecs_category;  // empty: none of ECS's is meant
  std::string_view ecs_type;
};

[[nodiscard]] std::span<const KindForms> AllKinds();
// Of a kind that the table does not name (a later version wrote it): an entry of a log, and no
// more.
[[nodiscard]] const KindForms& FormsOf(std::string_view kind);
// What a kind says, in English: from the tables of the trail; empty for an unknown kind.
[[nodiscard]] std::string_view AboutKind(std::string_view kind);

enum class Outcome : uint8_t { kUnsaid, kSuccess, kFailure, kOther };
[[nodiscard]] Outcome OutcomeOf(const trail::Header& header);

// How much it matters, as OCSF counts: 1 informational, 2 low, 3 medium.
[[nodiscard]] int SeverityOf(const trail::Header& header);

// The value of a fact, or nothing.
[[nodiscard]] const int64_t* NumberIn(const trail::Header& header, std::string_view name);
[[nodiscard]] const std::string* TextIn(const trail::Header& header, std::string_view name);

}  // namespace garant::feed

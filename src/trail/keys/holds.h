#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace garant::trail {

using HoldId = std::array<uint8_t, 8>;  // random

constexpr int64_t kLastHoldSecond = 9'000'000'000;  // since 1970; a base::Time holds little more
constexpr size_t kMostHeldCategories = 255;         // of one hold, and of one person
constexpr size_t kLongestReason = 4096;

// A legal hold (docs/formats/erasure.md): while it lasts, an erasure keeps the category keys of
// these data categories and of nothing else.
struct Hold {
  HoldId id{};
  std::vector<std::string> categories;  // ascending, each once
  std::string reason;
  base::Time until;  // whole seconds
  bool ended = false;

  [[nodiscard]] bool LastsAt(base::Time now) const { return !ended && now < until; }
  bool operator==(const Hold&) const = default;
};

// What some hold keeps at that moment, ascending.
[[nodiscard]] std::vector<std::string> HeldCategories(std::span<const Hold> holds, base::Time now);

}  // namespace garant::trail

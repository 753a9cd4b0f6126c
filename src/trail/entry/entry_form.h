#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "trail/entry/entry.h"

// What writing and reading an entry share (docs/formats/entry.md): the tags of its fields and what
// may stand in them, so that nothing is written that would not be read, or read that would not be
// written.
namespace garant::trail {

inline constexpr uint8_t kEntryVersion = 1;
inline constexpr size_t kMaxNameBytes = 64;

enum class Tag : uint8_t {
  kKind = 1,
  kService,
  kPart,
  kRoute,
  kCategories,
  kOutcome,
  kSource,
  kSequence,
  kActor,
  kSubject,
  kSession,
  kTrace,
  kFacts,
};

enum class FactTag : uint8_t { kBool = 1, kInt, kText, kTextList };

struct TextField {
  Tag tag;
  std::string_view name;
  size_t limit;
  std::string Header::*text;
};
// Null for a tag of anything but text.
[[nodiscard]] const TextField* FindTextField(Tag tag);

// kInvalid, of an entry.
[[nodiscard]] base::Error Malformed(const base::Text& message);

// Whether all of it is printable ASCII.
[[nodiscard]] bool IsPlain(std::string_view text);
[[nodiscard]] std::optional<base::Text> ProblemOfOther(std::string_view text, size_t limit);
// What is wrong with a text that may not stand in an entry: "is longer than …". Every text of every
// entry comes by, and is plain.
[[nodiscard]] inline std::optional<base::Text> TextProblem(std::string_view text, size_t limit) {
  if (text.size() <= limit && IsPlain(text)) return std::nullopt;
  return ProblemOfOther(text, limit);
}
[[nodiscard]] bool IsKindName(std::string_view text);
// What is wrong with a part's descriptor, under that header.
[[nodiscard]] std::optional<base::Text> PartProblem(const SealedPart& part,
                                                    const HeaderView& header);

}  // namespace garant::trail

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trail/entry/entry.h"

// An entry as others read it: docs/formats/export.md.
namespace garant::feed {

enum class Form : uint8_t { kLines, kOcsf, kEcs, kCef };
// "jsonl", "ocsf", "ecs", "cef".
[[nodiscard]] std::string_view FormName(Form form);
[[nodiscard]] std::optional<Form> ParseForm(std::string_view name);

// What is said of a sealed part.
enum class PartState : uint8_t {
  kSealed,     // nobody asked for it to be opened
  kOpened,     // its content stands there
  kGone,       // its key was destroyed
  kUntrusted,  // the key is another, or the ciphertext
};

struct Event {
  const trail::Entry* entry = nullptr;
  std::string_view origin;  // of the trail
  // For each sealed part, in order; fewer are sealed.
  struct Part {
    PartState state = PartState::kSealed;
    base::Bytes content;
  };
  std::vector<Part> parts = {};
};

// One line, without its end. `version` is this program's.
[[nodiscard]] std::string Render(Form form, const Event& event, std::string_view version);

// The identity of an event, in every form: the trail's origin, a slash, the entry's index.
[[nodiscard]] std::string IdentityOf(const Event& event);

[[nodiscard]] std::string RenderOcsf(const Event& event, std::string_view version);
[[nodiscard]] std::string RenderEcs(const Event& event, std::string_view version);
[[nodiscard]] std::string RenderCef(const Event& event, std::string_view version);

}  // namespace garant::feed

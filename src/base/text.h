#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace garant::base {

enum class Language { kEnglish, kFrench };

// "en" or "fr"; nothing else.
[[nodiscard]] std::optional<Language> ParseLanguage(std::string_view code);

// What a person reads, in both official languages.
struct Text {
  std::string en;
  std::string fr;

  [[nodiscard]] const std::string& In(Language language) const {
    return language == Language::kFrench ? fr : en;
  }
  bool operator==(const Text&) const = default;
};

// The nearest of `candidates` to `word` by edit distance, for "did you mean"; empty where none is
// near (more than a third of the word's length, at least 1, at most 3 edits away).
[[nodiscard]] std::string_view Nearest(std::string_view word, const std::string_view* candidates,
                                       size_t count);

// True where the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool IsUtf8(std::string_view bytes);

}  // namespace garant::base

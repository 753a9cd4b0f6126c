#pragma once

#include <initializer_list>
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

// What is put into a Text: a name or number that is the same in both languages, or a Text.
class Piece {
 public:
  Piece(Text text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Piece(std::string_view word)
      : text_(Same(std::string(word))) {}                // NOLINT(google-explicit-constructor)
  Piece(const std::string& word) : text_(Same(word)) {}  // NOLINT(google-explicit-constructor)
  Piece(const char* word) : text_(Same(word)) {}         // NOLINT(google-explicit-constructor)
  Piece(uint64_t number)
      : text_(Same(std::to_string(number))) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] const Text& text() const { return text_; }

 private:
  static Text Same(const std::string& word) { return {word, word}; }
  Text text_;
};

// Both sentences with their pieces: "{}" takes the next one, "{0}" the first, "{1}" the second, for
// a language that has them in another order. Braces in a piece stay what they are.
[[nodiscard]] Text Filled(std::string_view en, std::string_view fr,
                          std::initializer_list<Piece> pieces);

// The nearest of `candidates` to `word` by edit distance, for "did you mean"; empty where none is
// near (more than a third of the word's length, at least 1, at most 3 edits away).
[[nodiscard]] std::string_view Nearest(std::string_view word, const std::string_view* candidates,
                                       size_t count);

// True where the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool IsUtf8(std::string_view bytes);

// On one line of a terminal: control characters, marks that turn the direction of writing, line and
// paragraph separators and bytes that are not UTF-8 become U+FFFD; line breaks and tabs a space.
[[nodiscard]] std::string Plain(std::string_view text);

}  // namespace garant::base

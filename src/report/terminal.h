#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

// Lines for a terminal: wrapped at words, coloured where asked, nothing in them that a terminal
// would obey but our own colours.
namespace garant::report {

enum class Style { kPlain, kBold, kDim, kContradicted, kUnmet, kUnknown, kExcused, kMet };
[[nodiscard]] Style StyleOf(assess::State state);

class Terminal {
 public:
  Terminal(const TextOptions& options, base::Language language)
      : options_(options), language_(language) {}

  // `text` is made plain. The styled form has the same width.
  [[nodiscard]] std::string Styled(Style style, std::string_view text) const;
  void Heading(const base::Text& text);
  // A paragraph whose first line starts with `lead` (already styled, `lead_width` wide) and whose
  // other lines are indented as far.
  void Paragraph(std::string_view text, std::string_view lead = {}, size_t lead_width = 0);
  void Paragraph(const base::Text& text, std::string_view lead = {}, size_t lead_width = 0) {
    Paragraph(text.In(language_), lead, lead_width);
  }
  void Raw(std::string_view line);  // already plain and styled
  void Blank() { out_ += '\n'; }

  [[nodiscard]] base::Language language() const { return language_; }
  [[nodiscard]] std::string Take() && { return std::move(out_); }

 private:
  TextOptions options_;
  base::Language language_;
  std::string out_;
};

// `text` with spaces after (or before) it up to `width`.
[[nodiscard]] std::string PadRight(std::string text, size_t width);
[[nodiscard]] std::string PadLeft(std::string text, size_t width);

}  // namespace garant::report

#pragma once

#include <string>
#include <string_view>

#include "report/outline.h"
#include "report/phrases.h"

// Pieces of the page. The page is well-formed as XML too (tests read it so): void elements close
// themselves, attributes have quoted values. Everything that these take as text they escape.
namespace garant::report {

// Both languages, of which the style sheet shows the page's; once where they read alike.
[[nodiscard]] std::string Both(const base::Text& text);
[[nodiscard]] std::string Both(Phrase phrase);
[[nodiscard]] std::string Both(Phrase phrase, std::initializer_list<std::string> arguments);

// <name attributes>content</name>; `attributes` and `content` are markup already.
[[nodiscard]] std::string Element(std::string_view name, std::string_view attributes,
                                  std::string_view content);
// ` name="value"`, escaped, with the space before.
[[nodiscard]] std::string Attribute(std::string_view name, std::string_view value);

// The shape of a state (each has its own) and its word.
[[nodiscard]] std::string StateIcon(assess::State state);
[[nodiscard]] std::string StateBadge(assess::State state);
// A bar that shows how counts divide, for the eye alone; the numbers stand beside it.
[[nodiscard]] std::string Bar(const Counts& counts);

// "item-9.4-09"; characters that an id cannot hold become '-'.
[[nodiscard]] std::string ItemAnchor(const standard::Item& item);
[[nodiscard]] std::string ItemLink(const View& view, size_t item);

// The sections of the page, each a <section> with its heading.
[[nodiscard]] std::string OverviewSection(const View& view);
[[nodiscard]] std::string StepsSection(const View& view);
[[nodiscard]] std::string ItemsSection(const View& view);
[[nodiscard]] std::string ActsSection(const View& view);
[[nodiscard]] std::string ReadingSection(const View& view);

}  // namespace garant::report

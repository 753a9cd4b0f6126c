#pragma once

#include <span>
#include <string>
#include <vector>

#include "assess/sitting.h"
#include "assess/verdict.h"
#include "base/text.h"
#include "proof/acts.h"
#include "standard/standard.h"

// A judgement as text, JSON, SARIF and one HTML file. Pure: the same view gives the same bytes; no
// file is opened, no clock is asked. Everything in a view but the standard may come from somebody
// hostile and is escaped.
namespace garant::report {

struct View {
  const standard::Standard& standard;
  const assess::Judgement& judgement;
  std::vector<assess::Explanation> explanations;  // one for each item, in the standard's order
  base::Text service_name;
  base::Text organization;
  std::string service_file;          // as the reader would open it
  std::string trail_folder;          // empty where nothing was ever recorded
  std::string version;               // of Garant: "0.1.0"
  std::span<const proof::Act> acts;  // all of them, also those that do not count
};

// What a sitting is shown under.
struct Named {
  std::string service_file;
  std::string trail_folder;
  std::string version;
};
// Borrows the sitting.
[[nodiscard]] View ViewOf(const assess::Sitting& sitting, Named named);

enum class Colour { kOff, kOn };
enum class Verbosity {
  kBrief,   // the overview, contradictions with their reasons, and what to do first
  kNormal,  // and each due item that does not hold
  kFull,    // and every item, explained
};

struct TextOptions {
  Colour colour = Colour::kOff;
  Verbosity verbosity = Verbosity::kNormal;
  size_t width = 100;  // columns; text is wrapped at words, never cut
};

[[nodiscard]] std::string RenderText(const View& view, base::Language language,
                                     const TextOptions& options);
// One item in full: index in Standard::items.
[[nodiscard]] std::string RenderItem(const View& view, size_t item, base::Language language,
                                     const TextOptions& options);
// docs/formats/verdicts.md.
[[nodiscard]] std::string RenderJson(const View& view);
// SARIF 2.1.0: a result for each item that is due now and neither met nor excused.
[[nodiscard]] std::string RenderSarif(const View& view, base::Language language);
// One file that loads nothing, in both languages; `language` is the one it opens in.
[[nodiscard]] std::string RenderHtml(const View& view, base::Language language);
// The Content-Security-Policy that this file carries, for whoever sends it over HTTP.
[[nodiscard]] std::string HtmlPolicy();

}  // namespace garant::report

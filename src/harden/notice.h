#pragma once

#include <string>
#include <string_view>
#include <vector>

// What a text says about privacy, and in which official language, judged by its words.
namespace garant::harden {

// It names personal information and says what it is collected or used for, in English or French.
[[nodiscard]] bool SpeaksOfPersonalInformation(std::string_view text);
// A link's text or path that announces a privacy policy, or a cookie policy.
[[nodiscard]] bool AnnouncesPrivacy(std::string_view text);
[[nodiscard]] bool AnnouncesCookies(std::string_view text);

struct WordCounts {
  unsigned english = 0;
  unsigned french = 0;
};
// Small words that occur in one language only; a page that merely claims a language has few.
[[nodiscard]] WordCounts CountWords(std::string_view text);

}  // namespace garant::harden

#include "harden/notice.h"

#include <algorithm>
#include <span>

#include "harden/words.h"

namespace garant::harden {
namespace {

using Words = std::string_view[];

constexpr Words kInformationEn = {"personal information",  "personal data",
                                  "your information",      "your data",
                                  "information about you", "the information you"};
// "Use" alone may be an order: "Use this form to change your information."
constexpr Words kPurposeEn = {"purpose",
                              "purposes",
                              "we use",
                              "only use",
                              "will use",
                              "may use",
                              "use of",
                              "use your",
                              "use it",
                              "use them",
                              "used",
                              "uses",
                              "use the information",
                              "use this information",
                              "collect",
                              "collected",
                              "collects",
                              "in order to",
                              "to process"};
constexpr Words kInformationFr = {"renseignements personnels", "donnees personnelles",
                                  "information personnelle",   "informations personnelles",
                                  "vos renseignements",        "vos donnees",
                                  "vos informations",          "renseignements que vous"};
constexpr Words kPurposeFr = {"fin",         "fins",        "but",       "utilises",  "utilisees",
                              "utilise",     "utilisons",   "servent",   "serviront", "recueillis",
                              "recueillies", "recueillons", "recueille", "collectes", "collectees",
                              "afin de",     "afin d"};
constexpr Words kPrivacy = {"privacy",
                            "vie privee",
                            "confidentialite",
                            "protection des renseignements",
                            "renseignements personnels",
                            "donnees personnelles"};
constexpr Words kCookies = {"cookie", "cookies", "temoin", "temoins", "fichiers temoins"};
constexpr Words kEnglish = {"the", "of",  "and",  "to",   "is",   "you", "we",  "your",
                            "for", "are", "with", "that", "this", "our", "how", "it"};
constexpr Words kFrench = {"le",  "la",   "les",  "des", "et",  "du",  "nous", "vous", "votre",
                           "vos", "pour", "dans", "une", "que", "par", "nos",  "ce",   "sont"};

bool HasAny(std::string_view folded, std::span<const std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return HasWords(folded, phrase); });
}

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool SpeaksOfPersonalInformation(std::string_view text) {
  const std::string folded = Folded(text);
  return (HasAny(folded, kInformationEn) && HasAny(folded, kPurposeEn)) ||
         (HasAny(folded, kInformationFr) && HasAny(folded, kPurposeFr));
}

bool AnnouncesPrivacy(std::string_view text) { return HasAny(Folded(text), kPrivacy); }
bool AnnouncesCookies(std::string_view text) { return HasAny(Folded(text), kCookies); }

WordCounts CountWords(std::string_view text) {
  const std::string folded = Folded(text);
  WordCounts counts;
  for (const std::string_view word : Split(folded, ' ')) {
    if (IsOneOf(word, kEnglish)) ++counts.english;
    if (IsOneOf(word, kFrench)) ++counts.french;
  }
  return counts;
}

}  // namespace garant::harden

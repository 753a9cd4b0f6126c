#include "trail/search/gaps.h"

namespace garant::trail {
namespace {

using base::Filled;
using base::FormatDate;
using base::FormatTime;
using base::Text;
using base::Time;

constexpr std::string_view kNames[] = {"lost",     "missing", "silent",  "unheard",
                                       "midnight", "expired", "deleted", "unchecked"};

Text Since(const Gap& gap) {
  if (!gap.from) return {};
  if (!gap.until) return Filled(" since {}", " depuis le {}", {FormatTime(*gap.from)});
  return Filled(" from {} to {}", " du {} au {}", {FormatTime(*gap.from), FormatTime(*gap.until)});
}

Text Numbers(const Gap& gap) {
  if (!gap.first || !gap.last) return {};
  if (*gap.first == *gap.last) return Filled(" (its number {})", " (son numéro {})", {*gap.first});
  return Filled(" (its numbers {} to {})", " (ses numéros {} à {})", {*gap.first, *gap.last});
}

}  // namespace

std::string_view GapKindName(GapKind kind) { return kNames[static_cast<size_t>(kind)]; }

Text TextOf(const Gap& gap) {
  switch (gap.kind) {
    case GapKind::kLost:
      if (gap.count == 0)
        return Filled("{} lost something, nobody knows how much; told at {}",
                      "{} a perdu quelque chose, sans que l’on sache combien; dit le {}",
                      {gap.source, FormatTime(gap.from.value_or(Time{}))});
      return Filled("{} lost {} at most{}; told at {}", "{} en a perdu {} au plus{}; dit le {}",
                    {gap.source, gap.count, Numbers(gap), FormatTime(gap.from.value_or(Time{}))});
    case GapKind::kMissing:
      return Filled("{} entries of {} are not there{}", "{} entrées de {} n’y sont pas{}",
                    {gap.count, gap.source, Numbers(gap)});
    case GapKind::kSilent:
      return Filled("nothing was heard of {}{}", "rien n’a été reçu de {}{}",
                    {gap.source, Since(gap)});
    case GapKind::kUnheard:
      return Filled("whoever called {} before entry {} sent nothing",
                    "qui a appelé {} avant l’entrée {} n’a rien envoyé",
                    {gap.part, gap.entry.value_or(0)});
    case GapKind::kMidnight:
      return Filled(
          "only the day{} is shown: over midnight UTC it has another token, which only who knows "
          "the raw identifier can join",
          "seule la journée{} est montrée : passé minuit UTC, le jeton est autre, et seul qui "
          "connaît l’identifiant brut peut les joindre",
          {Since(gap)});
    case GapKind::kExpired:
      return gap.until ? Filled("nothing before {} can be joined: those days' keys are gone",
                                "rien d’avant le {} ne peut être joint : les clés de ces jours "
                                "n’existent plus",
                                {FormatTime(*gap.until)})
                       : Text{"some keys are gone: who called whom is not known of all",
                              "des clés n’existent plus : on ne sait pas tout de qui a appelé qui"};
    case GapKind::kDeleted:
      return Filled(
          "entries up to {} were deleted, the last on {}, when their declared time had come (entry "
          "{}): what of it stood there cannot be shown",
          "les entrées jusqu’à {} ont été supprimées, les dernières le {}, à leur échéance "
          "déclarée "
          "(entrée {}) : ce qui en figurait là ne peut être montré",
          {gap.last.value_or(0), FormatDate(gap.from.value_or(Time{})), gap.entry.value_or(0)});
    case GapKind::kUnchecked:
      break;
  }
  return Filled("there was too much to look for gaps in all of it{}",
                "il y avait trop à examiner pour chercher les lacunes partout{}",
                {gap.source.empty() ? Text() : Text{": " + gap.source, "\u00a0: " + gap.source}});
}

}  // namespace garant::trail

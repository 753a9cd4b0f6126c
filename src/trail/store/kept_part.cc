#include "trail/store/kept_part.h"

#include "trail/store/paths.h"
#include "trail/store/store.h"

namespace garant::trail {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Status;

Error UntrustedTrail(const base::Text& message) {
  return Error{
      Code::kUntrusted,
      Filled("{}; `garant trail verify` says where", "{}; `garant trail verify` dit où", {message}),
      {}};
}

Error DoesNotFollow(const std::string& file) {
  return UntrustedTrail(Filled("{} does not follow the segment before it",
                               "{} ne suit pas le segment qui le précède", {file}));
}

void LeaveOver(const std::string& folder, uint64_t first, LoadedTrail& loaded) {
  for (const std::string_view suffix : {kSegmentSuffix, kRunsSuffix})
    loaded.leftovers.push_back(SegmentPath(folder, first, suffix));
}

Status KeepWhatWasNotDeleted(const std::string& folder, const std::vector<uint64_t>& runs,
                             const std::string& behind_gap, LoadedTrail& loaded) {
  auto deletion = TRY(LastDeletion(loaded));
  const uint64_t gone = deletion ? deletion->end() : 0;
  // It may have been sealed while the folder was listed.
  if (gone < loaded.kept_from && !behind_gap.empty())
    return Error{Code::kNotFound, DoesNotFollow(behind_gap).message, {}};
  if (gone < loaded.kept_from)
    return Error{
        Code::kNotFound,
        Filled("{} lacks entries {} to {} (exclusive), and the trail does not tell that they were "
               "deleted",
               "{} n’a pas les entrées {} à {} (exclue), et le journal ne dit pas qu’elles ont été "
               "supprimées",
               {SegmentsPath(folder), gone, loaded.kept_from}),
        {}};
  size_t left = 0;
  while (left < loaded.segments.size() && loaded.segments[left].segment.first() < gone)
    LeaveOver(folder, loaded.segments[left++].segment.first(), loaded);
  const bool all = left == loaded.segments.size();
  const uint64_t kept_from = all ? loaded.sealed : loaded.segments[left].segment.first();
  if (gone != 0 && kept_from != gone)
    return UntrustedTrail(
        Filled("{}: entry {} tells of another deletion than there can have been",
               "{} : l’entrée {} dit une autre suppression que celle qui a pu avoir lieu",
               {SegmentsPath(folder), deletion->entry}));
  loaded.segments.erase(loaded.segments.begin(),
                        loaded.segments.begin() + static_cast<ptrdiff_t>(left));
  for (const uint64_t first : runs)
    if (first < gone) loaded.leftovers.push_back(SegmentPath(folder, first, kRunsSuffix));
  loaded.kept_from = gone;
  loaded.deletion = std::move(deletion);
  return Ok{};
}

}  // namespace garant::trail

#include "trail/store/deletion.h"
#include "trail/tree/tree_levels.h"

// Apart from what looks for deletions in a trail: garant-verify has none of its files.
namespace garant::trail {

std::optional<Deletion> ToDeletion(const Entry& entry) {
  if (entry.header.kind != kRetentionKind || entry.header.facts.size() != 4) return std::nullopt;
  const std::vector<Fact>& facts = entry.header.facts;
  const auto* entries = std::get_if<int64_t>(&facts[0].value);
  const auto* first = std::get_if<int64_t>(&facts[1].value);
  const auto* keep = std::get_if<std::string>(&facts[2].value);
  const auto* newest = std::get_if<int64_t>(&facts[3].value);
  if (facts[0].name != "entries" || facts[1].name != "first" || facts[2].name != "keep" ||
      facts[3].name != "newest" || entries == nullptr || first == nullptr || keep == nullptr ||
      newest == nullptr || *entries <= 0 || *first < 0 || *entries % kBundleEntries != 0 ||
      *first % kBundleEntries != 0 || !base::ParseDuration(*keep))
    return std::nullopt;
  Deletion deletion;
  deletion.first = static_cast<uint64_t>(*first);
  deletion.entries = static_cast<uint64_t>(*entries);
  deletion.keep = *keep;
  deletion.newest = base::Time(std::chrono::seconds(*newest));
  deletion.entry = entry.index;
  deletion.time = entry.time;
  // It tells of what came before it.
  if (deletion.end() > entry.index) return std::nullopt;
  return deletion;
}

}  // namespace garant::trail

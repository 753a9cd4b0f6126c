#include "standard/standard.h"

#include <algorithm>
#include <array>

namespace garant::standard {
namespace {

constexpr std::array<std::string_view, 4> kStages = {"alpha", "beta", "live", "all"};
constexpr std::array<std::string_view, 7> kKinds = {"observed", "exercised", "derived", "external",
                                                    "recorded", "attested",  "declared"};

template <typename Enum, size_t N>
std::optional<Enum> Find(const std::array<std::string_view, N>& names, std::string_view word) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == word) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::optional<Stage> ParseStage(std::string_view word) { return Find<Stage>(kStages, word); }
std::string_view StageName(Stage stage) { return kStages[static_cast<size_t>(stage)]; }
std::optional<ProofKind> ParseProofKind(std::string_view word) {
  return Find<ProofKind>(kKinds, word);
}
std::string_view ProofKindName(ProofKind kind) { return kKinds[static_cast<size_t>(kind)]; }

const Item* Standard::FindItem(std::string_view item_id) const {
  const auto found =
      std::lower_bound(items.begin(), items.end(), item_id,
                       [](const Item& item, std::string_view wanted) { return item.id < wanted; });
  return found != items.end() && found->id == item_id ? &*found : nullptr;
}

std::optional<size_t> Standard::FindProof(std::string_view proof_id) const {
  const auto found = std::lower_bound(
      proofs.begin(), proofs.end(), proof_id,
      [](const Proof& proof, std::string_view wanted) { return proof.id < wanted; });
  if (found == proofs.end() || found->id != proof_id) return std::nullopt;
  return static_cast<size_t>(found - proofs.begin());
}

const Guideline* Standard::GuidelineOf(const Item& item) const {
  for (const Guideline& guideline : guidelines)
    if (item.id.starts_with(guideline.id) && item.id.size() > guideline.id.size() &&
        item.id[guideline.id.size()] == '-')
      return &guideline;
  return nullptr;
}

}  // namespace garant::standard

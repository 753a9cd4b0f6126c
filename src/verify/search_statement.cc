#include "verify/search_statement.h"

namespace garant::verify {
namespace {

using base::Filled;
using base::Text;

// Tokens in hexadecimal, as `garant trail show --format json` has them; texts as they are.
std::string ValueOf(trail::RunKey key, const base::Bytes& value) {
  const bool token = key <= trail::RunKey::kTrace;
  return token ? base::ToHex(value) : std::string(base::AsText(value));
}

void AddCriterion(const trail::Criterion& criterion, std::vector<Text>& lines) {
  const std::string_view key = trail::RunKeyName(criterion.key);
  for (size_t i = 0; i < criterion.any_of.size(); ++i) {
    const std::string value = ValueOf(criterion.key, criterion.any_of[i]);
    if (criterion.when.empty())
      lines.push_back(Filled("searched for: {} \"{}\"", "cherché : {} « {} »", {key, value}));
    else
      lines.push_back(Filled("searched for: {} \"{}\", of {} to {}",
                             "cherché : {} « {} », de {} à {}",
                             {key, value, base::FormatTime(criterion.when[i].earliest),
                              base::FormatTime(criterion.when[i].latest)}));
  }
}

}  // namespace

bool ShowsAll(const trail::SearchProof& proof, const trail::CheckedSearch& checked) {
  const bool narrowed = proof.since || proof.until || !proof.source.empty();
  return proof.from == 0 && proof.end == checked.checkpoint.size &&
         (!narrowed || checked.unseen.empty());
}

std::vector<Text> StatementOf(const trail::SearchProof& proof,
                              const trail::CheckedSearch& checked) {
  std::vector<Text> lines;
  for (const trail::Criterion& criterion : proof.all_of) AddCriterion(criterion, lines);
  if (proof.since)
    lines.push_back(Filled("from {} on", "à partir de {}", {base::FormatTime(*proof.since)}));
  if (proof.until)
    lines.push_back(Filled("before {}", "avant {}", {base::FormatTime(*proof.until)}));
  if (!proof.source.empty())
    lines.push_back(Filled("by source \"{}\"", "de la source « {} »", {proof.source}));
  for (const trail::Entry& entry : checked.entries)
    lines.push_back(Filled("entry {}: {}, {}", "entrée {} : {}, {}",
                           {entry.index, base::FormatTime(entry.time), entry.header.kind}));
  for (const uint64_t index : checked.unseen)
    lines.push_back(Filled(
        "entry {}: the index has these values for it; its bytes are kept back, so that its time "
        "and its source are not shown",
        "entrée {} : l’index lui donne ces valeurs; ses octets sont retenus, si bien que "
        "son moment et sa source ne sont pas montrés",
        {index}));
  const uint64_t size = checked.checkpoint.size;
  if (proof.from != 0)
    lines.push_back(Filled(
        "Of entries below {} nothing is shown; the trail says that they were deleted.",
        "Des entrées avant {} rien n’est montré; le journal dit qu’elles ont été supprimées.",
        {proof.from}));
  if (proof.end != size)
    lines.push_back(Filled("Of entries from {} on nothing is shown.",
                           "Des entrées à partir de {}, rien n’est montré.", {proof.end}));
  lines.push_back(
      Filled("The search holds: of entries {} to {} (exclusive) of {}, under its checkpoint of {} "
             "entries, these {} are all that fit, relative to the index that the log committed to.",
             "La recherche tient : des entrées {} à {} (exclue) de {}, sous son point de contrôle "
             "de {} entrées, ces {} sont toutes celles qui conviennent, relativement à l’index "
             "auquel le journal s’est engagé.",
             {proof.from, proof.end, checked.checkpoint.origin, size,
              uint64_t{checked.entries.size() + checked.unseen.size()}}));
  if (!ShowsAll(proof, checked))
    lines.push_back({"It shows only part of what was asked: see above.",
                     "Elle ne montre qu’une partie de ce qui était demandé : voir plus haut."});
  return lines;
}

}  // namespace garant::verify

#include <algorithm>

#include "base/text.h"
#include "trail/entry/entry_form.h"
#include "trail/search/search_proof.h"

namespace garant::trail {

bool IsValueOf(RunKey key, base::ByteView value) {
  if (key <= RunKey::kTrace) return value.size() == Token().size();
  const std::string_view text = base::AsText(value);
  if (key == RunKey::kKind) return IsKindName(text);
  constexpr size_t kMostCategory = 255;  // of a data category one byte is the length
  const size_t most = key == RunKey::kCategory
                          ? kMostCategory
                          : FindTextField(key == RunKey::kPart ? Tag::kPart : Tag::kOutcome)->limit;
  return !text.empty() && !TextProblem(text, most);
}

// Of values under one key either is enough, of two keys both must be: who reads what was searched
// for is not to take one for the other.
std::optional<base::Text> CriteriaProblem(const std::vector<Criterion>& all_of) {
  for (size_t i = 0; i < all_of.size(); ++i) {
    const std::string_view key = RunKeyName(all_of[i].key);
    for (size_t j = 0; j < i; ++j)
      if (all_of[j].key == all_of[i].key)
        return base::Filled("{} is a criterion twice; its values belong under one",
                            "{} est deux fois un critère; ses valeurs vont sous un seul", {key});
    for (const base::Bytes& value : all_of[i].any_of)
      if (!IsValueOf(all_of[i].key, value))
        return base::Filled("no entry can have this {}", "aucune entrée ne peut avoir ce {}",
                            {key});
  }
  return {};
}

}  // namespace garant::trail

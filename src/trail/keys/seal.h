#pragma once

#include "base/result.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"
#include "trail/keys/keys.h"

namespace garant::trail {

// Turns a draft into the entry at `index`: tokens for persons, session and trace, parts sealed with
// AES-256-GCM. New keys are drawn in `keys`; the caller keeps them durable before the entry is.
// (generation, index) must never be used for two different entries: the nonce would repeat.
[[nodiscard]] base::Result<Entry> SealDraft(const Draft& draft, uint64_t index,
                                            const Generation& generation, KeyStore& keys);
// The same as its leaf.
base::Status SealLeaf(const Draft& draft, uint64_t index, const Generation& generation,
                      KeyStore& keys, LeafWriter& leaf);

// What a part was sealed with: no two parts may ever share both (docs/formats/entry.md).
struct PartUse {
  Key key{};
  Nonce nonce{};
};
// As the key store says it; the commitment is checked. Errors as KeyRing::OpenPart.
[[nodiscard]] base::Result<PartUse> UseOf(const Entry& entry, uint32_t number,
                                          const KeyStore& keys);
// The commitment is checked before anything is opened.
[[nodiscard]] base::Result<base::Bytes> OpenSealedPart(const Entry& entry, uint32_t number,
                                                       const KeyStore& keys);

}  // namespace garant::trail

#pragma once

#include <string_view>

#include "base/bytes.h"
#include "trail/crypto/crypto.h"
#include "trail/entry/entry.h"
#include "trail/entry/wire.h"

// What sealing and opening a part share (docs/formats/entry.md): how its keys and its nonce are
// drawn.
namespace garant::trail {

inline base::Bytes ContextOf(const SealedPart& part, const Generation& generation) {
  base::Bytes context;
  context.push_back(static_cast<uint8_t>(part.key_class));
  PutInteger(context, part.category.size(), 1);
  PutText(context, part.category);
  PutInteger(context, part.epoch, 4);
  PutBytes(context, generation);
  return context;
}

inline Key DerivePartKey(std::string_view label, const Key& input, const base::Bytes& context) {
  base::Bytes info;
  PutText(info, label);
  PutBytes(info, context);
  return HkdfSha256(input, {}, info);
}

// What a part is sealed with, drawn from its input key (docs/formats/entry.md).
struct PartKeys {
  Key commitment{};
  Key key{};
};

inline PartKeys DeriveKeys(const Key& input, const base::Bytes& context) {
  return {DerivePartKey("garant/commit/1", input, context),
          DerivePartKey("garant/seal/1", input, context)};
}

inline Nonce PartNonce(uint32_t number, uint64_t index) {
  Nonce nonce{};
  for (size_t i = 0; i < 4; ++i) nonce[i] = static_cast<uint8_t>(number >> (8 * (3 - i)));
  for (size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<uint8_t>(index >> (8 * (7 - i)));
  return nonce;
}

}  // namespace garant::trail

#pragma once

#include <array>
#include <initializer_list>

#include "base/bytes.h"
#include "base/large_vector.h"
#include "trail/entry/entry.h"

namespace garant::trail {

// Tokens of those who come again and again, so that each is drawn once. Forgets some when it is
// full. What a token was drawn from is not kept: its SipHash of 128 bits under a random key stands
// for it, which nobody can aim at and two share by chance in one of 2^128 pairs.
class TokenCache {
 public:
  using Name = std::array<uint8_t, 16>;

  TokenCache();

  // Of these texts in this order; where one ends and the next begins is part of it. Asks for what
  // Find will read, which mostly lies far from the processor.
  [[nodiscard]] Name NameOf(std::initializer_list<std::string_view> texts);
  // Until the next Put.
  [[nodiscard]] const Token* Find(const Name& name) const;
  void Put(const Name& name, const Token& token);
  void Clear() { slots_.clear(); }

 private:
  struct Slot {
    Name name{};  // zeros: empty
    Token token{};
  };
  // Where a name may stand: some slots from here on.
  [[nodiscard]] size_t PlaceOf(const Name& name) const;
  [[nodiscard]] Slot* RoomFor(const Name& name);

  Name key_{};
  base::Bytes text_;  // what NameOf hashes, where it is long
  // A power of two of them; in large pages, since one of small ones is a page walk a token.
  base::LargeVector<Slot> slots_;
};

}  // namespace garant::trail

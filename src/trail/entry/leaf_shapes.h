#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/time.h"
#include "trail/entry/entry.h"

namespace garant::trail {

// Headers that were written, as bytes with holes. Most entries of a source differ in their numbers
// and tokens alone: the next one of the same shape is a copy with these put in, and needs neither
// checking nor encoding again. What is put is what LeafWriter would write.
class LeafShapes {
 public:
  // Puts a leaf from its version to the end of its header in place of `out`, where a header of this
  // shape is known. False, and nothing, where none is: also where `header` may not be written.
  [[nodiscard]] bool Put(uint64_t index, base::Time time, const Generation& generation,
                         const HeaderView& header, base::Bytes& out) const;
  // `header` was checked, and `prefix` written of it.
  void Learn(const HeaderView& header, base::ByteView prefix);

 private:
  struct Shape;
  struct Free {
    void operator()(Shape* shape) const;
  };
  static constexpr size_t kPlaces = 256;
  std::array<std::unique_ptr<Shape, Free>, kPlaces> shapes_;  // the last one learnt of each place
};

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "trail/crypto/many_hashes.h"

// Frames of entries in memory, one behind the other as a log holds them
// (docs/formats/trail-store.md).
namespace garant::trail {

constexpr size_t kFrameLengthBytes = 4;  // before an entry

class Frames {
 public:
  Frames() = default;
  explicit Frames(size_t room);  // bytes; it grows where they do not suffice
  Frames(Frames&& other) noexcept;
  Frames& operator=(Frames&& other) noexcept;
  ~Frames() = default;

  // The frame of an entry of at least one byte, whose leaf hash may be made later.
  void Put(base::ByteView entry, const base::Digest& leaf = {});
  // Those of others behind their first so many.
  void Append(const Frames& others, size_t passed);
  // Makes the leaf hashes of those that came since the last time, into the frames and `leaves`
  // alike, of which there is one for each entry.
  void Hash(std::span<base::Digest> leaves, ManyHashes& hashes);

  [[nodiscard]] size_t count() const { return sizes_.size(); }
  [[nodiscard]] size_t bytes() const { return used_; }
  [[nodiscard]] size_t room() const { return room_; }
  [[nodiscard]] std::string_view text() const { return Behind(0); }
  // Adds the entries in order, so many at most.
  void AddEntries(size_t most, std::vector<base::ByteView>& out) const;
  void Clear();

 private:
  [[nodiscard]] std::string_view Behind(size_t passed) const;
  uint8_t* MakeRoom(size_t bytes);

  std::unique_ptr<uint8_t[]> memory_;
  size_t room_ = 0;
  size_t used_ = 0;
  size_t hashed_ = 0;  // entries, and the bytes that they take
  size_t hashed_bytes_ = 0;
  // Of each entry. The frames say them too, but each only where the next begins: whoever asks them
  // waits for memory once an entry.
  std::vector<uint32_t> sizes_;
};

// Memory of frames that is used again: new memory costs a fault a page. For concurrent use.
class FramePool {
 public:
  [[nodiscard]] Frames Take(size_t room);
  void Give(Frames frames);
  // What nobody took goes back to the system.
  void Release();

 private:
  std::mutex mutex_;
  std::vector<Frames> left_;
  size_t left_bytes_ = 0;
};

}  // namespace garant::trail

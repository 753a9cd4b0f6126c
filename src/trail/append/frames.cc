#include "trail/append/frames.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Digest;

constexpr size_t kWorthIt = size_t{64} << 10U;  // bytes; allocators are quick with less
constexpr size_t kMostLeft = size_t{256} << 20U;

}  // namespace

Frames::Frames(size_t room) : memory_(new uint8_t[room]), room_(room) {}

Frames::Frames(Frames&& other) noexcept { *this = std::move(other); }

Frames& Frames::operator=(Frames&& other) noexcept {
  memory_ = std::move(other.memory_);
  room_ = std::exchange(other.room_, 0);
  used_ = std::exchange(other.used_, 0);
  hashed_ = std::exchange(other.hashed_, 0);
  hashed_bytes_ = std::exchange(other.hashed_bytes_, 0);
  sizes_ = std::exchange(other.sizes_, {});
  return *this;
}

uint8_t* Frames::MakeRoom(size_t bytes) {
  if (room_ - used_ < bytes) {
    const size_t room = std::max(2 * room_, used_ + bytes);
    std::unique_ptr<uint8_t[]> larger(new uint8_t[room]);
    std::copy_n(memory_.get(), used_, larger.get());
    memory_ = std::move(larger);
    room_ = room;
  }
  uint8_t* const at = memory_.get() + used_;
  used_ += bytes;
  return at;
}

void Frames::Put(ByteView entry, const Digest& leaf) {
  const auto length = BigEndian(entry.size());
  uint8_t* at = MakeRoom(kFrameLengthBytes + entry.size() + leaf.size());
  at = std::ranges::copy(ByteView(length).last<kFrameLengthBytes>(), at).out;
  std::ranges::copy(leaf, std::ranges::copy(entry, at).out);
  sizes_.push_back(static_cast<uint32_t>(entry.size()));
}

void Frames::Append(const Frames& others, size_t passed) {
  const std::string_view text = others.Behind(passed);
  std::ranges::copy(text, MakeRoom(text.size()));
  sizes_.insert(sizes_.end(), others.sizes_.begin() + static_cast<ptrdiff_t>(passed),
                others.sizes_.end());
}

void Frames::Hash(std::span<Digest> leaves, ManyHashes& hashes) {
  assert(leaves.size() == sizes_.size());
  std::array<std::span<uint8_t>, kHashedAtOnce> some;
  uint8_t* at = memory_.get() + hashed_bytes_;
  for (size_t first = hashed_; first < sizes_.size(); first += some.size()) {
    const size_t count = std::min(some.size(), sizes_.size() - first);
    for (size_t i = 0; i < count; ++i) {
      some[i] = {at + kFrameLengthBytes, sizes_[first + i]};
      at += kFrameLengthBytes + some[i].size() + sizeof(Digest);
    }
    const auto made = leaves.subspan(first, count);
    HashLeaves(std::span(some).first(count), made, hashes);
    for (size_t i = 0; i < count; ++i) std::ranges::copy(made[i], some[i].data() + some[i].size());
  }
  hashed_ = sizes_.size();
  hashed_bytes_ = used_;
}

std::string_view Frames::Behind(size_t passed) const {
  size_t from = 0;
  for (size_t i = 0; i < passed; ++i) from += kFrameLengthBytes + sizes_[i] + sizeof(Digest);
  return base::AsText(ByteView(memory_.get(), used_).subspan(from));
}

void Frames::AddEntries(size_t most, std::vector<ByteView>& out) const {
  const uint8_t* at = memory_.get();
  for (size_t i = 0; i < std::min(most, sizes_.size()); ++i) {
    out.emplace_back(at + kFrameLengthBytes, sizes_[i]);
    at += kFrameLengthBytes + sizes_[i] + sizeof(Digest);
  }
}

void Frames::Clear() {
  used_ = hashed_ = hashed_bytes_ = 0;
  sizes_.clear();
}

// Appends are mostly alike: what fits one fits the next, which takes a little less or more.
Frames FramePool::Take(size_t wanted) {
  if (wanted < kWorthIt) return Frames(wanted);
  const size_t step = std::max(kWorthIt, std::bit_floor(wanted) / 8);
  const size_t room = (wanted + step - 1) / step * step;
  {
    const std::lock_guard lock(mutex_);
    const auto fits = std::ranges::find_if(left_.rbegin(), left_.rend(), [room](const Frames& one) {
      return one.room() >= room && one.room() / 4 <= room;
    });
    if (fits != left_.rend()) {
      std::swap(*fits, left_.back());
      Frames frames = std::move(left_.back());
      left_.pop_back();
      left_bytes_ -= frames.room();
      return frames;
    }
  }
  return Frames(room);
}

void FramePool::Give(Frames frames) {
  if (frames.room() < kWorthIt) return;
  frames.Clear();
  const std::lock_guard lock(mutex_);
  if (left_bytes_ + frames.room() > kMostLeft) return;
  left_bytes_ += frames.room();
  left_.push_back(std::move(frames));
}

void FramePool::Release() {
  std::vector<Frames> gone;  // after the lock is
  const std::lock_guard lock(mutex_);
  gone.swap(left_);
  left_bytes_ = 0;
}

}  // namespace garant::trail

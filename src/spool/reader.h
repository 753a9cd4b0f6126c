#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "spool/writer.h"

// The reading end of a whole spool (docs/formats/spool.md). One reader a folder; one thread. What a
// ring says is untrusted.
namespace garant::spool {

using RingId = std::array<uint8_t, 16>;

struct Taken {
  RingId ring{};
  RecordType type = RecordType::kRequest;
  uint64_t sequence = 0;
  base::Bytes payload;
};

// Something that happened to a ring; told once, save where a reader died before LetGo.
enum class Event : uint8_t {
  kFound,    // seen for the first time by this reader
  kGap,      // `count` records were dropped before `sequence`
  kClosed,   // ended in order, all of it taken; at most `count` requests left no record
  kCrashed,  // its writer is gone without a word; all that it published was taken; at most `count`
             // requests left no record
  kBroken,   // it contradicts itself: set aside as `broken-<id>`; at most `count` records lost,
             // which is what a ring of its size can hold. What its writer still does is not seen.
};
struct RingEvent {
  RingId ring{};
  Event event = Event::kFound;
  uint32_t process = 0;   // of the writer, as it said
  base::Time started{};   // as it said
  uint64_t sequence = 0;  // of the next record
  uint64_t count = 0;
};

struct Batch {
  std::vector<Taken> records;  // in order within each ring
  std::vector<RingEvent> events;
  [[nodiscard]] bool empty() const { return records.empty() && events.empty(); }
};

class Reader final {
 public:
  // kConflict where another reader holds the folder; kInvalid where others may enter it. Makes
  // folder and bell where there are none.
  [[nodiscard]] static base::Result<std::unique_ptr<Reader>> Open(const std::string& folder);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  // What the trail has of a ring already: records below `next` are passed over. Called before the
  // first Take, for what a recorder finds when it starts.
  void PassOver(const RingId& ring, uint64_t next);
  // The ids of the rings that lie in the folder now.
  [[nodiscard]] base::Result<std::vector<RingId>> Rings() const;

  // Up to about `most` records, from every ring in turn; nothing is let go. A second Take without
  // LetGo begins at the same places again and repeats the events. kConflict where the folder or its
  // bell was removed: what was opened is still read to its end, but new rings are not seen.
  [[nodiscard]] base::Result<Batch> Take(size_t most);
  // What the last Take gave is durable: its room is free, ended rings are removed.
  base::Status LetGo();

  // Sleeps until there is something that the last Take did not give, or for `longest`. False where
  // nothing came. It may be true for nothing. Where the last one was not in vain it first dozes for
  // 2 ms, in which no writer wakes it.
  bool Wait(base::Duration longest);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace garant::spool

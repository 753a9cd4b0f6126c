#pragma once

#include <memory>
#include <optional>

#include "spool/atomics.h"
#include "spool/ends.h"
#include "spool/folder.h"
#include "spool/reader.h"

namespace garant::spool {

// One ring as the reader has it: what it says is checked here, and becomes records and events.
class OpenedRing {
 public:
  // `file` lies in the folder as ring-<id>; none where it could not be opened as a ring at all.
  // Records below `wanted` are passed over.
  OpenedRing(const RingId& id, std::unique_ptr<base::Descriptor> file, uint64_t wanted);

  // From the first record that was not let go, at most `most` of them, and every event since then.
  void Take(size_t most, Batch& out);
  void LetGo();

  // Whether there is something that the last Take did not give.
  [[nodiscard]] bool HasMore();

  // After a Take: what becomes of the file once that is let go.
  enum class Fate { kStays, kEnded, kBroken };
  [[nodiscard]] Fate fate() const { return fate_; }
  [[nodiscard]] const RingId& id() const { return id_; }

 private:
  [[nodiscard]] bool Map();
  [[nodiscard]] bool HeaderIsSound(uint64_t size) const;
  [[nodiscard]] bool SizeIsSound() const;
  [[nodiscard]] bool WriterIsGone();
  [[nodiscard]] bool TakeRecords(size_t most, Batch& out);
  [[nodiscard]] bool TakeEnding(Batch& out);
  void Tell(Event event, uint64_t sequence, uint64_t count, Batch& out) const;
  void TellBroken(Batch& out);
  [[nodiscard]] RingHeader& header() const {
    return *reinterpret_cast<RingHeader*>(mapping_->data());
  }

  RingId id_;
  std::unique_ptr<base::Descriptor> file_;
  std::optional<Mapping> mapping_;
  std::optional<TakeEnd<Atomics>> end_;  // none where it is no ring, or contradicts itself at once
  uint32_t process_ = 0;
  base::Time started_{};
  uint64_t room_ = 0;         // how many records the file can hold
  bool taken_ = false;        // at least once
  bool found_told_ = false;   // and let go
  bool writer_gone_ = false;  // its lock is ours
  Fate fate_ = Fate::kStays;
};

}  // namespace garant::spool

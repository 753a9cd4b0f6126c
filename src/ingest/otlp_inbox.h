#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "base/file.h"
#include "ingest/line_source.h"
#include "ingest/otlp_gate.h"

namespace garant::ingest {

// Posts on their way from the thread that talks to the one that records. Safe for both.
class OtlpInbox {
 public:
  static constexpr size_t kMost = 32;               // posts that wait or are being recorded
  static constexpr size_t kMostBytes = 64U << 20U;  // of their records; one alone may be longer

  struct Outcome {
    bool kept = false;      // it is in the trail; else nobody took it
    uint64_t rejected = 0;  // of its records: in the trail as refused
  };
  using Done = std::function<void(Outcome)>;  // called once, in the recording thread

  // `next`: the first number that the trail does not have.
  explicit OtlpInbox(uint64_t next);

  // Nothing where it is full or closed: nobody takes it, and `done` is not called.
  [[nodiscard]] std::optional<uint64_t> Offer(OtlpPost post, Done done);
  // True where nobody took it yet: nobody will, and its `done` is not called.
  [[nodiscard]] bool Withdraw(uint64_t id);

  // For the recorder, as LineSource has them.
  [[nodiscard]] LineBatch Take(size_t most);
  void Refused(uint64_t sequence);
  void LetGo();
  // Whoever waits still is told that nobody took it.
  void Close();
  // Readable while something waits.
  [[nodiscard]] int descriptor() const { return bell_.number(); }

 private:
  struct Held {
    uint64_t id;
    OtlpPost post;
    Done done;
    size_t bytes = 0;
    uint64_t first = 0;  // numbers of its records, once it was taken
    uint64_t end = 0;
    uint64_t rejected = 0;
  };
  void Ring();

  std::mutex mutex_;  // over all that follows
  base::Descriptor bell_;
  std::list<Held> waiting_;
  std::list<Held> taken_;
  size_t bytes_ = 0;  // of all that wait or are being recorded
  uint64_t next_;
  uint64_t ids_ = 0;
  bool closed_ = false;
};

}  // namespace garant::ingest

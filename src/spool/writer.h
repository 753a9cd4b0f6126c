#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

// The writing end of a ring (docs/formats/spool.md): a worker's own, for one thread.
namespace garant::spool {

enum class RecordType : uint32_t { kFiller = 0, kRequest = 1, kHeartbeat = 2 };

constexpr size_t kLargestPayload = 16'384;
constexpr uint64_t kUsualCapacity = 4U << 20U;

class Writer final {
 public:
  // Makes folder and bell where there are none, and a ring that readers can see at once. `capacity`
  // as the page says. kInvalid where the folder may be entered by others; kIo where there is no
  // room for the whole ring; kPermission. Call it in the process that will write: a child that is
  // forked later holds the ring's lock too, and a ring whose lock is held counts as alive.
  [[nodiscard]] static base::Result<std::unique_ptr<Writer>> Open(const std::string& folder,
                                                                  uint64_t capacity,
                                                                  const base::Clock& clock);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Says that the ring ended in order; what was published stays for the reader.
  ~Writer();

  // None of these waits, allocates or fails; a system call only where the reader sleeps.
  void Begin() noexcept;  // a request reached the worker
  // One record of a request that began: written, or dropped and counted.
  void Finish(base::ByteView payload) noexcept;
  void Beat(base::Time now) noexcept;

  [[nodiscard]] uint64_t dropped() const noexcept;

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace garant::spool

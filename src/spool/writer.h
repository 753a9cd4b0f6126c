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

class Writer {
 public:
  // Makes the folder's bell where there is none, and a ring that readers can see at once. `capacity`
  // as the page says. kIo, kPermission; kInvalid where the folder may be entered by others.
  [[nodiscard]] static base::Result<std::unique_ptr<Writer>> Open(const std::string& folder,
                                                                  uint64_t capacity,
                                                                  const base::Clock& clock);
  // Says that the ring ended in order; what was published stays for the reader.
  virtual ~Writer() = default;

  // None of these waits, allocates or fails; a system call only where the reader sleeps.
  virtual void Begin() noexcept = 0;  // a request reached the worker
  // One record of a request that began: written, or dropped and counted.
  virtual void Finish(base::ByteView payload) noexcept = 0;
  virtual void Beat(base::Time now) noexcept = 0;

  [[nodiscard]] virtual uint64_t dropped() const noexcept = 0;
};

}  // namespace garant::spool

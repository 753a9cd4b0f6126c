#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "trail/checkpoint.h"
#include "trail/draft.h"

namespace garant::trail {

// The writer of a trail in a folder (docs/formats/trail-store.md). One at a time over all
// processes; not for concurrent use.
class Trail final : public EntrySink {
 public:
  // Makes the trail where there is none. `origin` names the log ("rivermouth.example/permits") and
  // must be the one it was made with. What stands behind the last checkpoint was never acknowledged
  // and is cut, whole entries too: nobody may have their bytes signed by leaving them there. Damage
  // below it is refused (kUntrusted), never repaired. kConflict: somebody else writes, and did so
  // for all of `patience`, during which wanted() is true for them.
  [[nodiscard]] static base::Result<std::unique_ptr<Trail>> OpenForWriting(
      const std::string& folder, const std::string& root_key_path, const std::string& origin,
      const base::Clock& clock, std::chrono::milliseconds patience = {});
  ~Trail() override;

  // After a failure to write, every later append is refused until the trail is opened anew.
  [[nodiscard]] base::Result<uint64_t> AppendAll(Drafts& drafts) override;

  [[nodiscard]] uint64_t size() const;
  // Somebody waits to write: who keeps a trail open for long lets go of it, and opens it anew.
  [[nodiscard]] bool wanted() const;
  // Bytes of the log that opening cut.
  [[nodiscard]] uint64_t cut_bytes() const;
  [[nodiscard]] const VerifierKey& verifier_key() const;

 private:
  struct State;
  explicit Trail(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace garant::trail

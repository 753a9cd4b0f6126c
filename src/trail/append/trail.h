#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "base/disk.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/append/committer.h"
#include "trail/entry/draft.h"
#include "trail/keys/key_vault.h"
#include "trail/store/lock.h"
#include "trail/tree/checkpoint.h"

namespace garant::trail {

// How long transient keys are kept where nothing else is declared.
constexpr base::Duration kTransientRetention = std::chrono::days(30);

struct TrailSettings {
  CommitSettings commit;
  // Somebody else who writes is waited for so long, …
  std::chrono::milliseconds patience{0};
  // … and told of it or not.
  Wish wish = Wish::kShown;
  // How long transient keys are kept.
  base::Duration kept = kTransientRetention;
  base::Disk* disk = nullptr;  // the system's where there is none
};

// The writer of a trail in a folder (docs/formats/trail-store.md). One at a time over all
// processes; not for concurrent use.
class Trail final : public EntrySink {
 public:
  // Makes the trail where there is none. `origin` names the log ("rivermouth.example/permits") and
  // must be the one it was made with. What stands behind the last note that holds was never
  // acknowledged and is cut. Damage below it is refused (kUntrusted), never repaired. kConflict:
  // somebody else writes, and does so for all of the patience.
  // `root` is as OpenCustody takes it. Erasures and holds of the tree that the keys do not know
  // (a crash, an older copy of them) are carried out, and what is due expires.
  [[nodiscard]] static base::Result<std::unique_ptr<Trail>> OpenForWriting(
      const std::string& folder, const std::string& root, const std::string& origin,
      const base::Clock& clock, const TrailSettings& settings = {});
  // Commits what was begun, seals what is full, publishes the last checkpoint.
  ~Trail() override;

  // kInvalid: a draft that the trail cannot take, which leaves it as it was. kIo and others: it
  // could not be written; if nothing was (no room), the next append may succeed, otherwise every
  // later one is refused until the trail is opened anew.
  [[nodiscard]] base::Result<uint64_t> AppendAll(Drafts& drafts) override;

  // The same in two steps, so that the next append is sealed while this one is written.
  struct Begun {
    uint64_t first = 0;  // index
    std::future<base::Status> durable;
  };
  [[nodiscard]] base::Result<Begun> Begin(Drafts& drafts);

  // Destroys the transient keys of days that ended longer ago than they are kept, as an erasure
  // does; costs nothing until a day passes. Who keeps a trail open calls it now and then.
  base::Status ExpireKeys(base::Time now);
  // For erasures (trail/upkeep/erasure.h). After a failure there the trail must be opened anew.
  [[nodiscard]] KeyVault& vault();
  [[nodiscard]] const std::string& folder() const;

  [[nodiscard]] uint64_t size() const;  // durable entries
  // Somebody waits to write: who keeps a trail open for long lets go of it, and opens it anew.
  [[nodiscard]] bool wanted() const;
  // Bytes of the log that opening cut.
  [[nodiscard]] uint64_t cut_bytes() const;
  [[nodiscard]] const VerifierKey& verifier_key() const;
  // Until every log that what was appended before filled is sealed, or one cannot be: says why.
  base::Status WaitForSealing();
  // The same without waiting: why a full log could not be sealed, if so.
  [[nodiscard]] std::optional<base::Error> SealingProblem();
  // Why a full log goes on, or the last checkpoint is not published, if so; appending does not
  // fail.
  [[nodiscard]] std::optional<base::Error> CommitProblem();
  // Whether no full log is left to be sealed; while one is tried (again), neither this nor a
  // problem.
  [[nodiscard]] bool AllSealed();
  // Ends the open log early and has it sealed, where it holds at least 256 entries.
  void EndLog();
  // That it writes to (trail/upkeep/retention.h).
  [[nodiscard]] base::Disk& disk();

 private:
  [[nodiscard]] base::Result<Begun> BeginOnce(Drafts& drafts);
  struct State;
  explicit Trail(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Lets go of a trail, and returns when everybody who waited to write has done so or given up, or
// after `patience`.
void GiveWay(std::unique_ptr<Trail> trail, const std::string& folder,
             std::chrono::milliseconds patience);

}  // namespace garant::trail

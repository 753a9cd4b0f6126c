#pragma once

#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "assess/sitting.h"
#include "base/result.h"
#include "base/time.h"
#include "proof/stored_evidence.h"
#include "report/report.h"
#include "server/marks.h"
#include "trail/keys/keys.h"
#include "trail/store/reader.h"

// The judgement of now. What stands in the service file and the trail is looked at for every
// question, and read anew where it changed.
namespace garant::server {

struct Sources {
  std::string service_file;
  proof::TrailPlace trail;
  std::shared_ptr<const standard::Standard> standard;  // as it was read at the start
  std::optional<standard::Stage> stage;
  std::string version;
};

// One judgement, and what it reads like: made when it is first asked for. Safe for several threads.
class Judged {
 public:
  Judged(assess::Sitting sitting, const Sources& sources);
  Judged(const Judged&) = delete;
  Judged& operator=(const Judged&) = delete;
  ~Judged();

  [[nodiscard]] const assess::Sitting& sitting() const { return sitting_; }
  [[nodiscard]] const nlohmann::json& Document() const;  // docs/formats/verdicts.md
  [[nodiscard]] const std::string& Page(base::Language language) const;

 private:
  assess::Sitting sitting_;
  report::View view_;
  mutable std::once_flag documented_;
  mutable std::unique_ptr<const nlohmann::json> document_;
  mutable std::once_flag printed_[2];
  mutable std::string pages_[2];
};

// Safe for several threads; one judges or reads at a time, the others wait for it.
class Desk {
 public:
  Desk(Sources sources, const base::Clock& clock) : sources_(std::move(sources)), clock_(clock) {}

  // Judged at the next whole second, so that what was recorded just now is before it. Never an
  // earlier judgement where there can be none now: a service file with errors is kInvalid, a trail
  // that does not hold kUntrusted.
  [[nodiscard]] base::Result<std::shared_ptr<const Judged>> Now();
  // The trail that is judged; kNotFound where there is none. kUntrusted as well where it does not
  // hold what it held before: somebody took entries back, or put another in its place.
  [[nodiscard]] base::Result<std::shared_ptr<const trail::TrailReader>> Trail();
  // The service file as it stands now; kInvalid where it has errors.
  [[nodiscard]] base::Result<std::shared_ptr<const service::Model>> Model();
  // What witnesses gave; to be asked for before the trail.
  [[nodiscard]] base::Result<std::vector<trail::Note>> Cosigned() const;
  // Opens what is sealed; a key that is gone since is gone here too.
  [[nodiscard]] base::Result<trail::KeyRing> Keys() const;

 private:
  using Stored = std::optional<trail::TrailReader>;  // none where there is no trail
  [[nodiscard]] base::Result<std::shared_ptr<const Stored>> ReadTrail();
  [[nodiscard]] base::Result<std::shared_ptr<const service::Model>> ReadModel();
  [[nodiscard]] bool Continues(const Stored& stored) const;

  const Sources sources_;
  const base::Clock& clock_;

  std::mutex mutex_;  // over all that follows
  std::string text_;  // of the service file
  std::shared_ptr<const service::Model> model_;
  TrailMarks marks_;
  std::shared_ptr<const Stored> stored_;  // as of the marks; none where it must be read anew
  trail::Checkpoint held_;                // the last that held
  std::shared_ptr<const Stored> judged_trail_;
  std::shared_ptr<const proof::StoredEvidence> evidence_;  // of that trail and …
  std::shared_ptr<const service::Model> evidence_model_;   // … that model's service
  proof::Vouched vouched_;                                 // … and those who vouched for it
  std::shared_ptr<const Judged> judged_;
};

}  // namespace garant::server

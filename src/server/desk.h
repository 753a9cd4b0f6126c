#pragma once

#include <chrono>
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
#include "trail/keys.h"
#include "trail/reader.h"

// The judgement as it is now: judged anew when the service file or the trail changed.
namespace garant::server {

struct Sources {
  std::string service_file;
  proof::TrailPlace trail;
  std::shared_ptr<const standard::Standard> standard;
  std::optional<standard::Stage> stage;
  std::string version;
};

// One judgement, and the trail that it was made of. Immutable; safe for several threads.
struct Judged {
  std::shared_ptr<const assess::Sitting> sitting;
  std::shared_ptr<const nlohmann::json> document;  // docs/formats/verdicts.md
  std::string page_en;                             // the report
  std::string page_fr;
};

// Safe for several threads; one judges at a time, the others wait for it.
class Desk {
 public:
  // A judgement is kept for `young` whatever happens meanwhile, and for `old` where nothing
  // changed: what was fresh may be stale by then.
  struct Ages {
    std::chrono::milliseconds young{1000};
    std::chrono::milliseconds old{10'000};
  };
  Desk(Sources sources, const base::Clock& clock, Ages ages);
  Desk(Sources sources, const base::Clock& clock) : Desk(std::move(sources), clock, Ages{}) {}

  // Never an earlier judgement where there can be none now: a service file with errors is
  // kInvalid, a trail that does not hold kUntrusted.
  [[nodiscard]] base::Result<std::shared_ptr<const Judged>> Now();
  // The trail by itself; kNotFound where there is none.
  [[nodiscard]] base::Result<std::shared_ptr<const trail::TrailReader>> Trail();
  // Opens what is sealed; a key that is gone since is gone here too.
  [[nodiscard]] base::Result<trail::KeyRing> Keys() const;

 private:
  // What a file is told by, without reading it.
  struct Mark {
    uint64_t inode = 0;
    uint64_t size = 0;
    int64_t changed = 0;  // ns
    bool operator==(const Mark&) const = default;
  };
  [[nodiscard]] static Mark MarkOf(const std::string& path);
  struct Marks {
    Mark file;
    Mark log;
    Mark checkpoints;
    Mark keys;
    bool operator==(const Marks&) const = default;
  };
  [[nodiscard]] Marks LookAtFiles() const;
  [[nodiscard]] base::Result<std::shared_ptr<const Judged>> JudgeAnew() const;

  Sources sources_;
  const base::Clock& clock_;
  Ages ages_;

  std::mutex judging_;
  base::Result<std::shared_ptr<const Judged>> judged_;
  Marks judged_marks_;
  std::chrono::steady_clock::time_point judged_at_{};
  bool any_ = false;

  std::mutex reading_;
  std::shared_ptr<const trail::TrailReader> reader_;
  Marks reader_marks_;
  std::chrono::steady_clock::time_point read_at_{};
};

}  // namespace garant::server

#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "cli/workspace.h"
#include "trail/entry/draft.h"

namespace garant::cli {

// The trail for who seldom writes: it is opened for each append and closed again, so that a
// recorder can keep it in between. Safe for several threads.
class BriefTrail final : public trail::EntrySink {
 public:
  BriefTrail(Places places, std::string service, const base::Clock& clock)
      : places_(std::move(places)), service_(std::move(service)), clock_(clock) {}

  [[nodiscard]] base::Result<uint64_t> AppendAll(trail::Drafts& drafts) override {
    const std::lock_guard lock(mutex_);
    const auto trail = TRY(OpenTrail(places_, service_, clock_));
    return trail->AppendAll(drafts);
  }

 private:
  std::mutex mutex_;
  Places places_;
  std::string service_;
  const base::Clock& clock_;
};

}  // namespace garant::cli

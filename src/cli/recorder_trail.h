#pragma once

#include <memory>

#include "cli/workspace.h"
#include "ingest/resumed.h"
#include "trail/entry/draft.h"

namespace garant::cli {

// The trail as a recorder keeps it: after a failed write it is opened anew at the next Append,
// which must begin with the drafts of the one that failed. What of them did get in is not written
// twice.
class RecorderTrail final : public trail::EntrySink {
 public:
  // kConflict where somebody else writes for all of `patience`. They are not told: another recorder
  // would let go of the trail.
  [[nodiscard]] static base::Result<std::unique_ptr<RecorderTrail>> Open(
      const Places& places, std::string_view service, const base::Clock& clock,
      std::chrono::milliseconds patience);
  [[nodiscard]] base::Result<uint64_t> AppendAll(trail::Drafts& drafts) override;
  // Lets whoever waits to write do so, and takes the trail again; not while they take long.
  void GiveWay();
  // Destroys the keys of days that are over for long enough; costs nothing until a day passes.
  base::Status ExpireKeys();
  // Deletes entries whose time has come, a few segments at a time, once a day; and says once what
  // keeps it from that, or a full log from being sealed. What is not done is tried again.
  [[nodiscard]] std::vector<base::Error> TakeCare();
  // Whether full logs are sealed, where that is known just now.
  [[nodiscard]] std::optional<ingest::Sealing> sealing() const;
  [[nodiscard]] uint64_t size() const { return size_; }

 private:
  RecorderTrail(Places places, std::string_view service, const base::Clock& clock)
      : places_(std::move(places)), service_(service), clock_(clock) {}
  base::Status OpenAnew(std::chrono::milliseconds patience = std::chrono::milliseconds(0));
  base::Status DeleteDue();
  base::Status OpenAfterFailure(trail::Drafts& drafts);
  [[nodiscard]] base::Result<bool> GotIn(const trail::Draft& first) const;

  Places places_;
  std::string service_;
  const base::Clock& clock_;
  std::unique_ptr<trail::Trail> trail_;  // none after a failed write
  uint64_t size_ = 0;
  size_t failed_ = 0;  // drafts of the append that failed
  // How many of the next drafts got in by appends that failed, and where the first of them stands.
  size_t in_ = 0;
  uint64_t in_from_ = 0;
  std::optional<uint32_t> looked_on_;  // the day on which nothing more was due
  base::Time look_again_{};            // after what failed
};

}  // namespace garant::cli

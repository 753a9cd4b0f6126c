#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ingest/forms.h"
#include "ingest/line_source.h"
#include "ingest/liveness.h"
#include "ingest/mapping.h"
#include "ingest/pending.h"
#include "ingest/resumed.h"
#include "ingest/routes.h"
#include "ingest/token_bucket.h"
#include "spool/reader.h"
#include "trail/entry/draft.h"

namespace garant::ingest {

struct RecorderSettings {
  std::string service;
  bool trial = false;
  base::Duration silence = std::chrono::seconds(30);
  std::set<std::string, std::less<>> sending;  // systems that are declared to send their events
  base::Duration kept = kLongestAgo;  // the transient keys of a day: what is older has none
  size_t most = 4096;                 // of a batch, about
};

struct RecorderStatistics {
  uint64_t requests = 0;
  uint64_t lines = 0;
  uint64_t refused = 0;
  uint64_t lost = 0;  // at most
  uint64_t entries = 0;
  uint64_t batches = 0;
};

// Takes from spool and lines, and makes it entries: appended first, let go after. One thread.
class Recorder {
 public:
  Recorder(RecorderSettings settings, const Routes& routes, Resumed resumed, trail::EntrySink& sink,
           const base::Clock& clock);

  base::Status AddSpool(std::unique_ptr<spool::Reader> spool);
  void AddLines(const std::string& source, Mapping mapping, std::unique_ptr<LineSource> lines);

  // Takes what is there, and appends it. True where there may be more at once. On an error nothing
  // was let go, and the next Step tries the same again.
  [[nodiscard]] base::Result<bool> Step();
  // Has the next Step record it where it is not as it was told last, by whichever recorder.
  void TellSealing(Sealing sealing);
  // What sources complained of since the last time; each is asked again at the next Step.
  [[nodiscard]] std::vector<base::Error> Problems();
  // Until something comes from the spool or a socket, or for `longest`.
  void Wait(base::Duration longest);
  // The last observations; ends sources in order. Step until nothing is left before.
  base::Status Finish();

  [[nodiscard]] const RecorderStatistics& statistics() const { return statistics_; }

 private:
  struct Lines {
    std::string source;
    Mapping mapping;
    std::unique_ptr<LineSource> from;
    std::optional<TokenBucket> bucket{};  // where what is too many can wait
  };

  bool Gather();
  bool TakeSpool();
  void TakeRing(const spool::RingEvent& event);
  void TakeRecords(std::span<spool::Taken> records);
  void TakeRecord(spool::Taken taken, std::string_view source, base::Time now);
  void Announce(const Lines& lines);
  bool TakeLines(Lines& lines);
  void TakeLine(Line line, const Lines& lines);
  [[nodiscard]] Lines* LinesOf(std::string_view source);
  void Hear(const std::string& source);
  void Tell(SourceEvent event);
  void TellSilence();
  enum class Moment : uint8_t { kStart, kMinute, kEnd };
  void Observe(Moment moment);
  void AddObservation(std::string_view kind, const std::string& subject, uint64_t numerator,
                      uint64_t denominator, std::vector<trail::Fact> facts);
  base::Status AppendPending();
  base::Status AppendSome(size_t count);
  base::Status AppendOne();
  void LetGo();

  RecorderSettings settings_;
  const Routes& routes_;
  Resumed resumed_;
  trail::EntrySink& sink_;
  const base::Clock& clock_;
  std::unique_ptr<spool::Reader> spool_;
  std::vector<Lines> lines_;
  Liveness liveness_;
  Pending pending_;
  size_t appended_ = 0;  // of pending_
  bool held_ = false;    // something was taken and not let go
  bool more_ = false;
  std::optional<base::Time> observed_;
  std::vector<base::Error> problems_;
  RecorderStatistics statistics_;
};

}  // namespace garant::ingest

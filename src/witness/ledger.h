#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/tree/checkpoint.h"

namespace garant::witness {

using Seed = std::array<uint8_t, 32>;

// What a witness remembers of each log, and what it says to a new checkpoint (C2SP tlog-witness,
// docs/formats/checkpoint.md). Safe for several threads; one process at a time over a folder.
class Ledger {
 public:
  struct Settings {
    std::string folder;  // made where it is not there
    trail::VerifierKey key;
    Seed seed{};
    std::vector<trail::VerifierKey> logs;  // several keys may be of one origin
  };
  // kConflict: another process has it; kUntrusted: what it holds of one of the logs was changed.
  [[nodiscard]] static base::Result<std::unique_ptr<Ledger>> Open(Settings settings);

  struct Answer {
    int status = 200;
    std::string body;
    std::string media_type = "text/plain; charset=utf-8";
  };
  // The body of a POST to add-checkpoint. A cosignature is durably remembered before it is given.
  [[nodiscard]] Answer AddCheckpoint(std::string_view request, base::Time now);

  // Where the last checkpoint of a log lies.
  [[nodiscard]] static std::string PathOf(const std::string& folder, std::string_view origin);

 private:
  struct Seen {
    uint64_t size = 0;  // 0: nothing was cosigned yet
    base::Digest root{};
  };
  Ledger(Settings settings, int lock) : settings_(std::move(settings)), lock_(lock) {}
  base::Status Load();
  [[nodiscard]] base::Result<Seen> LoadOne(const trail::VerifierKey& log) const;
  // A checkpoint that one of the known logs signed; otherwise the status to answer.
  struct Judged {
    int status = 0;
    trail::Checkpoint checkpoint;
    trail::Note note;  // with the log's own signature alone
  };
  [[nodiscard]] Judged Judge(const std::string& note) const;
  [[nodiscard]] Answer Remember(Seen& seen, Judged judged, base::Time now) const;

  Settings settings_;
  base::Descriptor lock_;
  std::mutex mutex_;                               // over all that follows
  std::map<std::string, Seen, std::less<>> seen_;  // by origin: the logs that are known
};

}  // namespace garant::witness

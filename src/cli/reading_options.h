#pragma once

#include <memory>
#include <string>

#include "cli/brief_trail.h"
#include "cli/workspace.h"
#include "reading/opening.h"
#include "trail/keys/keys.h"
#include "trail/store/reader.h"

// What commands share that open what is sealed: --purpose, --role, --as and --reason.
namespace garant::cli {

// Whoever was let in, with all that their opening rests on.
class ReadingRoom {
 public:
  // kInvalid where one of the options is missing, kPermission where the service file does not let
  // them; nothing after having complained of the service file itself, `status` says how then.
  [[nodiscard]] static std::unique_ptr<ReadingRoom> Enter(const Invocation& call, int& status);

  [[nodiscard]] const Places& places() const { return places_; }
  // Opened before the keys were read, so that whoever is new in it has one of them.
  [[nodiscard]] const trail::TrailReader& trail() const { return trail_; }
  [[nodiscard]] const trail::KeyRing& keys() const { return keys_; }
  // `source` is the command: "trail.show".
  [[nodiscard]] reading::Opening Open(reading::Filters filters, const std::string& source);

 private:
  ReadingRoom(std::string service, Places places, reading::Reader reader, trail::TrailReader trail,
              trail::KeyRing keys)
      : service_(std::move(service)),
        places_(std::move(places)),
        reader_(std::move(reader)),
        trail_(std::move(trail)),
        keys_(std::move(keys)),
        sink_(places_, service_, clock_) {}

  base::SystemClock clock_;
  std::string service_;
  Places places_;
  reading::Reader reader_;
  trail::TrailReader trail_;
  trail::KeyRing keys_;
  BriefTrail sink_;
};

}  // namespace garant::cli

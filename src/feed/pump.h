#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "feed/destination.h"
#include "feed/forms.h"

namespace garant::feed {

// Entries in the order of their indices.
struct Page {
  std::vector<trail::Entry> entries;
  uint64_t next = 0;  // where to go on
  bool last = false;  // nothing more by now
};

class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual base::Result<Page> Read(uint64_t from) = 0;
  // Whether it is worth reading on after the last page.
  [[nodiscard]] virtual bool HasMore() = 0;
};

// Hands entries to a destination, each at least once: what is not known to be taken is sent again
// after a failure. Holds one page in memory.
class Pump {
 public:
  struct Settings {
    Form form = Form::kLines;
    std::string origin;   // of the trail
    std::string version;  // of this program
    std::string host;     // this machine's name, for syslog
    bool follow = false;  // goes on until it shall end, over lost connections
  };
  struct Hooks {
    Pause pause;
    // Called once all entries before `next` are taken.
    std::function<base::Status(uint64_t next)> keep;
    // What of the page's sealed parts is shown, for each entry; whatever must be recorded of that
    // is, before it returns. None: nothing is.
    std::function<base::Result<std::vector<std::vector<Event::Part>>>(const Page&)> open;
    // A connection was lost and is made again.
    std::function<void(const base::Error&)> tell;
  };

  Pump(Settings settings, Source& source, Destination& destination, Hooks hooks)
      : settings_(std::move(settings)),
        source_(source),
        destination_(destination),
        hooks_(std::move(hooks)) {}

  // From this entry on. Until everything is taken, or the program shall end.
  base::Status Run(uint64_t from);

  // It was ended before it came to the end of what there was.
  [[nodiscard]] bool broken_off() const { return broken_off_; }
  [[nodiscard]] uint64_t position() const { return position_; }  // entries before it are taken
  [[nodiscard]] uint64_t furthest() const { return furthest_; }  // none behind it was looked at
  [[nodiscard]] uint64_t events() const { return events_; }      // sent, each once
  [[nodiscard]] uint64_t repeated() const { return repeated_; }  // sent once more

 private:
  struct Sent {
    uint64_t bytes;  // up to there
    uint64_t next;
  };
  base::Status RunOnce();
  base::Status SendAll();
  base::Status SendPage(const Page& page);
  base::Status Advance();

  Settings settings_;
  Source& source_;
  Destination& destination_;
  Hooks hooks_;
  uint64_t position_ = 0;
  uint64_t furthest_ = 0;  // entries before it were sent at least once, or tried to be
  uint64_t events_ = 0;
  uint64_t repeated_ = 0;
  bool connected_ = false;
  bool broken_off_ = false;
  uint64_t bytes_ = 0;     // sent over this connection
  std::deque<Sent> sent_;  // and not known to be taken
};

}  // namespace garant::feed

#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace garant::ingest {

// Which sources were heard lately. A source that is expected and silent is told once, and once more
// when it is heard again.
class Liveness {
 public:
  // From now on it should be heard; a source that is expected already stays as it is.
  void Expect(const std::string& source, base::Duration silent_after, base::Time now);
  // It ended: nobody waits for it any more.
  void Forget(const std::string& source);
  // True where it had been silent.
  bool Heard(const std::string& source, base::Time now);
  // Those that fell silent since the last time.
  [[nodiscard]] std::vector<std::string> FallenSilent(base::Time now);

 private:
  struct Known {
    base::Duration silent_after{};
    base::Time heard{};
    bool silent = false;
  };
  std::map<std::string, Known> known_;
};

}  // namespace garant::ingest

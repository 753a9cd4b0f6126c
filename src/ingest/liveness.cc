#include "ingest/liveness.h"

namespace garant::ingest {

void Liveness::Expect(const std::string& source, base::Duration silent_after, base::Time now) {
  known_.try_emplace(source, Known{silent_after, now, false});
}

void Liveness::Forget(const std::string& source) { known_.erase(source); }

bool Liveness::Heard(const std::string& source, base::Time now) {
  const auto found = known_.find(source);
  if (found == known_.end()) return false;
  const bool again = found->second.silent;
  found->second.heard = now;
  found->second.silent = false;
  return again;
}

std::vector<std::string> Liveness::FallenSilent(base::Time now) {
  std::vector<std::string> fallen;
  for (auto& [source, known] : known_) {
    if (known.silent || now - known.heard < known.silent_after) continue;
    known.silent = true;
    fallen.push_back(source);
  }
  return fallen;
}

}  // namespace garant::ingest

#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "base/yaml.h"
#include "proof/acts.h"
#include "standard/standard.h"
#include "trail/entry/observation.h"

// Services that nobody runs, each different, made from a seed alone: the same seed gives the same
// bytes on every machine.
namespace garant::bench {

struct Generated {
  std::string text;  // the service file
  std::vector<trail::Observation> observations;
  std::vector<proof::Act> acts;
};

class Portfolio {
 public:
  // Varies the service files that the repository ships; `standard` names the items of acts.
  Portfolio(const std::string& source_folder, const standard::Standard& standard);

  // The moment at which the evidence is judged.
  [[nodiscard]] static base::Time AsOf();

  // One service. `edit` other than 0 changes declared fields of the same service, one per edit.
  [[nodiscard]] Generated Make(uint64_t number, uint64_t edit = 0) const;

  // Over everything that was generated.
  [[nodiscard]] static base::Digest DigestOf(const Generated& service);

 private:
  std::vector<base::YamlNode> templates_;
  const standard::Standard& standard_;
};

}  // namespace garant::bench

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ingest/mapping.h"

namespace {

using namespace garant;

constexpr const char* kService = R"(garant: 1
service:
  id: permits
  name: { en: Permits, fr: Permis }
  stage: alpha
  environment: trial
  organization: { en: City, fr: Ville }
  jurisdictions: [ca]
people: [{ id: owner, role: owner, contact: owner@example.org }]
systems: [{ id: web, kind: web-application, agency: Transport, internet: true }]
)";

ingest::Systems MakeSystems() {
  base::Diagnostics diagnostics;
  const auto model = service::Model::Parse(kService, "garant.yaml", diagnostics);
  if (model == nullptr) std::abort();
  return ingest::Systems(*model);
}

}  // namespace

// A mapping, or a reason why not.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const ingest::Systems kSystems = MakeSystems();
  base::Diagnostics diagnostics;
  const auto mapping = ingest::ParseMapping({reinterpret_cast<const char*>(data), size}, "m.yaml",
                                            kSystems, diagnostics);
  if (mapping.has_value() != diagnostics.empty()) std::abort();
  return 0;
}

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "ingest/line.h"
#include "ingest/line_splitter.h"
#include "trail/append/memory_trail.h"

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
access: { methods: [none], routes: [{ match: /apply, assurance: 0 }] }
)";
constexpr const char* kMapping = R"(mapping: 1
system: web
time: /time
event: /event
part: /system
route: /route
outcome: /outcome
trace: /trace
span: /span
parent: /parent
session: /session
actor: { issuer: staff, at: /clerk }
subjects: [{ issuer: applications, at: /reference }]
data: [{ at: /client, data: device.address }]
facts: { status: /status, milliseconds: /ms, method: /method }
)";

struct World {
  World() {
    base::Diagnostics diagnostics;
    model = service::Model::Parse(kService, "garant.yaml", diagnostics);
    if (model == nullptr) std::abort();
    routes = std::make_unique<ingest::Routes>(*model);
    auto read = ingest::ParseMapping(kMapping, "m.yaml", ingest::Systems(*model), diagnostics);
    if (!read) std::abort();
    mapping = std::move(*read);
  }
  std::unique_ptr<const service::Model> model;
  std::unique_ptr<ingest::Routes> routes;
  ingest::Mapping mapping;
};

}  // namespace

// Whatever comes, every line becomes one entry that the trail takes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const World kWorld;
  const std::string source = "lines/web";
  const std::string service = "permits";
  const ingest::LineContext context{source, kWorld.mapping, *kWorld.routes, service,
                                    *base::ParseTime("2026-11-23T20:30:00Z")};
  std::vector<trail::Draft> drafts;
  ingest::LineSplitter splitter(0);
  const auto give = [&](ingest::Line line) {
    drafts.push_back(ingest::LineToDraft(std::move(line), context));
  };
  splitter.Feed({reinterpret_cast<const char*>(data), size}, give);
  if (auto rest = splitter.Rest()) give(std::move(*rest));
  trail::MemoryTrail trail;
  if (!trail.Append(drafts)) std::abort();
  return 0;
}

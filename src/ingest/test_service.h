#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ingest/mapping.h"
#include "ingest/routes.h"
#include "service/model.h"
#include "trail/append/memory_trail.h"
#include "trail/entry/entry.h"

namespace garant::ingest {

inline const base::Time kNow = *base::ParseTime("2026-11-23T20:30:00Z");

// A small service, and what tests ask of it.
class TestService {
 public:
  TestService() {
    base::Diagnostics diagnostics;
    model_ = service::Model::Parse(kFile, "garant.yaml", diagnostics);
    for (const base::Diagnostic& one : diagnostics)
      ADD_FAILURE() << one.ToString(base::Language::kEnglish);
    routes_ = std::make_unique<Routes>(*model_);
    systems_ = std::make_unique<Systems>(*model_);
  }
  [[nodiscard]] const Routes& routes() const { return *routes_; }
  [[nodiscard]] const Systems& systems() const { return *systems_; }

  [[nodiscard]] Mapping MappingOf(const std::string& text) const {
    base::Diagnostics diagnostics;
    auto mapping = ParseMapping(text, "mapping.yaml", *systems_, diagnostics);
    for (const base::Diagnostic& one : diagnostics)
      ADD_FAILURE() << one.ToString(base::Language::kEnglish);
    return mapping ? *mapping : Mapping{};
  }

  static constexpr const char* kMapping = R"(mapping: 1
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
subjects:
  - { issuer: applications, at: /reference }
data:
  - { at: /client, data: device.address }
  - { at: /reference, data: account.identifier }
facts: { status: /status, milliseconds: /ms, method: /method }
)";

 private:
  static constexpr const char* kFile = R"(garant: 1
service:
  id: permits
  name: { en: Permits, fr: Permis }
  stage: alpha
  environment: trial
  organization: { en: City, fr: Ville }
  jurisdictions: [ca]
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: Transport, internet: true, events: true }
  - { id: payments, kind: payment-provider, agency: Tollhouse, internet: true, events: false }
purposes:
  - { id: decide, text: { en: Decide., fr: Décider. }, authority: By-law }
stores:
  - id: db
    system: web
    engine: sqlite
    holds:
      - { at: a.name, data: identity.name, purpose: decide }
      - { at: a.plate, data: vehicle.plate, purpose: decide }
collection:
  - id: apply
    route: /apply
    purpose: decide
    fields:
      - { name: name, data: identity.name, required: true }
      - { name: email, data: contact.email, required: true }
      - { name: zone, data: none, required: true }
access:
  methods: [none]
  routes:
    - { match: /, assurance: 0 }
    - { match: /apply, methods: [GET, POST], assurance: 0 }
    - { match: "/applications/{id}", assurance: 0, about: { param: id, store: db } }
)";
  std::unique_ptr<const service::Model> model_;
  std::unique_ptr<Routes> routes_;
  std::unique_ptr<Systems> systems_;
};

// The entry that the trail makes of a draft; a failure where it takes it not.
inline trail::Entry EntryOf(trail::MemoryTrail& trail, const trail::Draft& draft) {
  const auto index = trail.Append({&draft, 1});
  if (!index) {
    ADD_FAILURE() << index.error().message.en;
    return {};
  }
  return trail.entries().back();
}

// Everything that stands in clear, as one text to look for what must not be there.
inline std::string Clear(trail::Entry entry) {
  for (trail::SealedPart& part : entry.parts) part.ciphertext.assign(trail::kTagBytes, 0);
  const auto leaf = trail::EncodeEntry(entry);
  return leaf ? std::string(base::AsText(*leaf)) : std::string("unencodable");
}

template <typename T>
std::optional<T> FactOf(const trail::Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name) return std::get<T>(fact.value);
  return {};
}

inline std::string Opened(const trail::MemoryTrail& trail, const trail::Entry& entry,
                          std::string_view category) {
  for (uint32_t number = 0; number < entry.parts.size(); ++number)
    if (entry.parts[number].category == category) {
      const auto bytes = trail.Keys().OpenPart(entry, number);
      EXPECT_TRUE(bytes);
      return bytes ? std::string(base::AsText(*bytes)) : std::string();
    }
  return "nothing sealed as " + std::string(category);
}

}  // namespace garant::ingest

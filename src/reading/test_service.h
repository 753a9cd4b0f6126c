#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "service/model.h"

namespace garant::reading {

// A service whose file says who may read; `more` stands at its end.
inline std::unique_ptr<const service::Model> TestService(const std::string& more = "") {
  base::Diagnostics faults;
  auto model = service::Model::Parse(R"(garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: alpha
  environment: trial
  organization: { en: City of Rivermouth, fr: Ville de Rivermouth }
  jurisdictions: [ca, ca-on]
people:
  - { id: privacy, role: privacy-officer, contact: privacy@example.org }
  - { id: anna, role: security, contact: anna@example.org }
  - { id: bela, role: security, contact: bela@example.org }
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true }
)" + more,
                                     "garant.yaml", faults);
  for (const base::Diagnostic& fault : faults)
    ADD_FAILURE() << fault.ToString(base::Language::kEnglish);
  return model;
}

inline std::string Readers() {
  return R"(trail:
  readers:
    - { role: privacy-officer, purposes: [access-request, complaint], categories: [line, path] }
    - { role: privacy-officer, purposes: [access-request], categories: [device.address] }
    - { role: security, purposes: [incident], categories: [device.address] }
)";
}

}  // namespace garant::reading

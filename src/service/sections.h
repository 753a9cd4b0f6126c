#pragma once

#include <span>
#include <string_view>

#include "service/schema.h"

// The table of the service file's sections, in the groups in which it is written. Each file holds
// the rows of its sections, in the order of the starter file, and the records in them; Sections()
// is the groups one after the other, in the order in which they stand here. Only schema.cc joins
// them: everybody else reads Sections().
namespace garant::service {

using Fields = Field[];
using Words = std::string_view[];

// garant, service, people, systems
[[nodiscard]] std::span<const Field> SectionsOfTheService();
// purposes, stores, flows, collection, sharing
[[nodiscard]] std::span<const Field> SectionsOfData();
// access, identity, rules, cookies
[[nodiscard]] std::span<const Field> SectionsOfUse();
// threats, risks, controls, concerns, assessments
[[nodiscard]] std::span<const Field> SectionsOfRisk();
// plans, policies, rights, datasets
[[nodiscard]] std::span<const Field> SectionsOfPolicies();
// monitoring, deployment, documentation, inventory, engagement
[[nodiscard]] std::span<const Field> SectionsOfOperation();

// Words of fields in more than one group.
inline constexpr Words kLawTopics = {
    "legal-constraints",     "records",   "privacy",     "copyright",
    "access-to-information", "anti-spam", "territorial", "security-policy",
    "data-integration"};
inline constexpr Words kRoles = {
    "owner",      "product-owner", "privacy-officer", "records-officer", "legal",
    "siro",       "iao",           "security",        "fraud",           "risk",
    "compliance", "developer",     "operations",      "data-guardian",   "auditor"};
inline constexpr Words kThreatKinds = {"security", "privacy", "fraud", "insider"};

}  // namespace garant::service

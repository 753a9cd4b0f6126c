#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "proof/facts.h"
#include "server/desk.h"
#include "standard/load.h"
#include "trail/entry/observation.h"
#include "trail/store/test_folder.h"

namespace garant::server {

// A service file and a trail in a folder, and a desk that judges them.
struct TestWorld {
  static constexpr std::string_view kService = R"(garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: live
  environment: trial
  organization: { en: City of Rivermouth, fr: Ville de Rivermouth }
  jurisdictions: [ca, ca-on]
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true }
)";

  TestWorld() : desk(MakeSources(), clock) {}

  [[nodiscard]] std::string service_file() const { return folder.root_key() + ".yaml"; }
  void WriteService(std::string_view text) const {
    std::ofstream file(service_file(), std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    EXPECT_TRUE(file);
  }
  [[nodiscard]] Sources MakeSources() const {
    WriteService(kService);
    base::Diagnostics faults;
    std::shared_ptr<const standard::Standard> read =
        standard::Load(std::string(GARANT_SOURCE_DIR) + "/tests/standards/cookie-manners",
                       proof::FactTypes::Get(), faults);
    EXPECT_TRUE(faults.empty());
    return {.service_file = service_file(),
            .trail = {folder.trail(), folder.root_key(), {}},
            .standard = std::move(read),
            .stage = {},
            .version = "0.0.1"};
  }

  [[nodiscard]] trail::Draft Seen(std::string_view kind, std::string_view subject,
                                  std::vector<trail::Fact> facts = {}) const {
    trail::Observation seen;
    seen.kind = kind;
    seen.subject = subject;
    seen.method = "harden.probe";
    seen.time = clock.Now() - std::chrono::hours(1);
    seen.facts = std::move(facts);
    auto draft = trail::ToDraft(seen, "dog-licences");
    EXPECT_TRUE(draft);
    return draft ? *draft : trail::Draft();
  }
  void Append(const std::vector<trail::Draft>& drafts) const {
    ASSERT_TRUE(base::MakeFolder(folder.trail()));
    const auto trail = folder.Open();
    ASSERT_TRUE(trail) << trail.error().message.en;
    ASSERT_TRUE((*trail)->Append(drafts));
  }
  // A look around that found one cookie.
  void SeeCookie(std::string_view name) const {
    Append({Seen("crawl", "dogs.example:443", {{"pages", int64_t{3}}}),
            Seen("http-cookie", name, {{"secure", true}})});
  }

  trail::TestFolder folder;
  base::ManualClock clock{*base::ParseTime("2026-11-23T20:30:00Z")};
  Desk desk;
};

}  // namespace garant::server

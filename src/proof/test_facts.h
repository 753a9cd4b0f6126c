#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "expr/expression.h"
#include "proof/facts.h"
#include "service/model.h"

// What the tests of the facts share: a small sound service, what was seen of it and who acted, and
// conditions asked of what follows.
namespace garant::proof {

inline const base::Time kAsOf = *base::ParseTime("2026-11-23T12:00:00Z");
inline constexpr auto kHour = std::chrono::hours(1);

// The service file in that environment.
[[nodiscard]] std::string ServiceText(const std::string& environment);
// A test failure for each complaint.
[[nodiscard]] std::unique_ptr<const service::Model> ModelOf(const std::string& text);

// What is true of a service of which these things were seen.
class FactsTest : public testing::Test {
 protected:
  // From outside, by default an hour before the moment of judgement.
  trail::Observation& See(const std::string& kind, const std::string& subject,
                          std::vector<trail::Fact> facts = {}, base::Duration age = kHour);
  // A run of the probe under this declaration.
  void Crawl(base::Duration age = kHour);

  // The condition judged at kAsOf; an observation counts for a day.
  expr::Outcome Ask(const std::string& condition);
  bool True(const std::string& condition) { return Ask(condition).truth == expr::Truth::kTrue; }
  // Why it is unknown; kNone where it is not.
  expr::Unknown Why(const std::string& condition);

  void Production() { model_ = ModelOf(ServiceText("production")); }

  std::unique_ptr<const service::Model> model_ = ModelOf(ServiceText("trial"));
  std::vector<trail::Observation> observations_;
  std::vector<Act> acts_;
  bool every_observer_ = false;
  std::optional<ServiceFacts> facts_;
  std::string what_;  // of the last outcome
};

}  // namespace garant::proof

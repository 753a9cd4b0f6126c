#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assess/assess.h"
#include "cli/workspace.h"
#include "report/report.h"

// Reading, judging and explaining one service, as `check` and `demo` do it.
namespace garant::cli {

struct Judged {
  std::unique_ptr<const standard::Standard> standard;
  std::unique_ptr<const service::Model> model;
  Places places;
  Evidence evidence;
  std::vector<proof::Act> acts;
  std::unique_ptr<proof::ServiceFacts> facts;
  assess::Judgement judgement;
  std::vector<assess::Explanation> explanations;

  [[nodiscard]] report::View View() const;
};

// nullopt after having complained; `status` is the exit status then.
[[nodiscard]] std::optional<Judged> Judge(const Invocation& call, const std::string& service_file,
                                          base::Time as_of, int& status);

}  // namespace garant::cli

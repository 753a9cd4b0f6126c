#pragma once

#include <optional>
#include <string>

#include "assess/sitting.h"
#include "cli/workspace.h"
#include "report/report.h"

// Reading, judging and explaining one service, as `check` and `demo` do it.
namespace garant::cli {

struct Judged : assess::Sitting {
  Places places;

  [[nodiscard]] report::View View() const;
};

// nullopt after having complained; `status` is the exit status then.
[[nodiscard]] std::optional<Judged> Judge(const Invocation& call, const std::string& service_file,
                                          base::Time as_of, int& status);

}  // namespace garant::cli

#pragma once

#include <string>
#include <vector>

#include "cli/demo_stage.h"
#include "cli/judging.h"

// The demo's last part: the report, live, at an address to open.
namespace garant::cli {

struct ServedReport {
  Child server;
  std::string link;  // opens once
};
[[nodiscard]] base::Result<ServedReport> ServeReport(const Stage& stage);

// Opens the link, which is used up then, and names what is not as it must be: the API says of each
// item what was judged, the page is the report, and the link does not open again.
[[nodiscard]] std::vector<base::Text> ServedMisses(const ServedReport& served,
                                                   const Judged& judged);

}  // namespace garant::cli

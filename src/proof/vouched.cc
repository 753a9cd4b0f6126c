#include "proof/vouched.h"

#include "base/file.h"

namespace garant::proof {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

Result<Vouched> ReadVouched(const std::string& trail_folder, const std::string& policy_file) {
  Vouched out;
  out.notes = TRY(trail::ReadCosigned(trail_folder));
  if (policy_file.empty()) return out;
  out.policy_text = TRY(base::ReadFile(policy_file, trail::kLargestPolicy));
  base::Diagnostics faults;
  out.policy = trail::Policy::Parse(out.policy_text, policy_file, faults);
  if (!out.policy)
    return Error{Code::kInvalid,
                 Filled("the file of witnesses has {} errors; the first: {}",
                        "le fichier des témoins a {} erreurs; la première\u00a0: {}",
                        {uint64_t{faults.size()},
                         base::Text{faults.front().ToString(base::Language::kEnglish),
                                    faults.front().ToString(base::Language::kFrench)}}),
                 {}};
  return out;
}

}  // namespace garant::proof

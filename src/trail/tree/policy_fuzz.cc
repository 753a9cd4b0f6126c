#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "trail/tree/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  base::Diagnostics faults;
  const auto policy =
      trail::Policy::Parse({reinterpret_cast<const char*>(data), size}, "p", faults);
  if (policy.has_value() != faults.empty()) std::abort();
  if (policy && policy->IsQuorum(std::vector<bool>(policy->witnesses().size(), false)))
    std::abort();  // nobody is never enough
  return 0;
}

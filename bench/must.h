#pragma once

#include <utility>

#include "base/result.h"
#include "figures.h"

namespace garant::bench {

// What was given, or the end of the program: a figure of work that did not succeed would be a lie.
template <typename T>
T Must(base::Result<T> result) {
  if (!result) Fail(result.error().message.en);
  return *std::move(result);
}
inline void Must(const base::Status& status) {
  if (!status) Fail(status.error().message.en);
}

}  // namespace garant::bench

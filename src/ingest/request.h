#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "ingest/forms.h"
#include "ingest/routes.h"
#include "spool/reader.h"
#include "spool/record.h"
#include "trail/entry/draft.h"

namespace garant::ingest {

// What the guard's record says of the request's route.
enum class Naming : uint8_t {
  kNamed,    // one that is declared
  kUnnamed,  // none that is declared, though one is for its path
  kOther,    // for its path none is declared, or nobody knows it whole
};
[[nodiscard]] Naming NamingOf(const spool::RequestRecord& record, const Routes& routes);
// When the request began; `now` where that cannot be, or is so long ago that its keys are gone.
[[nodiscard]] base::Time TimeOf(const spool::RequestRecord& record, base::Time now,
                                base::Duration kept);

// A guard's record as an entry of kind `request`; whatever it holds, the trail takes it. A payload
// that is no record becomes one of kind `source`, refused (docs/formats/ingest.md). `source` is
// SourceOf its ring. `out` may hold one made before, whose room is used again.
void MakeRequest(const spool::Taken& taken, std::string_view source, const Routes& routes,
                 std::string_view service, base::Time now, trail::Draft& out,
                 base::Duration kept = kLongestAgo);

}  // namespace garant::ingest

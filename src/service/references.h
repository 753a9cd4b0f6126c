#pragma once

#include "expr/value.h"
#include "service/complaints.h"

namespace garant::service {

// Complains of what does not hold together in a file that was read: ids and the like that stand
// twice, references to nothing. `root` is the reader's tree; what the reader complained of is left
// alone. Takes time in proportion to the file's size.
void CheckReferences(const expr::Value& root, Complaints& complaints);

}  // namespace garant::service

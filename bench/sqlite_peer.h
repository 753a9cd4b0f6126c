#pragma once

#include <string>
#include <vector>

#include "peer_rows.h"

namespace garant::bench {

// SQLite in a file of a folder: WAL, synchronous=FULL, `batch` rows a transaction, an index of each
// key that the trail has one of (docs/benchmarks.md). Fails where not every row is found again.
[[nodiscard]] PeerSpent AppendToSqlite(const std::string& folder, const std::vector<PeerRow>& rows,
                                       size_t batch);

}  // namespace garant::bench

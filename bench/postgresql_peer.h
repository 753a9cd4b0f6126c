#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peer_rows.h"
#include "postgresql_server.h"

namespace garant::bench {

enum class PostgresqlWay : uint8_t {
  kCopy,    // COPY … WITH (FORMAT binary), one for each batch
  kInsert,  // a prepared INSERT of so many rows, its values binary
};

// Into a new table, with an index of each key that the trail has one of (docs/benchmarks.md);
// `batch` rows a transaction, which is durable when it is done; over so many connections at once.
// Fails where not every row is found again.
[[nodiscard]] PeerSpent AppendToPostgresql(const PostgresqlServer& server,
                                           const std::vector<PeerRow>& rows, size_t batch,
                                           PostgresqlWay way, size_t connections);

// How it has to be set up for this: it promises what it does, and is spared what can wait.
[[nodiscard]] std::vector<std::string> PostgresqlSettings();

}  // namespace garant::bench

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "trail/entry/entry.h"
#include "trail/store/reader.h"

namespace garant::bench {

// An entry as a table of a database holds it: the leaf as it is, sealed and finished, and beside it
// what is indexed. Peers are given these ready-made: they neither seal nor hash.
struct PeerRow {
  uint64_t number = 0;
  int64_t time_ns = 0;
  std::string kind;
  std::string part;
  std::string outcome;
  std::optional<trail::Token> actor;
  std::vector<trail::Token> subjects;
  std::optional<trail::Token> session;
  std::optional<trail::Token> trace;
  std::vector<std::string> categories;
  base::Bytes leaf;
};

// The first `count` entries of a trail from `first` on.
[[nodiscard]] std::vector<PeerRow> RowsOf(const trail::TrailReader& reader, uint64_t first,
                                          uint64_t count);

struct PeerSpent {
  double seconds = 0;
  double cpu = 0;  // of client and server
};

// What a peer must find when it was given these rows.
struct PeerExpects {
  explicit PeerExpects(const std::vector<PeerRow>& rows);
  uint64_t rows = 0;
  trail::Token actor{};  // of one of them
  uint64_t of_actor = 0;
  trail::Token trace{};      // which has the one row
  uint64_t of_category = 0;  // kCategory
  uint64_t of_subject = 0;   // whom any of the entries is about, first
  trail::Token subject{};
  static constexpr const char* kCategory = "contact.email";
};

}  // namespace garant::bench

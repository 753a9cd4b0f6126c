#include "peer_rows.h"

#include <algorithm>

#include "must.h"

namespace garant::bench {

std::vector<PeerRow> RowsOf(const trail::TrailReader& reader, uint64_t first, uint64_t count) {
  std::vector<PeerRow> rows;
  rows.reserve(count);
  for (uint64_t index = first; index < first + count; ++index) {
    base::Bytes leaf = Must(reader.ReadLeaf(index));
    trail::Entry entry = Must(trail::DecodeEntry(leaf));
    trail::Header& header = entry.header;
    PeerRow& row = rows.emplace_back();
    row.number = index;
    row.time_ns = entry.time.time_since_epoch().count();
    row.kind = std::move(header.kind);
    row.part = std::move(header.part);
    row.outcome = std::move(header.outcome);
    row.actor = header.actor;
    row.subjects = std::move(header.subjects);
    row.session = header.session;
    row.trace = header.trace;
    row.categories = std::move(header.categories);
    row.leaf = std::move(leaf);
  }
  return rows;
}

PeerExpects::PeerExpects(const std::vector<PeerRow>& of) : rows(of.size()) {
  const auto row =
      std::ranges::find_if(of, [](const PeerRow& one) { return !one.subjects.empty(); });
  if (row == of.end() || !row->actor || !row->trace)
    Fail("no row has an actor, a trace and a subject");
  actor = row->actor.value_or(trail::Token{});
  trace = row->trace.value_or(trail::Token{});
  subject = row->subjects.front();
  for (const PeerRow& one : of) {
    if (one.actor == actor) ++of_actor;
    if (std::ranges::find(one.subjects, subject) != one.subjects.end()) ++of_subject;
    if (std::ranges::find(one.categories, kCategory) != one.categories.end()) ++of_category;
  }
}

}  // namespace garant::bench

#include "cli/export_opening.h"

#include <sys/stat.h>

namespace garant::cli {
namespace {

using base::Ok;
using base::Result;
using base::Status;
using feed::Event;
using feed::PartState;
using trail::Entry;

constexpr const char* kSource = "trail.export";

// A stream that opened what it records of its own readings would read without end.
bool IsOfAnExport(const Entry& entry) { return entry.header.source == kSource; }

Event::Part PartOf(reading::Part part) {
  switch (part.state) {
    case reading::PartState::kOpened:
      return {PartState::kOpened, std::move(part.bytes)};
    case reading::PartState::kGone:
      return {PartState::kGone, {}};
    case reading::PartState::kBroken:
      return {PartState::kUntrusted, {}};
    case reading::PartState::kWithheld:
      break;
  }
  return {PartState::kSealed, {}};
}

}  // namespace

// Every change of a key, an erasure too, replaces the table.
Status ExportOpening::ReadKeys() {
  struct stat found {};
  std::array<int64_t, 4> marks{};
  if (::stat((places_.trail + "/keys/table").c_str(), &found) == 0)
    marks = {static_cast<int64_t>(found.st_ino), found.st_size, found.st_mtim.tv_sec,
             found.st_mtim.tv_nsec};
  if (keys_ && marks == marks_ && marks != decltype(marks){}) return Ok{};
  keys_ = TRY(trail::KeyRing::Open(places_.trail, places_.root_key));
  marks_ = marks;
  return Ok{};
}

Result<std::vector<std::vector<Event::Part>>> ExportOpening::Open(const feed::Page& page,
                                                                  base::Time now) {
  std::vector<std::vector<Event::Part>> parts(page.entries.size());
  std::vector<Entry> sealed;
  std::vector<size_t> places;
  for (size_t i = 0; i < page.entries.size(); ++i) {
    if (page.entries[i].parts.empty() || IsOfAnExport(page.entries[i])) continue;
    sealed.push_back(page.entries[i]);
    places.push_back(i);
  }
  if (sealed.empty()) return parts;
  TRY(ReadKeys());
  const reading::Opening opening(reader_, filters_, service_, kSource, *keys_, sink_);
  auto opened = TRY(opening.Open(sealed, now));
  for (size_t i = 0; i < places.size(); ++i)
    for (reading::Part& part : opened[i].parts) parts[places[i]].push_back(PartOf(std::move(part)));
  return parts;
}

}  // namespace garant::cli

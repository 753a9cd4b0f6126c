#include "feed/trail_source.h"

#include <sys/inotify.h>

#include <algorithm>

#include "trail/store/paths.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using Steady = std::chrono::steady_clock;

constexpr size_t kPage = 500;
// Reading a trail anew takes as long as its open logs are; at most so large a part of the time.
constexpr int kRest = 4;
constexpr std::chrono::milliseconds kLeastRest{500};
constexpr std::chrono::seconds kUnreadable{2};

}  // namespace

TrailSource::TrailSource(std::string folder, std::shared_ptr<const trail::TrailReader> reader,
                         Select select, Tell tell)
    : folder_(std::move(folder)),
      reader_(std::move(reader)),
      select_(std::move(select)),
      tell_(std::move(tell)) {}

void TrailSource::Follow() {
  // Published notes are appended to one file, which is replaced when it has become too long.
  watch_ = std::make_unique<base::FileWatch>(folder_, IN_MODIFY | IN_MOVED_TO | IN_CLOSE_WRITE);
  changed_ = true;
}

uint64_t TrailSource::end() const {
  return watch_ == nullptr ? reader_->size() : reader_->loaded().published.size;
}

Status TrailSource::Refresh() {
  if (!changed_) return Ok{};
  changed_ = false;
  const Steady::time_point begin = Steady::now();
  auto reader = trail::TrailReader::Open(folder_, reader_->verifier_key().ToString());
  again_ = Steady::now() + std::max<Steady::duration>(kRest * (Steady::now() - begin), kLeastRest);
  if (!reader) {
    changed_ = true;
    again_ = Steady::now() + kUnreadable;
    if (reader.error().message != told_) tell_.unreadable(reader.error());
    told_ = reader.error().message;
    return Ok{};
  }
  told_ = {};
  const trail::Checkpoint& held = reader_->checkpoint();
  const auto root = held.size > reader->size() ? Result<base::Digest>(base::Digest{})
                                               : trail::TreeRoot(reader->hashes(), held.size);
  if (!root) return root.error();
  if (held.size > reader->size() || *root != held.root)
    return Error{Code::kUntrusted,
                 Filled("the trail no longer holds the {} entries that it held; look with `garant "
                        "trail verify`",
                        "le journal n’a plus les {} entrées qu’il avait; voyez avec `garant trail "
                        "verify`",
                        {held.size}),
                 {}};
  reader_ = std::make_shared<const trail::TrailReader>(std::move(*reader));
  search_.reset();
  return Ok{};
}

bool TrailSource::HasMore() {
  if (watch_ == nullptr) return false;
  changed_ = watch_->Drain() || !watch_->works() || changed_;
  return changed_ && Steady::now() >= again_;
}

Result<Page> TrailSource::Read(uint64_t from) {
  TRY(Refresh());
  if (!search_) search_ = TRY(select_(*reader_));
  Page page;
  page.next = from;
  page.last = true;
  const uint64_t end = this->end();
  if (from >= end) return page;
  if (from < reader_->kept_from()) tell_.deleted(from, reader_->kept_from());
  search_->order = trail::SearchOrder::kOldestFirst;
  search_->from = from;
  search_->most = kPage;
  trail::FoundEntries found = TRY(trail::Find(*reader_, *search_));
  page.entries = std::move(found.entries);
  std::erase_if(page.entries, [end](const trail::Entry& entry) { return entry.index >= end; });
  page.next = std::min(found.next.value_or(end), end);
  page.last = page.next >= end;
  return page;
}

}  // namespace garant::feed

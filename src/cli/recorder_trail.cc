#include "cli/recorder_trail.h"

#include "trail/lock.h"
#include "trail/reader.h"

namespace garant::cli {

using base::Ok;
using base::Result;
using base::Status;

Status RecorderTrail::OpenAnew() {
  trail_ = TRY(OpenTrail(places_, service_, clock_, std::chrono::milliseconds(0)));
  return Ok{};
}

Result<std::unique_ptr<RecorderTrail>> RecorderTrail::Open(const Places& places,
                                                           std::string_view service,
                                                           const base::Clock& clock) {
  std::unique_ptr<RecorderTrail> made(new RecorderTrail(places, service, clock));
  TRY(made->OpenAnew());
  made->size_ = made->trail_->size();
  return made;
}

void RecorderTrail::GiveWay() {
  if (trail_ == nullptr || !trail_->wanted()) return;
  trail::GiveWay(std::move(trail_), places_.trail, kTrailPatience);
  if (OpenAnew()) size_ = trail_->size();
}

// A checkpoint may have reached the disk though the write was reported as failed; and somebody else
// may have written since.
Result<bool> RecorderTrail::GotIn(const trail::Draft& first) const {
  if (trail_->size() < size_ + failed_) return false;
  const auto reader = TRY(trail::TrailReader::Open(places_.trail));
  const trail::Entry entry = TRY(reader.Read(size_));
  return entry.header.source == first.source && entry.header.sequence == first.sequence &&
         entry.header.kind == first.kind && entry.time == first.time;
}

Result<uint64_t> RecorderTrail::Append(std::span<const trail::Draft> drafts) {
  if (drafts.empty()) return size_;
  if (trail_ == nullptr) {
    TRY(OpenAnew());
    const bool in = failed_ != 0 && TRY(GotIn(drafts.front()));
    const uint64_t first = in ? size_ : trail_->size();
    drafts = drafts.subspan(in ? failed_ : 0);
    size_ = trail_->size();
    failed_ = 0;
    if (drafts.empty()) return first;
  }
  auto first = trail_->Append(drafts);
  if (first) {
    size_ = trail_->size();
  } else if (first.error().code != base::Code::kInvalid) {
    failed_ = drafts.size();
    trail_.reset();
  }
  return first;
}

}  // namespace garant::cli

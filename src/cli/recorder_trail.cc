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

Result<uint64_t> RecorderTrail::AppendAll(trail::Drafts& drafts) {
  if (drafts.size() == 0) return size_;
  size_t in = 0;  // of them, by the append that failed
  if (trail_ == nullptr) {
    TRY(OpenAnew());
    if (failed_ != 0 && TRY(GotIn(drafts.At(0)))) in = failed_;
    const uint64_t first = in != 0 ? size_ : trail_->size();
    size_ = trail_->size();
    failed_ = 0;
    if (in == drafts.size()) return first;
  }
  trail::SomeDrafts rest(drafts, in, drafts.size() - in);
  auto first = trail_->AppendAll(rest);
  if (first) {
    size_ = trail_->size();
  } else if (first.error().code != base::Code::kInvalid) {
    failed_ = rest.size();
    trail_.reset();
  }
  return first;
}

}  // namespace garant::cli

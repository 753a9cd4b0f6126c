#include "cli/recorder_trail.h"

#include <algorithm>

#include "trail/store/lock.h"
#include "trail/store/reader.h"

namespace garant::cli {

using base::Ok;
using base::Result;
using base::Status;

namespace {

constexpr size_t kSegmentsAtOnce = 4;  // what arrives meanwhile waits
constexpr base::Duration kBetweenLooks = std::chrono::hours(1);

}  // namespace

Status RecorderTrail::OpenAnew(std::chrono::milliseconds patience) {
  trail_ = TRY(OpenTrail(places_, service_, clock_, patience, trail::Wish::kHidden));
  return Ok{};
}

Result<std::unique_ptr<RecorderTrail>> RecorderTrail::Open(const Places& places,
                                                           std::string_view service,
                                                           const base::Clock& clock,
                                                           std::chrono::milliseconds patience) {
  std::unique_ptr<RecorderTrail> made(new RecorderTrail(places, service, clock));
  TRY(made->OpenAnew(patience));
  made->size_ = made->trail_->size();
  return made;
}

void RecorderTrail::GiveWay() {
  if (trail_ == nullptr || !trail_->wanted()) return;
  trail::GiveWay(std::move(trail_), places_.trail, kTrailPatience);
  if (OpenAnew()) size_ = trail_->size();
}

Status RecorderTrail::ExpireKeys() {
  if (trail_ == nullptr) return Ok{};
  auto expired = trail_->ExpireKeys(clock_.Now());
  if (!expired) trail_.reset();  // opening it anew finishes what was begun
  return expired;
}

Status RecorderTrail::DeleteDue() {
  const base::Time now = clock_.Now();
  const uint32_t day = trail::DayOf(now);
  if (!places_.retention || looked_on_ == day || now < look_again_) return Ok{};
  look_again_ = now + kBetweenLooks;
  const auto plan =
      TRY(trail::DeleteDue(*trail_, *places_.retention, service_, now, kSegmentsAtOnce));
  size_ = trail_->size();
  if (plan.end_log) TRY(trail_->WaitForSealing());
  if (plan.deletion || plan.end_log)
    look_again_ = now;  // there may be more
  else
    looked_on_ = day;
  if (plan.ahead) return base::Error{base::Code::kConflict, TextOf(*plan.ahead), {}};
  return Ok{};
}

std::vector<base::Error> RecorderTrail::TakeCare() {
  std::vector<base::Error> problems;
  if (trail_ == nullptr) return problems;
  if (auto unsealed = trail_->SealingProblem())
    problems.push_back(
        {unsealed->code,
         base::Filled("a full log could not be sealed and stays as it is; it is "
                      "tried again when the next is full: {}",
                      "un journal plein n’a pu être scellé et reste tel quel; nouvel "
                      "essai quand le suivant sera plein : {}",
                      {unsealed->message}),
         {}});
  if (auto problem = trail_->CommitProblem()) problems.push_back(*std::move(problem));
  if (auto done = DeleteDue(); !done) problems.push_back(std::move(done).error());
  return problems;
}

std::optional<ingest::Sealing> RecorderTrail::sealing() const {
  if (trail_ == nullptr) return {};
  if (trail_->SealingProblem()) return ingest::Sealing::kFails;
  if (trail_->AllSealed()) return ingest::Sealing::kWorks;
  return {};
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

Status RecorderTrail::OpenAfterFailure(trail::Drafts& drafts) {
  TRY(OpenAnew());
  if (failed_ != 0) {
    auto got_in = GotIn(drafts.At(in_));
    if (!got_in) {
      trail_.reset();
      return std::move(got_in).error();
    }
    if (*got_in) in_ += failed_;
    if (*got_in && in_ == failed_) in_from_ = size_;
  }
  failed_ = 0;
  size_ = trail_->size();
  return Ok{};
}

Result<uint64_t> RecorderTrail::AppendAll(trail::Drafts& drafts) {
  if (drafts.size() == 0) return size_;
  if (drafts.size() > in_) {
    if (trail_ == nullptr) TRY(OpenAfterFailure(drafts));
    const size_t in = std::min(in_, drafts.size());
    trail::SomeDrafts rest(drafts, in, drafts.size() - in);
    auto first = trail_->AppendAll(rest);
    if (!first) {
      if (first.error().code != base::Code::kInvalid) {
        failed_ = rest.size();
        trail_.reset();
      }
      return first;
    }
    size_ = trail_->size();
    if (in_ == 0) return first;
  }
  // All of them are in now, and the first of them were before.
  const uint64_t first = in_from_;
  const size_t done = std::min(in_, drafts.size());
  in_ -= done;
  in_from_ += done;
  return first;
}

}  // namespace garant::cli

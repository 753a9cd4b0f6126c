#include "ingest/otlp_inbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace garant::ingest {

OtlpInbox::OtlpInbox(uint64_t next)
    : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), next_(next) {}

// What waits is counted by the bell's being up or not.
void OtlpInbox::Ring() {
  uint64_t number = 0;
  if (waiting_.empty()) {
    [[maybe_unused]] const ssize_t read = ::read(bell_.number(), &number, sizeof(number));
    return;
  }
  number = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.number(), &number, sizeof(number));
}

std::optional<uint64_t> OtlpInbox::Offer(OtlpPost post, Done done) {
  size_t bytes = 0;
  for (const std::string& record : post.records) bytes += record.size();
  const std::lock_guard lock(mutex_);
  const size_t count = waiting_.size() + taken_.size();
  if (closed_ || count >= kMost || (count > 0 && bytes_ + bytes > kMostBytes)) return {};
  bytes_ += bytes;
  waiting_.push_back({++ids_, std::move(post), std::move(done), bytes});
  Ring();
  return ids_;
}

bool OtlpInbox::Withdraw(uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(waiting_, id, &Held::id);
  if (found == waiting_.end()) return false;
  bytes_ -= found->bytes;
  waiting_.erase(found);
  Ring();
  return true;
}

LineBatch OtlpInbox::Take(size_t most) {
  const std::lock_guard lock(mutex_);
  LineBatch batch;
  while (!waiting_.empty() && batch.lines.size() < most) {
    taken_.splice(taken_.end(), waiting_, waiting_.begin());
    Held& held = taken_.back();
    held.first = next_;
    for (std::string& record : held.post.records) {
      Line line;
      line.sequence = next_++;
      line.length = record.size();
      line.bytes = std::move(record);
      if (line.bytes.size() > kLongestLine) line.bytes.resize(kLongestLine);
      batch.lines.push_back(std::move(line));
    }
    held.end = next_;
    if (held.post.refused) batch.events.push_back(std::move(*held.post.refused));
  }
  batch.more = !waiting_.empty();
  Ring();
  return batch;
}

void OtlpInbox::Refused(uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  for (Held& held : taken_)
    if (sequence >= held.first && sequence < held.end) ++held.rejected;
}

void OtlpInbox::LetGo() {
  std::list<Held> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(taken_);
    for (const Held& held : done) bytes_ -= held.bytes;
  }
  for (const Held& held : done) held.done({true, held.rejected});
}

void OtlpInbox::Close() {
  std::list<Held> left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(waiting_);
  }
  for (const Held& held : left) held.done({false, 0});
}

}  // namespace garant::ingest

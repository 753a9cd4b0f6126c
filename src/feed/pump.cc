#include "feed/pump.h"

#include <algorithm>

#include "feed/syslog.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;
using std::chrono::milliseconds;

constexpr milliseconds kFirstDelay{500};
constexpr milliseconds kLongestDelay{30'000};
constexpr milliseconds kLook{250};  // for more entries, and for what was taken

// What Send answers where the program shall end.
Error Ending() { return {Code::kConflict, {}, {}}; }
bool IsEnding(const Error& error) {
  return error.code == Code::kConflict && error.message.en.empty();
}

}  // namespace

Status Pump::Run(uint64_t from) {
  position_ = furthest_ = from;
  milliseconds delay = kFirstDelay;
  for (;;) {
    const uint64_t before = position_;
    connected_ = false;
    Status done = RunOnce();
    broken_off_ = !done && !settings_.follow;
    if (done || IsEnding(done.error())) return Ok{};
    // Somebody else who writes the trail lets go of it sooner or later.
    const Code code = done.error().code;
    const bool passes =
        code == Code::kIo || code == (connected_ ? Code::kConflict : Code::kUntrusted);
    if (!settings_.follow || !passes) return done;
    hooks_.tell(done.error());
    if (position_ != before) delay = kFirstDelay;
    if (hooks_.pause(delay)) return Ok{};
    delay = std::min(2 * delay, kLongestDelay);
  }
}

Status Pump::RunOnce() {
  sent_.clear();
  bytes_ = 0;
  TRY(destination_.Connect());
  connected_ = true;
  Status done = SendAll();
  if (!done && !IsEnding(done.error())) return done;
  TRY(destination_.Finish());
  TRY(Advance());
  return done;
}

Status Pump::SendAll() {
  uint64_t next = position_;
  for (;;) {
    const Page page = TRY(source_.Read(next));
    TRY(SendPage(page));
    if (page.next != next) sent_.push_back({bytes_, page.next});
    next = page.next;
    furthest_ = std::max(furthest_, next);
    TRY(Advance());
    if (hooks_.pause(milliseconds(0))) return Ending();
    if (!page.last) continue;
    if (!settings_.follow) return Ok{};
    do {
      TRY(Advance());
      if (hooks_.pause(kLook)) return Ending();
    } while (!source_.HasMore());
  }
}

Status Pump::SendPage(const Page& page) {
  if (page.entries.empty()) return Ok{};
  std::vector<std::vector<Event::Part>> opened(page.entries.size());
  if (hooks_.open) opened = TRY(hooks_.open(page));
  std::string text;
  for (size_t i = 0; i < page.entries.size(); ++i) {
    const trail::Entry& entry = page.entries[i];
    const Event event{&entry, settings_.origin, std::move(opened[i])};
    const std::string line = Render(settings_.form, event, settings_.version);
    if (settings_.form == Form::kCef && destination_.IsNetwork())
      text += SyslogFrame(entry, settings_.host, line);
    else
      text += line + "\n";
    ++(entry.index < furthest_ ? repeated_ : events_);
    furthest_ = std::max(furthest_, entry.index + 1);
  }
  TRY(destination_.Send(text));
  bytes_ += text.size();
  return Ok{};
}

Status Pump::Advance() {
  if (sent_.empty()) return Ok{};
  const uint64_t taken = TRY(destination_.Taken());
  const uint64_t before = position_;
  for (; !sent_.empty() && sent_.front().bytes <= taken; sent_.pop_front())
    position_ = sent_.front().next;
  return position_ == before || !hooks_.keep ? Status(Ok{}) : hooks_.keep(position_);
}

}  // namespace garant::feed

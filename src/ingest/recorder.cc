#include "ingest/recorder.h"

#include <poll.h>

#include <algorithm>

#include "ingest/request.h"

namespace garant::ingest {

using base::Error;
using base::Ok;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kGuard = "guard";  // the guard as a whole
constexpr std::string_view kMethod = "ingest.recorder";
constexpr base::Duration kObserveEvery = std::chrono::minutes(1);
constexpr base::Duration kLookEvery = std::chrono::milliseconds(100);

// What one sender of several sends; the source's own where it is nobody's in particular.
std::string SenderSource(const std::string& source, std::string_view sender) {
  std::string out = source;
  if (!sender.empty()) out.append("/").append(sender);
  return out;
}

bool Ends(Happening happening) {
  return happening == Happening::kClosed || happening == Happening::kCrashed ||
         happening == Happening::kBroken;
}

}  // namespace

Recorder::Recorder(RecorderSettings settings, const Routes& routes, Resumed resumed,
                   trail::EntrySink& sink, const base::Clock& clock)
    : settings_(std::move(settings)),
      routes_(routes),
      resumed_(std::move(resumed)),
      sink_(sink),
      clock_(clock),
      pending_(routes, settings_.service, settings_.kept) {}

Status Recorder::AddSpool(std::unique_ptr<spool::Reader> spool) {
  spool_ = std::move(spool);
  for (const spool::RingId& ring : TRY(spool_->Rings()))
    if (const auto known = resumed_.next.find(ring); known != resumed_.next.end())
      spool_->PassOver(ring, known->second);
  liveness_.Expect(std::string(kGuard), settings_.silence, clock_.Now());
  return Ok{};
}

void Recorder::AddLines(const std::string& source, Mapping mapping,
                        std::unique_ptr<LineSource> lines) {
  const base::Time now = clock_.Now();
  const base::Duration silence = mapping.silent_after.value_or(settings_.silence);
  liveness_.Expect(source, silence, now);
  for (const std::string& sender : mapping.senders)
    liveness_.Expect(SenderSource(source, sender), silence, now);
  const Untaken untaken = lines->untaken();
  lines_.push_back({source, std::move(mapping), std::move(lines)});
  Lines& added = lines_.back();
  const auto rate = untaken == Untaken::kWaits ? added.mapping.rate.value_or(kUsualRate)
                                               : added.mapping.rate.value_or(0);
  const bool waits = untaken == Untaken::kWaits || untaken == Untaken::kStays;
  if (waits && rate != 0) added.bucket.emplace(rate, now);
  if (untaken != Untaken::kStays) Announce(added);
}

// A file's source tells itself when it finds it; what listens is there from the start.
void Recorder::Announce(const Lines& lines) {
  SourceEvent event;
  event.source = lines.source;
  event.part = lines.mapping.system;
  // What was on its way when the last recorder died is lost, and nobody knows how much it was.
  const auto last = resumed_.last.find(lines.source);
  if (last != resumed_.last.end() && last->second != HappeningName(Happening::kClosed) &&
      lines.from->untaken() != Untaken::kRepeated) {
    event.happening = Happening::kCrashed;
    event.count = 1;
    Tell(event);
  }
  event.happening = Happening::kFound;
  event.count.reset();
  Tell(std::move(event));
}

Recorder::Lines* Recorder::LinesOf(std::string_view source) {
  for (Lines& lines : lines_)
    if (source.starts_with(lines.source) &&
        (source.size() == lines.source.size() || source[lines.source.size()] == '/'))
      return &lines;
  return nullptr;
}

void Recorder::Tell(SourceEvent event) {
  const base::Time now = clock_.Now();
  const uint64_t loss = LossOf(HappeningName(event.happening), event.count);
  resumed_.tally.AddLoss(event.part, loss, now);
  if (event.happening == Happening::kRefused)
    ++statistics_.refused;
  else
    statistics_.lost += loss;
  pending_.Add(ToDraft(std::move(event), settings_.service, now));
}

void Recorder::Hear(const std::string& source) {
  if (!liveness_.Heard(source, clock_.Now())) return;
  SourceEvent event;
  event.source = source;
  event.happening = Happening::kHeard;
  if (const Lines* lines = LinesOf(source)) event.part = lines->mapping.system;
  Tell(std::move(event));
}

void Recorder::TellSilence() {
  for (const std::string& source : liveness_.FallenSilent(clock_.Now())) {
    SourceEvent event;
    event.source = source;
    event.happening = Happening::kSilent;
    if (const Lines* lines = LinesOf(source)) event.part = lines->mapping.system;
    Tell(std::move(event));
  }
}

void Recorder::TakeRing(const spool::RingEvent& from) {
  SourceEvent event = FromRing(from);
  if (event.happening == Happening::kFound)
    liveness_.Expect(event.source, settings_.silence, clock_.Now());
  if (Ends(event.happening)) liveness_.Forget(event.source);
  // A reader that died, or could not let go, tells it again.
  const std::string_view name = HappeningName(event.happening);
  const bool found = event.happening == Happening::kFound;
  if (resumed_.told.insert(ToldOf(event.source, name, found ? 0 : event.next.value_or(0))).second)
    Tell(std::move(event));
}

// Each ring's stand together: what is the same for all of them is found once.
void Recorder::TakeRecords(std::span<spool::Taken> records) {
  const base::Time now = clock_.Now();
  while (!records.empty()) {
    const spool::RingId& ring = records.front().ring;
    const std::string source = SourceOf(ring);
    uint64_t& next = resumed_.next[ring];
    bool heard = false;
    for (; !records.empty() && records.front().ring == ring; records = records.subspan(1)) {
      spool::Taken& taken = records.front();
      if (taken.sequence < next) continue;
      next = taken.sequence + 1;
      if (!heard) Hear(source);
      if (!heard) Hear(std::string(kGuard));
      heard = true;
      TakeRecord(std::move(taken), source, now);
    }
  }
}

void Recorder::TakeRecord(spool::Taken taken, std::string_view source, base::Time now) {
  if (taken.type == spool::RecordType::kHeartbeat) return;
  if (const auto filed = pending_.Add(std::move(taken), source, now)) {
    ++statistics_.requests;
    resumed_.tally.AddRequest(filed->naming, filed->time);
  } else {
    ++statistics_.refused;
    resumed_.tally.AddLoss("", 1, now);
  }
}

bool Recorder::TakeSpool() {
  auto batch = spool_->Take(settings_.most);
  if (!batch) {
    problems_.push_back(std::move(batch).error());
    return false;
  }
  const auto ends = [](const spool::RingEvent& event) {
    return event.event != spool::Event::kFound && event.event != spool::Event::kGap;
  };
  for (const spool::RingEvent& event : batch->events)
    if (!ends(event)) TakeRing(event);
  TakeRecords(batch->records);
  for (const spool::RingEvent& event : batch->events)
    if (ends(event)) TakeRing(event);
  held_ = held_ || !batch->empty();
  return batch->records.size() >= settings_.most;
}

void Recorder::TakeLine(Line line, const Lines& lines) {
  Hear(lines.source);
  const std::string source = SenderSource(lines.source, line.sender);
  if (!line.sender.empty()) Hear(source);
  const uint64_t sequence = line.sequence;
  const LineContext context{source,       lines.mapping, routes_, settings_.service,
                            clock_.Now(), settings_.kept};
  trail::Draft draft = LineToDraft(std::move(line), context);
  if (draft.kind == "event") {
    ++statistics_.lines;
    resumed_.tally.AddEvent(draft.part, draft.time);
  } else {
    ++statistics_.refused;
    resumed_.tally.AddLoss(draft.part, 1, draft.time);
    lines.from->Refused(sequence);
  }
  pending_.Add(std::move(draft));
}

bool Recorder::TakeLines(Lines& lines) {
  size_t most = settings_.most;
  if (lines.bucket) most = std::min<size_t>(most, lines.bucket->Held(clock_.Now()));
  if (most == 0) return false;
  auto batch = lines.from->Take(most);
  if (!batch) {
    problems_.push_back(std::move(batch).error());
    return false;
  }
  for (SourceEvent& event : batch->events) {
    event.source = lines.source;
    event.part = lines.mapping.system;
    Tell(std::move(event));
  }
  for (Error& problem : batch->problems) problems_.push_back(std::move(problem));
  if (lines.bucket) lines.bucket->Take(batch->lines.size());
  for (Line& line : batch->lines) TakeLine(std::move(line), lines);
  held_ = true;  // a file's place may have moved though no line was new
  return batch->more;
}

bool Recorder::Gather() {
  if (!observed_) Observe(Moment::kStart);
  bool more = false;
  if (spool_) more = TakeSpool() || more;
  for (Lines& lines : lines_) more = TakeLines(lines) || more;
  TellSilence();
  if (clock_.Now() - *observed_ >= kObserveEvery) Observe(Moment::kMinute);
  return more;
}

void Recorder::Observe(Moment moment) {
  const base::Time now = clock_.Now();
  observed_ = now;
  std::set<std::string> systems = resumed_.tally.Systems();
  if (moment == Moment::kMinute) systems.insert(settings_.sending.begin(), settings_.sending.end());
  if (moment != Moment::kStart)
    for (const Lines& lines : lines_) systems.insert(lines.mapping.system);
  for (const std::string& system : systems) {
    const Tally::Counts counts = resumed_.tally.Of(system, now);
    AddObservation("system-events", system, counts.events, counts.events + counts.gaps,
                   {{"events", static_cast<int64_t>(counts.events)},
                    {"gaps", static_cast<int64_t>(counts.gaps)}});
  }
  const Tally::Requests requests = resumed_.tally.RequestsOf(now);
  if (moment == Moment::kStart && requests.named == 0 && requests.unnamed == 0) return;
  if (spool_ && !routes_.front().empty())
    AddObservation("guard-requests", routes_.front(), requests.named,
                   requests.named + requests.unnamed,
                   {{"named", static_cast<int64_t>(requests.named)},
                    {"unnamed", static_cast<int64_t>(requests.unnamed)}});
}

void Recorder::TellSealing(Sealing sealing) {
  if (sealing == resumed_.sealing) return;
  resumed_.sealing = sealing;
  const bool sealed = sealing == Sealing::kWorks;
  AddObservation(kSealingKind, "trail", 0, 0, {{"sealed", sealed}});
}

void Recorder::AddObservation(std::string_view kind, const std::string& subject, uint64_t numerator,
                              uint64_t denominator, std::vector<trail::Fact> facts) {
  trail::Observation observation;
  observation.kind = kind;
  observation.subject = subject;
  observation.vantage = trail::Vantage::kInside;
  observation.method = kMethod;
  if (settings_.trial) observation.method += trail::kTrialMark;
  observation.time = clock_.Now();
  observation.numerator = numerator;
  observation.denominator = denominator;
  observation.facts = std::move(facts);
  auto draft = trail::ToDraft(observation, settings_.service);
  if (draft)
    pending_.Add(std::move(*draft));
  else
    problems_.push_back(std::move(draft).error());
}

Result<bool> Recorder::Step() {
  if (pending_.empty() && !held_) more_ = Gather();
  TRY(AppendPending());
  LetGo();
  return more_;
}

Status Recorder::AppendPending() {
  if (pending_.empty()) return Ok{};
  TRY(AppendSome(pending_.size() - appended_));
  ++statistics_.batches;
  pending_.Clear();
  appended_ = 0;
  return Ok{};
}

// What the trail refuses for what stands in it is found by halving, and told as refused.
Status Recorder::AppendSome(size_t count) {
  if (count == 0) return Ok{};
  trail::SomeDrafts some(pending_, appended_, count);
  const auto first = sink_.AppendAll(some);
  if (first) {
    appended_ += count;
    statistics_.entries += count;
    return Ok{};
  }
  if (first.error().code != base::Code::kInvalid) return first.error();
  if (count == 1) return AppendOne();
  TRY(AppendSome(count / 2));
  return AppendSome(count - count / 2);
}

Status Recorder::AppendOne() {
  const trail::Draft& refused = pending_.At(appended_);
  SourceEvent event;
  event.source = refused.source;
  event.happening = Happening::kRefused;
  event.sequence = refused.sequence;
  event.reason = Reason::kNotTaken;
  if (Lines* lines = LinesOf(refused.source); lines != nullptr && refused.sequence)
    lines->from->Refused(*refused.sequence);
  for (const trail::SealedDraft& part : refused.sealed)
    if (part.bytes.size() > event.sealed.size()) event.sealed = part.bytes;
  event.bytes = event.sealed.size();
  const trail::Draft told = ToDraft(std::move(event), settings_.service, clock_.Now());
  TRY(sink_.Append({&told, 1}));
  resumed_.tally.AddLoss("", 1, clock_.Now());
  ++appended_;
  ++statistics_.entries;
  ++statistics_.refused;
  return Ok{};
}

// What is not let go is taken again, and passed over.
void Recorder::LetGo() {
  const auto keep = [this](Status done) {
    if (!done) problems_.push_back(std::move(done).error());
  };
  if (held_ && spool_) keep(spool_->LetGo());
  for (const Lines& lines : lines_)
    if (held_) keep(lines.from->LetGo());
  held_ = false;
}

std::vector<Error> Recorder::Problems() { return std::exchange(problems_, {}); }

void Recorder::Wait(base::Duration longest) {
  const base::Duration slice = lines_.empty() ? longest : std::min(longest, kLookEvery);
  if (spool_) {
    spool_->Wait(slice);
    return;
  }
  std::vector<pollfd> wanted;
  for (const Lines& lines : lines_)
    for (const int number : lines.from->Descriptors()) wanted.push_back({number, POLLIN, 0});
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(slice).count();
  ::poll(wanted.data(), wanted.size(), static_cast<int>(milliseconds));
}

Status Recorder::Finish() {
  Observe(Moment::kEnd);
  for (const Lines& lines : lines_) {
    SourceEvent event;
    event.source = lines.source;
    event.part = lines.mapping.system;
    event.happening = Happening::kClosed;
    if (lines.from->untaken() != Untaken::kStays) Tell(std::move(event));
  }
  TRY(AppendPending());
  LetGo();
  for (const Lines& lines : lines_) TRY(lines.from->Close());
  return Ok{};
}

}  // namespace garant::ingest

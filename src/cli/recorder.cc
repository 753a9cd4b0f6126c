#include "ingest/recorder.h"

#include <poll.h>

#include <csignal>
#include <set>

#include "base/file.h"
#include "base/turns.h"
#include "cli/recorder_sources.h"
#include "cli/recorder_trail.h"
#include "cli/trail_search.h"
#include "trail/store/reader.h"

namespace garant::cli {
namespace {

using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr base::Duration kWait = std::chrono::seconds(1);
constexpr base::Duration kLongestWait = std::chrono::hours(1);
constexpr uint64_t kLongestTogetherMs = 1'000;  // nothing of it is durable meanwhile
constexpr uint64_t kLargestBatch = 65'536;      // entries, about
constexpr int kMostLastSteps = 64;  // a guard that goes on writing does not keep us from ending

volatile std::sig_atomic_t stopped = 0;

void AskToStop(int) { stopped = 1; }

void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = AskToStop;
  action.sa_flags = SA_RESTART;  // waiting ends all the same
  for (const int number : {SIGINT, SIGTERM}) ::sigaction(number, &action, nullptr);
}

Error Invalid(const Text& message) { return {base::Code::kInvalid, message, {}}; }

Result<base::Duration> SilenceOf(const Invocation& call) {
  const auto silence = TRY(base::ParseDuration(call.Value("silence", "PT30S")));
  if (silence < std::chrono::seconds(1))
    return Invalid({"--silence takes at least a second, such as PT30S",
                    "--silence prend au moins une seconde, comme PT30S"});
  return silence;
}

// How long a recorder that starts waits for a command that writes. No command takes as long.
Result<std::chrono::milliseconds> PatienceOf(const Invocation& call) {
  const auto patience = TRY(base::ParseDuration(call.Value("wait", "PT30S")));
  if (patience > kLongestWait)
    return Invalid({"--wait takes at most an hour (PT1H): a recorder that waits records nothing",
                    "--wait prend au plus une heure (PT1H) : un enregistreur qui attend ne "
                    "consigne rien"});
  return std::chrono::ceil<std::chrono::milliseconds>(patience);
}

// What comes meanwhile goes into one batch, which is synced once.
Result<std::chrono::milliseconds> TogetherOf(const Invocation& call) {
  return std::chrono::milliseconds(
      TRY(NumberOption("--together", call.Value("together", "50"), kLongestTogetherMs)));
}

Result<uint64_t> BatchOf(const Invocation& call) {
  const uint64_t most = TRY(NumberOption("--batch", call.Value("batch", "4096"), kLargestBatch));
  if (most == 0)
    return Invalid({"--batch takes at least one entry", "--batch prend au moins une entrée"});
  return most;
}

// Says that it waits, where it does.
Result<std::unique_ptr<RecorderTrail>> OpenTrailInTurn(const Invocation& call, const Places& places,
                                                       std::string_view service,
                                                       const base::Clock& clock,
                                                       std::chrono::milliseconds patience) {
  auto trail = RecorderTrail::Open(places, service, clock, std::chrono::milliseconds(0));
  if (trail || trail.error().code != base::Code::kConflict || patience.count() == 0) return trail;
  *call.err << call.Say(Filled("Another process is writing to this trail; waiting until it has "
                               "ended, for at most {}.",
                               "Un autre processus écrit dans ce journal; attente de sa fin, au "
                               "plus {}.",
                               {call.Value("wait", "PT30S")}))
            << std::endl;
  return RecorderTrail::Open(places, service, clock, patience);
}

Result<ingest::Resumed> ReadResumed(const std::string& folder, std::string_view service,
                                    base::Time now) {
  ingest::Resumed resumed;
  const auto reader = TRY(trail::TrailReader::Open(folder));
  for (uint64_t index = reader.kept_from(); index < reader.size(); ++index)
    resumed.Add(TRY(reader.Read(index)), service, now);
  return resumed;
}

void SayStatistics(const Invocation& call, const ingest::RecorderStatistics& done) {
  *call.out << call.Say(Filled("Took {} requests and {} lines, refused {}, lost at most {}: {} "
                               "entries in {} batches.",
                               "{} requêtes et {} lignes prises, {} refusées, au plus {} perdues : "
                               "{} entrées en {} lots.",
                               {done.requests, done.lines, done.refused, done.lost, done.entries,
                                done.batches}))
            << "\n";
}

class Loop {
 public:
  Loop(const Invocation& call, ingest::Recorder& recorder, RecorderTrail& trail,
       std::chrono::milliseconds together)
      : call_(call), recorder_(recorder), trail_(trail), together_(together) {}

  Status Run() {
    const bool once = call_.Has("once");
    int last_steps = 0;
    bool ready = false;
    for (;;) {
      trail_.GiveWay();
      auto step = Step();
      SayProblems();
      if (!step) {
        if (once || stopped != 0) return std::move(step).error();
        SayOnce(step.error());
        ::poll(nullptr, 0, 1000);
        continue;
      }
      SayMended();
      if (!ready) TRY(SayReady());
      ready = true;
      const bool ending = once || stopped != 0;
      if (*step && (once || stopped == 0 || ++last_steps < kMostLastSteps)) continue;
      if (ending && (once || last_steps++ > 0)) return recorder_.Finish();
      if (ending) continue;
      recorder_.Wait(kWait);
      ::poll(nullptr, 0, stopped != 0 ? 0 : static_cast<int>(together_.count()));
    }
  }

 private:
  Result<bool> Step() {
    TRY(trail_.ExpireKeys());
    const bool more = TRY(recorder_.Step());
    for (const Error& problem : trail_.TakeCare()) SayProblem(problem);
    if (const auto sealing = trail_.sealing()) recorder_.TellSealing(*sealing);
    return more;
  }

  Status SayReady() {
    if (!call_.Has("ready-file")) return Ok{};
    return base::WriteFileDurably(call_.Value("ready-file"), "ready\n");
  }

  void SayOnce(const Error& error) {
    if (said_ == error.message) return;
    said_ = error.message;
    call_.Fail(error);
    *call_.err << call_.Say(
                      {"Nothing is let go until it is in the trail; trying again each second.",
                       "Rien n’est libéré avant d’être au journal; nouvel essai chaque "
                       "seconde."})
               << std::endl;
  }
  void SayMended() {
    if (said_.en.empty()) return;
    *call_.err << call_.Say({"The trail takes entries again.",
                             "Le journal prend de nouveau des entrées."})
               << std::endl;
    said_ = {};
  }
  void SayProblems() {
    for (const Error& problem : recorder_.Problems()) SayProblem(problem);
  }
  void SayProblem(const Error& problem) {
    if (problems_.insert(problem.message.en).second) call_.Fail(problem);
  }

  const Invocation& call_;
  ingest::Recorder& recorder_;
  RecorderTrail& trail_;
  std::chrono::milliseconds together_;
  Text said_;                       // of the trail, while it refuses
  std::set<std::string> problems_;  // of sources: each is said once
};

}  // namespace

int RunRecorder(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const ingest::Routes routes(*model);
  const ingest::Systems systems(*model);
  auto wanted = ReadWantedSources(call, systems, status);
  if (!wanted) return status;
  const auto silence = SilenceOf(call);
  if (!silence) return call.Fail(silence.error());

  const auto patience = PatienceOf(call);
  if (!patience) return call.Fail(patience.error());
  const auto together = TogetherOf(call);
  if (!together) return call.Fail(together.error());
  const auto most = BatchOf(call);
  if (!most) return call.Fail(most.error());

  const Places places = PlacesOf(call, file, *model);
  const base::SystemClock clock;
  auto trail = OpenTrailInTurn(call, places, model->id(), clock, *patience);
  if (!trail) return call.Fail(trail.error());
  StopOnSignals();  // not before: while it waits nothing was taken yet
  auto resumed = ReadResumed(places.trail, model->id(), clock.Now());
  if (!resumed) return call.Fail(resumed.error());
  SourceOpener opener(call, places, *resumed, clock);

  ingest::RecorderSettings settings;
  settings.service = model->id();
  settings.trial = model->trial();
  settings.silence = *silence;
  settings.kept = places.kept;
  settings.sending = systems.sending;
  settings.most = *most;
  ingest::Recorder recorder(settings, routes, std::move(*resumed), **trail, clock);
  if (call.Has("spool")) {
    auto spool = spool::Reader::Open(call.Value("spool"));
    if (!spool) return call.Fail(spool.error());
    if (auto added = recorder.AddSpool(std::move(*spool)); !added) return call.Fail(added.error());
  }
  for (WantedSource& one : *wanted) {
    auto lines = opener.Open(one);
    if (!lines) return call.Fail(lines.error());
    recorder.AddLines(one.source, std::move(one.mapping), std::move(*lines));
  }
  base::TakeShortTurns();  // the front's workers want the same processors
  const auto done = Loop(call, recorder, **trail, *together).Run();
  SayStatistics(call, recorder.statistics());
  return done ? kMet : call.Fail(done.error());
}

}  // namespace garant::cli

#include "cli/demo_guarded.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "cli/journeys.h"
#include "cli/workspace.h"
#include "expr/value.h"
#include "harden/probe.h"
#include "service/whereabouts.h"
#include "trail/entry/observation.h"

namespace garant::cli {
namespace {

using assess::ProofExplanation;
using assess::State;
using base::Filled;
using base::Result;
using base::Text;

// Proofs that a guard in front makes hold, and one that it cannot while the service answers others.
constexpr std::string_view kMended[] = {"guard.tls-routes",
                                        "guard.hsts",
                                        "guard.no-plain-route",
                                        "guard.plain-redirects",
                                        "guard.old-protocols-refused",
                                        "guard.cookies-hardened",
                                        "guard.page-headers",
                                        "trail.systems-send",
                                        "trail.routes-named",
                                        "trail.journeys-join"};
constexpr std::string_view kOpenOrigin = "guard.origin-closed";
constexpr size_t kMostShown = 12;

// Takes everything that is there when it is ended.
Result<Child> StartRecorder(const Stage& stage, const std::string& spool) {
  const std::string data = stage.folder + "/data";
  const std::string ready = stage.folder + "/ready/recorder";
  std::vector<std::string> words = {ThisProgram(), "recorder",  "--service",    stage.service_file,
                                    "--trail",     stage.trail, "--root-key",   stage.root_key,
                                    "--spool",     spool,       "--ready-file", ready};
  for (const auto& [log, mapping] :
       {std::pair{"permits", "journal"}, {"payment", "payments"}, {"mail", "mail"}})
    for (const std::string& word :
         {std::string("--lines"), data + "/" + log + ".log", std::string("--mapping"),
          stage.example + "/" + mapping + "-mapping.yaml"})
      words.push_back(word);
  Child recorder = TRY(Child::Start(words, data + "/recorder.out"));
  TRY(recorder.WaitForFile(ready));
  return recorder;
}

// How many requests the visits made.
Result<std::string> SendVisits(const Stage& stage, const RunningGuard& guard) {
  const std::string data = stage.folder + "/data";
  const std::string ready = stage.folder + "/ready/visits";
  const Child visits = TRY(Child::Start(
      {"python3", stage.example + "/visits.py", "--url", guard.url, "--ca", guard.authority,
       "--password-file", data + "/clerk-password.txt", "--ready-file", ready},
      data + "/visits.out"));
  std::string requests = TRY(visits.WaitForFile(ready));
  while (requests.ends_with('\n')) requests.pop_back();
  return requests;
}

// Through the guard and past it, and along each edge that the file declares, while a recorder
// takes what comes of it.
base::Status LookAgain(const Stage& stage, const service::Model& model, const RunningGuard& guard,
                       const std::string& origin) {
  const base::SystemClock clock;
  harden::ProbeTarget target = TRY(harden::TargetFromModel(model));
  target.url = guard.url;
  target.plain_url = guard.plain_url;
  target.ca_file = guard.authority;
  target.origins = {{std::string(service::FrontSystem(model.root())), origin}};
  harden::Report report = TRY(harden::Probe(target, clock));
  const Places places{stage.service_file, stage.trail, stage.root_key};
  JourneyReport journeys =
      TRY(TakeJourneys(places, model, target, report.observations.front().time, kJourneyPatience));
  std::ranges::move(journeys.observations, std::back_inserter(report.observations));
  std::vector<trail::Draft> drafts;
  drafts.reserve(report.observations.size());
  for (const trail::Observation& one : report.observations)
    drafts.push_back(TRY(trail::ToDraft(one, model.id())));
  const auto trail = TRY(OpenTrail(places, model.id(), clock));
  TRY(trail->Append(drafts));
  return base::Ok{};
}

// Each proof once, with what was said of it.
std::map<std::string, const ProofExplanation*> ProofsOf(const Judged& judged) {
  std::map<std::string, const ProofExplanation*> proofs;
  for (const assess::Explanation& item : judged.explanations)
    for (const ProofExplanation& proof : item.proofs) {
      const ProofExplanation*& known = proofs[proof.id];
      if (known == nullptr || proof.state < known->state) known = &proof;
    }
  return proofs;
}

std::map<State, size_t> CountsOf(const Judged& judged) {
  std::map<State, size_t> counts;
  for (const assess::Verdict& verdict : judged.judgement.verdicts) ++counts[verdict.state];
  return counts;
}

}  // namespace

Result<GuardedExample> PutGuard(const Invocation& /*call*/, const Stage& stage,
                                const service::Model& model, const std::string& origin) {
  const std::string spool = stage.folder + "/spool";
  RunningGuard guard = TRY(StartGuard(model, {.folder = stage.folder + "/guard",
                                              .spool = spool,
                                              .origin = origin,
                                              .host = "localhost",
                                              .module = {}}));
  std::string requests;
  {
    const Child recorder = TRY(StartRecorder(stage, spool));
    requests = TRY(SendVisits(stage, guard));
    TRY(LookAgain(stage, model, guard, origin));
  }  // what was on its way is in the trail now
  return GuardedExample{.guard = std::move(guard), .requests = std::move(requests)};
}

std::string SayWhatChanged(const Judged& bare, const Judged& guarded, const std::string& requests,
                           base::Language language) {
  const auto say = [language](const Text& text) { return text.In(language); };
  std::string out;
  out +=
      "\n" +
      say(Filled("The guard passed {} requests on. Verdicts without it, and with it:",
                 "Le garde a transmis {} requêtes. Verdicts sans lui, et avec lui :", {requests})) +
      "\n";
  auto before = CountsOf(bare);
  auto after = CountsOf(guarded);
  for (const State state :
       {State::kMet, State::kExcused, State::kUnknown, State::kUnmet, State::kContradicted})
    out += "  " + say(assess::StateText(state)) + ": " + std::to_string(before[state]) + " → " +
           std::to_string(after[state]) + "\n";
  const auto old = ProofsOf(bare);
  std::vector<const ProofExplanation*> mended;
  const ProofExplanation* open = nullptr;
  for (const auto& [id, proof] : ProofsOf(guarded)) {
    if (proof->state == State::kMet && old.contains(id) && old.at(id)->state != State::kMet)
      mended.push_back(proof);
    if (id == kOpenOrigin && proof->state != State::kMet) open = proof;
  }
  out += say({"What holds now and did not:", "Ce qui tient maintenant et ne tenait pas :"}) + "\n";
  for (size_t i = 0; i < std::min(mended.size(), kMostShown); ++i)
    out += "  " + mended[i]->id + ": " + say(mended[i]->asks) + "\n";
  if (mended.size() > kMostShown)
    out +=
        "  " +
        say(Filled("and {} more", "et {} autres", {std::to_string(mended.size() - kMostShown)})) +
        "\n";
  if (open != nullptr)
    for (const assess::Reason& reason : open->reasons)
      out += say({"What the guard cannot mend alone:", "Ce que le garde ne peut réparer seul :"}) +
             " " + say(reason.text) + "\n";
  return out;
}

std::vector<Text> GuardMisses(const Judged& bare, const Judged& guarded) {
  std::vector<Text> misses;
  const auto before = ProofsOf(bare);
  const auto after = ProofsOf(guarded);
  const auto state = [](const auto& proofs, std::string_view id) {
    const auto found = proofs.find(std::string(id));
    return found == proofs.end() ? State::kUnknown : found->second->state;
  };
  for (const std::string_view id : kMended) {
    if (state(before, id) == State::kMet)
      misses.push_back(Filled("{} held before there was a guard", "{} tenait déjà sans garde",
                              {std::string(id)}));
    if (state(after, id) != State::kMet)
      misses.push_back(Filled("{} does not hold behind the guard",
                              "{} ne tient pas derrière le garde", {std::string(id)}));
  }
  if (state(after, kOpenOrigin) == State::kMet || state(after, kOpenOrigin) == State::kUnknown)
    misses.push_back({"that the service answers past the guard was not found",
                      "on n’a pas trouvé que le service répond derrière le garde"});
  return misses;
}

}  // namespace garant::cli

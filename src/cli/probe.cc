#include "harden/probe.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "cli/journeys.h"
#include "cli/workspace.h"
#include "harden/target.h"
#include "proof/stored_evidence.h"
#include "trail/entry/observation.h"
#include "trail/store/store.h"

namespace garant::cli {
namespace {

// Routes that an earlier run saw are asked again: a link that is taken away does not hide a page.
void AddSeeds(const proof::StoredEvidence& evidence, harden::ProbeTarget& target) {
  std::set<std::string> seeds(target.seeds.begin(), target.seeds.end());
  for (const trail::Observation& observation : evidence.observations)
    if (observation.kind == "http-route") seeds.insert(observation.subject);
  target.seeds.assign(seeds.begin(), seeds.end());
}

base::Status Override(const Invocation& call, harden::ProbeTarget& target) {
  if (call.Has("url")) {
    target.url = call.Value("url");
    target.plain_url.clear();
  }
  if (call.Has("plain-url")) target.plain_url = call.Value("plain-url");
  if (call.Has("ca")) target.ca_file = call.Value("ca");
  for (const std::string& pair : call.All("origin")) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return base::Error{base::Code::kInvalid,
                         base::Filled("--origin takes SYSTEM=URL, not '{}'",
                                      "--origin prend SYSTÈME=URL, et non « {} »", {pair}),
                         {}};
    const std::string system = pair.substr(0, equals);
    std::erase_if(target.origins, [&](const auto& origin) { return origin.first == system; });
    target.origins.emplace_back(system, pair.substr(equals + 1));
  }
  return base::Ok{};
}

// Whether the options point elsewhere than the service file does, or let more be believed.
bool Arranged(const harden::ProbeTarget& asked, const base::Result<harden::ProbeTarget>& declared) {
  return !declared || asked.url != declared->url || asked.plain_url != declared->plain_url ||
         asked.origins != declared->origins || asked.ca_file != declared->ca_file;
}

std::string FactText(const Invocation& call, const trail::FactValue& value) {
  if (const auto* truth = std::get_if<bool>(&value))
    return call.Say(*truth ? base::Text{"yes", "oui"} : base::Text{"no", "non"});
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return "'" + *text + "'";
  std::string joined;
  for (const std::string& text : std::get<std::vector<std::string>>(value))
    joined += (joined.empty() ? "" : " ") + text;
  return "[" + joined + "]";
}

void Print(const Invocation& call, const trail::Observation& observation) {
  std::ostream& out = *call.out;
  out << observation.kind << "  " << Shown(observation.subject) << "  ("
      << trail::VantageName(observation.vantage) << ")";
  for (const trail::Fact& fact : observation.facts)
    out << "  " << fact.name << "=" << Shown(FactText(call, fact.value));
  out << "\n";
}

}  // namespace

int RunProbe(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const auto declared = harden::TargetFromModel(*model);
  if (!declared && !call.Has("url")) return call.Fail(declared.error());
  auto target = declared ? *declared : harden::ProbeTarget{};
  if (auto overridden = Override(call, target); !overridden) return call.Fail(overridden.error());
  const auto patience = base::ParseDuration(call.Value("wait", "PT30S"));
  if (!patience) return call.Fail(patience.error());
  if (call.Has("journeys") ? call.Has("dry-run") : call.Has("wait"))
    return call.Misuse(
        {"--journeys reads the trail, so that it does not go with --dry-run; --wait "
         "goes with --journeys",
         "--journeys lit le journal, et ne va donc pas avec --dry-run; --wait va "
         "avec --journeys"});
  const bool arranged = Arranged(target, declared);
  const Places places = PlacesOf(call, file, *model);
  const base::SystemClock clock;
  // A writer that was killed left a tail that reading refuses and opening for writing cuts.
  if (!call.Has("dry-run") && trail::TrailExists(places.trail))
    if (auto mended = OpenTrail(places, model->id(), clock); !mended)
      return call.Fail(mended.error());
  auto evidence = proof::ReadEvidence({places.trail, places.root_key, {}}, model->id());
  if (!evidence) return call.Fail(evidence.error());
  AddSeeds(*evidence, target);

  auto report = harden::Probe(target, clock);
  if (!report) return call.Fail(report.error());
  if (call.Has("journeys")) {
    auto journeys = TakeJourneys(places, *model, target, report->observations.front().time,
                                 std::chrono::ceil<std::chrono::milliseconds>(*patience));
    if (!journeys) return call.Fail(journeys.error());
    std::ranges::move(journeys->observations, std::back_inserter(report->observations));
    std::ranges::move(journeys->notes, std::back_inserter(report->notes));
  }
  for (const base::Text& note : report->notes) *call.err << Shown(call.Say(note)) << "\n";
  if (call.Has("dry-run")) {
    for (const trail::Observation& one : report->observations) Print(call, one);
    return kMet;
  }
  if (arranged && !model->trial())
    *call.err << call.Say(
                     {"garant: this is not the service as the file declares it: what was seen "
                      "is recorded as a trial, and proves nothing in production",
                      "garant : ce n’est pas le service tel que le fichier le déclare : ce qui a "
                      "été vu est consigné comme un essai, et ne prouve rien en production"})
              << "\n";
  std::vector<trail::Draft> drafts;
  for (trail::Observation& one : report->observations) {
    if (arranged || model->trial()) one.method += trail::kTrialMark;
    auto draft = trail::ToDraft(one, model->id());
    if (!draft) return call.Fail(draft.error());
    drafts.push_back(std::move(*draft));
  }
  auto trail = OpenTrail(places, model->id(), clock);
  if (!trail) return call.Fail(trail.error());
  auto first = (*trail)->Append(drafts);
  if (!first) return call.Fail(first.error());
  const std::string count = std::to_string(drafts.size());
  const std::string from = std::to_string(*first);
  const std::string to = std::to_string(*first + drafts.size() - 1);
  *call.out << call.Say({"Recorded " + count + " observations of " + target.url + " as entries " +
                             from + " to " + to + ".",
                         count + " observations de " + target.url + " consignées aux entrées " +
                             from + " à " + to + "."})
            << "\n";
  return kMet;
}

}  // namespace garant::cli

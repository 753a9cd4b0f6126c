#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/scratch.h"
#include "cli/demo_guarded.h"
#include "cli/demo_served.h"
#include "cli/demo_stage.h"
#include "cli/interrupts.h"
#include "cli/judging.h"
#include "cli/signed_acts.h"
#include "harden/probe.h"
#include "trail/upkeep/verify.h"

// Judges the example service from nothing: starts it, looks at it, signs in its team's name,
// judges.
namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;

Result<Stage> SetUp(const Invocation& call, const std::string& folder) {
  Stage stage;
  stage.folder = folder;
  stage.example = call.Value("example", FindShipped("examples") + "/parking-permits");
  if (!base::Exists(stage.example + "/garant.yaml"))
    return Error{
        Code::kNotFound,
        Filled("the example service is not at {}; name it with --example",
               "le service d’exemple n’est pas à {}; nommez-le avec --example", {stage.example}),
        {}};
  stage.service_file = folder + "/garant.yaml";
  stage.trail = folder + "/.garant/trail";
  stage.root_key = folder + "/keys/root";
  stage.report = folder + "/report.html";
  for (const char* part : {"/keys", "/data", "/ready", "/.garant"})
    TRY(base::MakeFolder(folder + part));
  return stage;
}

Result<Running> StartExample(const Stage& stage) {
  const auto start = [&](const char* program, std::vector<std::string> options) {
    std::vector<std::string> words = {"python3", stage.example + "/" + program, "--listen",
                                      "127.0.0.1:0"};
    words.insert(words.end(), options.begin(), options.end());
    return Child::Start(words, stage.folder + "/data/" + program + ".out");
  };
  const auto port = [](std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
  };
  const std::string ready = stage.folder + "/ready/";
  Child payment = TRY(start("payment_provider.py", {"--log", stage.folder + "/data/payment.log",
                                                    "--ready-file", ready + "payment"}));
  const std::string payment_port = port(TRY(payment.WaitForFile(ready + "payment")));
  Child mail = TRY(start(
      "mail_relay.py", {"--log", stage.folder + "/data/mail.log", "--ready-file", ready + "mail"}));
  const std::string mail_port = port(TRY(mail.WaitForFile(ready + "mail")));
  Child service =
      TRY(start("permits.py",
                {"--data", stage.folder + "/data", "--log", stage.folder + "/data/permits.log",
                 "--payment", "http://127.0.0.1:" + payment_port, "--mail",
                 "http://127.0.0.1:" + mail_port, "--ready-file", ready + "permits", "--seed"}));
  const std::string service_port = port(TRY(service.WaitForFile(ready + "permits")));
  return Running{std::move(payment), std::move(mail), std::move(service),
                 "http://127.0.0.1:" + service_port + "/"};
}

base::Status Record(const Stage& stage, const std::string& url, const service::Model& model,
                    const standard::Standard& standard,
                    const std::map<std::string, std::string>& keys) {
  const base::SystemClock clock;
  const Places places{stage.service_file, stage.trail, stage.root_key};
  harden::ProbeTarget target = TRY(harden::TargetFromModel(model));
  target.url = url;
  target.plain_url.clear();
  target.origins.clear();  // nothing stands in front of the example, so nothing can be gone past
  const harden::Report report = TRY(harden::Probe(target, clock));
  std::vector<trail::Draft> drafts =
      TRY(SignActs(stage.example + "/acts.yaml", keys, model, standard, clock.Now()));
  for (const trail::Observation& one : report.observations)
    drafts.push_back(TRY(trail::ToDraft(one, model.id())));
  auto trail = TRY(OpenTrail(places, model.id(), clock));
  TRY(trail->Append(drafts));
  return base::Ok{};
}

// What must be so whatever the example holds; each is named when it is not.
std::vector<Text> Misses(const Stage& stage, const Judged& judged) {
  std::vector<Text> misses;
  const auto miss = [&](const std::string& en, const std::string& fr) {
    misses.push_back({en, fr});
  };
  const auto verified = trail::Verify(stage.trail, stage.root_key, {});
  if (!verified || !verified->ok())
    miss("the trail does not verify", "le journal ne se vérifie pas");
  if (judged.judgement.verdicts.size() != judged.standard->items.size() ||
      judged.judgement.verdicts.empty())
    miss("not every item was judged", "tous les éléments n’ont pas été jugés");
  if (!judged.judgement.trial)
    miss("the verdicts are not stamped trial", "les verdicts ne portent pas « essai »");
  std::set<assess::State> states;
  for (const assess::Verdict& verdict : judged.judgement.verdicts) {
    states.insert(verdict.state);
    const standard::Item& item = judged.standard->items[verdict.item];
    bool seen = false;
    for (const assess::ProofVerdict& proof : verdict.proofs) {
      const auto kind = judged.standard->proofs[proof.proof].kind;
      seen = seen ||
             (proof.state == assess::State::kMet &&
              (kind == standard::ProofKind::kObserved || kind == standard::ProofKind::kExercised));
    }
    if (item.floor == standard::Floor::kSeen && verdict.state == assess::State::kMet && !seen)
      miss(item.id + " is met without anything having been seen",
           item.id + " est satisfait sans que rien n’ait été vu");
    if (verdict.state == assess::State::kContradicted &&
        judged.explanations[verdict.item].summary.en.empty())
      miss(item.id + " gives no reason", item.id + " ne donne aucune raison");
  }
  for (const assess::State state :
       {assess::State::kContradicted, assess::State::kUnmet, assess::State::kUnknown})
    if (!states.contains(state))
      miss(
          "nothing is " + std::string(assess::StateName(state)) + ", though the example has faults",
          "rien n’est « " + assess::StateText(state).fr + " », bien que l’exemple ait des fautes");
  bool claimed = false;
  for (const proof::Act& act : judged.facts->acts())
    claimed = claimed || act.standing == proof::Standing::kClaimed;
  if (!claimed) miss("the unsigned act was not noticed", "l’acte non signé n’a pas été remarqué");
  return misses;
}

int Show(const Invocation& call, const Stage& stage, const Judged& bare, const Judged& judged,
         const Running& running, const GuardedExample& guarded, const ServedReport& served,
         const Interrupts& interrupts) {
  const report::View view = judged.View();
  if (auto written = base::WriteFileDurably(stage.report, report::RenderHtml(view, call.language));
      !written)
    return call.Fail(written.error());
  report::TextOptions options;
  options.colour = call.terminal ? report::Colour::kOn : report::Colour::kOff;
  options.verbosity = report::Verbosity::kBrief;
  *call.out << report::RenderText(view, call.language, options) << "\n";
  if (call.Has("once") && !call.Has("keep"))
    *call.out << call.Say(
                     {"Nothing is kept; --keep FOLDER keeps the report, the trail and the keys.",
                      "Rien n’est conservé; --keep DOSSIER garde le rapport, le journal et les "
                      "clés."})
              << "\n";
  else
    *call.out << call.Say({"Report:  ", "Rapport : "}) << stage.report << "\n"
              << (call.Has("once")
                      ? ""
                      : call.Say({"Live:    ", "En direct : "}) + served.link +
                            call.Say({"  (opens once)", "  (s’ouvre une fois)"}) + "\n")
              << call.Say({"Guard:   ", "Garde :   "}) << guarded.guard.url
              << call.Say({"  (trust ", "  (faites confiance à "}) << guarded.guard.authority
              << ")\n"
              << call.Say({"Service: ", "Service : "}) << running.url << "\n"
              << call.Say({"Explain: ", "Expliquer : "}) << call.program << " check "
              << stage.service_file << " --root-key " << stage.root_key << " --item 9.4-09\n";
  if (call.Has("once")) {
    std::vector<Text> misses = Misses(stage, judged);
    for (Text& miss : GuardMisses(bare, judged)) misses.push_back(std::move(miss));
    for (Text& miss : ServedMisses(served, judged)) misses.push_back(std::move(miss));
    for (const Text& miss : misses) *call.err << "garant demo: " << call.Say(miss) << "\n";
    *call.out << (misses.empty() ? call.Say({"The demo came out as it must.",
                                             "La démonstration a donné ce qu’elle devait."})
                                 : call.Say({"The demo did NOT come out as it must.",
                                             "La démonstration n’a PAS donné ce qu’elle devait."}))
              << "\n";
    return misses.empty() ? kMet : kNotMet;
  }
  *call.out << call.Say({"Ctrl-C ends it and leaves nothing behind.",
                         "Ctrl-C y met fin et ne laisse rien derrière."})
            << std::endl;
  interrupts.Wait();
  return kMet;
}

}  // namespace

int RunDemo(const Invocation& call) {
  const Interrupts interrupts;

  std::optional<base::Scratch> scratch;
  std::string folder = call.Value("keep");
  if (folder.empty()) {
    scratch.emplace();
    folder = scratch->path();
    if (folder.empty())
      return call.Fail({Code::kIo,
                        {"cannot make a temporary folder; name one with --keep",
                         "impossible de créer un dossier temporaire; nommez-en un avec --keep"},
                        {}});
  } else if (base::Exists(folder + "/garant.yaml")) {
    return call.Misuse({folder + " holds an earlier run; name an empty folder",
                        folder + " contient une exécution antérieure; nommez un dossier vide"});
  } else if (auto made = base::MakeFolder(folder); !made) {
    return call.Fail(made.error());
  }
  auto stage = SetUp(call, folder);
  if (!stage) return call.Fail(stage.error());
  int status = kMet;
  const auto standard = ReadStandard(call, status);
  if (standard == nullptr) return status;
  auto keys = GiveKeys(stage->example + "/garant.yaml", stage->service_file, folder + "/keys");
  if (!keys) return call.Fail(keys.error());
  const auto model = ReadModel(call, stage->service_file, status);
  if (model == nullptr) return status;
  *call.out << call.Say({"Starting the example service and looking at it from outside …",
                         "Démarrage du service d’exemple et observation de l’extérieur…"})
            << std::endl;
  auto running = StartExample(*stage);
  if (!running) return call.Fail(running.error());
  if (auto recorded = Record(*stage, running->url, *model, *standard, *keys); !recorded)
    return call.Fail(recorded.error());

  Invocation check = call;
  check.values["trail"] = {stage->trail};
  check.values["root-key"] = {stage->root_key};
  const auto judge = [&] {
    return Judge(check, stage->service_file,
                 std::chrono::ceil<std::chrono::seconds>(base::SystemClock().Now()), status);
  };
  const auto bare = judge();
  if (!bare) return status;
  *call.out << call.Say({"Putting a guard in front, sending it visits and looking again, through "
                         "it and past it …",
                         "Placement d’un garde devant lui, envoi de visites et nouvelle "
                         "observation, à travers lui et derrière lui…"})
            << std::endl;
  auto guarded = PutGuard(call, *stage, *model, running->url);
  if (!guarded) return call.Fail(guarded.error());
  const auto judged = judge();
  if (!judged) return status;
  *call.out << SayWhatChanged(*bare, *judged, guarded->requests, call.language) << "\n";
  const auto served = ServeReport(*stage);
  if (!served) return call.Fail(served.error());
  return Show(call, *stage, *bare, *judged, *running, *guarded, *served, interrupts);
}

}  // namespace garant::cli

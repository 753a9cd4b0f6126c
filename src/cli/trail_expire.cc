#include "cli/trail_keys.h"
#include "trail/upkeep/retention.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Result;
using base::Text;

Text WhatIsDeleted(const trail::DeletionPlan& plan, bool dry_run) {
  const trail::Deletion& deletion = *plan.deletion;
  const std::string newest = base::FormatTime(deletion.newest);
  if (dry_run)
    return Filled(
        "Due: entries {} to {}, the newest of {}; {} of them would be appended once more.",
        "À échéance : les entrées {} à {}, la plus récente du {}; {} d’entre elles seraient "
        "ajoutées de nouveau.",
        {deletion.first, deletion.end() - 1, newest, uint64_t{plan.again.size()}});
  return Filled(
      "Deleted entries {} to {}, the newest of {}; recorded as entry {}, {} were appended once "
      "more.",
      "Entrées {} à {} supprimées, la plus récente du {}; consigné à l’entrée {}, {} ont été "
      "ajoutées de nouveau.",
      {deletion.first, deletion.end() - 1, newest, deletion.entry, uint64_t{plan.again.size()}});
}

void Say(const Invocation& call, const trail::DeletionPlan& plan, bool dry_run) {
  if (plan.deletion) *call.out << Shown(call.Say(WhatIsDeleted(plan, dry_run))) << "\n";
  if (plan.ahead) *call.err << Shown(call.Say(trail::TextOf(*plan.ahead))) << "\n";
  if (plan.held)
    *call.out
        << Shown(call.Say(Filled(
               "Kept from entry {} on: hold {} on {} lasts until {}.",
               "Conservé à partir de l’entrée {} : la conservation {} de {} dure jusqu’au {}.",
               {plan.held->first, base::ToHex(plan.held->hold.id), plan.held->category,
                base::FormatTime(plan.held->hold.until)})))
        << "\n";
}

int DryRun(const Invocation& call, const Places& places, base::Time now) {
  const auto reader = trail::TrailReader::Open(places.trail);
  if (!reader) return call.Fail(reader.error());
  const auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return call.Fail(keys.error());
  const auto plan = trail::PlanDeletion(*reader, keys->store(), *places.retention, now);
  if (!plan) return call.Fail(plan.error());
  Say(call, *plan, true);
  if (!plan->deletion) *call.out << call.Say({"Nothing is due.", "Rien n’est à échéance."}) << "\n";
  if (plan->end_log)
    *call.out << call.Say({"The open log is old enough to be ended and sealed.",
                           "Le journal ouvert est assez ancien pour être clos et scellé."})
              << "\n";
  return kMet;
}

// As long as there is more: what ends the open log may make a segment that is due.
Result<bool> DeleteAll(const Invocation& call, OpenedTrail& opened,
                       const trail::Retention& retention) {
  bool any = false;
  for (;;) {
    const auto plan =
        TRY(trail::DeleteDue(*opened.trail, retention, opened.service, opened.clock.Now()));
    Say(call, plan, false);
    any = any || plan.deletion;
    if (!plan.deletion && !plan.end_log) return any;
    TRY(opened.trail->WaitForSealing());
    if (plan.held || !plan.end_log) return any;
  }
}

}  // namespace

int RunTrailExpire(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const Places places = PlacesOf(call, file, *model);
  if (!places.retention)
    return call.Misuse(Filled("{} declares no trail.keep: everything is kept",
                              "{} ne déclare pas trail.keep : tout est conservé", {file}));
  if (call.Has("dry-run")) return DryRun(call, places, base::SystemClock().Now());
  const auto opened = OpenForKeys(call, status);
  if (!opened) return status;
  const auto any = DeleteAll(call, *opened, *places.retention);
  if (!any) return call.Fail(any.error());
  if (!*any) *call.out << call.Say({"Nothing is due.", "Rien n’est à échéance."}) << "\n";
  return kMet;
}

}  // namespace garant::cli

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/outline.h"
#include "report/report.h"

// docs/formats/verdicts.md. Keys are sorted by the library, lists by us: equal views, equal bytes.
namespace garant::report {
namespace {

using Json = nlohmann::json;

Json ToJson(const base::Text& text) { return {{"en", text.en}, {"fr", text.fr}}; }

std::string_view WhyName(expr::Unknown why) {
  switch (why) {
    case expr::Unknown::kNone:
      return "";
    case expr::Unknown::kNoObserver:
      return "no-observer";
    case expr::Unknown::kNeverObserved:
      return "never-observed";
    case expr::Unknown::kLoopbackOnly:
      return "loopback-only";
    case expr::Unknown::kElsewhere:
      return "elsewhere";
    case expr::Unknown::kBounded:
      return "bounded";
    case expr::Unknown::kStale:
      return "stale";
    case expr::Unknown::kCost:
      return "cost";
    case expr::Unknown::kOverflow:
      return "overflow";
  }
  return "";
}

std::string_view StandingName(proof::Standing standing) {
  switch (standing) {
    case proof::Standing::kCounts:
      return "counts";
    case proof::Standing::kClaimed:
      return "claimed";
    case proof::Standing::kForged:
      return "forged";
    case proof::Standing::kUnknownPerson:
      return "unknown-person";
    case proof::Standing::kOtherService:
      return "other-service";
    case proof::Standing::kExpired:
      return "expired";
    case proof::Standing::kNotYet:
      return "not-yet";
    case proof::Standing::kReplayed:
      return "replayed";
    case proof::Standing::kNoMandate:
      return "no-mandate";
    case proof::Standing::kUnreadable:
      return "unreadable";
  }
  return "";
}

Json ToJson(const Counts& counts) {
  Json json = Json::object();
  for (const assess::State state : kWorstFirst)
    json[std::string(assess::StateName(state))] = counts.Of(state);
  json["total"] = counts.Total();
  return json;
}

Json ToJson(const expr::Origin& origin) {
  switch (origin.world) {
    case expr::World::kDeclared:
      return {{"world", "declared"}, {"line", origin.line}, {"column", origin.column}};
    case expr::World::kObserved: {
      Json json = {{"world", "observed"}, {"entry", origin.entry}};
      if (origin.line != 0) json["missing"] = {{"line", origin.line}, {"column", origin.column}};
      return json;
    }
    case expr::World::kActed:
      return {{"world", "acted"}, {"entry", origin.entry}};
    case expr::World::kNone:
    case expr::World::kDerived:
      break;
  }
  return {{"world", "derived"}};
}

Json ToJson(const assess::ProofExplanation& proof, const assess::ProofVerdict* verdict) {
  Json reasons = Json::array();
  for (const assess::Reason& reason : proof.reasons) {
    Json origins = Json::array();
    for (const expr::Origin& origin : reason.origins) origins.push_back(ToJson(origin));
    reasons.push_back({{"text", ToJson(reason.text)},
                       {"expression", reason.expression},
                       {"origins", std::move(origins)}});
  }
  Json json = {{"id", proof.id},
               {"kind", standard::ProofKindName(proof.kind)},
               {"state", assess::StateName(proof.state)},
               {"asks", ToJson(proof.asks)},
               {"summary", ToJson(proof.summary)},
               {"reasons", std::move(reasons)}};
  if (!proof.next.en.empty()) json["next"] = ToJson(proof.next);
  if (verdict != nullptr && verdict->why != expr::Unknown::kNone) {
    json["why"] = WhyName(verdict->why);
    if (!verdict->what.empty()) json["what"] = verdict->what;
  }
  return json;
}

Json ToJson(const assess::Excuse& excuse) {
  return {{"mode", excuse.not_applicable ? "not-applicable" : "accepted"},
          {"act", excuse.act},
          {"approval", excuse.approval},
          {"owner", excuse.owner},
          {"approver", excuse.approver},
          {"reason", excuse.reason},
          {"expires", base::FormatTime(excuse.expires)}};
}

Json ItemJson(const View& view, const assess::Verdict& verdict) {
  const auto& items = view.standard.items;
  const standard::Item& item = items[verdict.item];
  const assess::Explanation& explanation = view.explanations[verdict.item];
  Json proofs = Json::array();
  for (size_t i = 0; i < explanation.proofs.size(); ++i)
    proofs.push_back(
        ToJson(explanation.proofs[i], i < verdict.proofs.size() ? &verdict.proofs[i] : nullptr));
  Json equivalents = Json::array();
  for (const standard::Equivalent& equivalent : item.equivalents)
    equivalents.push_back(
        {{"jurisdiction", equivalent.jurisdiction}, {"name", ToJson(equivalent.name)}});
  const standard::Guideline* guideline = view.standard.GuidelineOf(item);
  Json json = {{"id", item.id},
               {"guideline", guideline == nullptr ? "" : guideline->id},
               {"stage", standard::StageName(item.stage)},
               {"source", item.source},
               {"verb", item.verb},
               {"floor", item.floor == standard::Floor::kSeen ? "seen" : "none"},
               {"text", ToJson(item.text)},
               {"covers", item.covers},
               {"equivalents", std::move(equivalents)},
               {"state", assess::StateName(verdict.state)},
               {"own", assess::StateName(verdict.own)},
               {"due", assess::DueName(verdict.due)},
               {"floor_not_reached", verdict.floor_not_reached},
               {"summary", ToJson(explanation.summary)},
               {"proofs", std::move(proofs)}};
  if (item.parent) json["parent"] = items[*item.parent].id;
  if (verdict.worst_child) json["worst_child"] = items[*verdict.worst_child].id;
  if (verdict.excuse) json["excuse"] = ToJson(*verdict.excuse);
  return json;
}

Json ActJson(const proof::Act& act) {
  Json json = {{"id", act.id},
               {"entry", act.entry},
               {"standing", StandingName(act.standing)},
               {"kind", act.kind},
               {"item", act.item},
               {"by", act.by},
               {"role", act.role},
               {"at", base::FormatTime(act.at)},
               {"expires", base::FormatTime(act.expires)},
               {"statement", act.statement},
               {"covers", act.covers},
               {"unchanged", act.unchanged}};
  if (!act.with.empty()) json["with"] = act.with;
  if (!act.of.empty()) json["of"] = act.of;
  if (!act.mode.empty()) json["mode"] = act.mode;
  if (!act.document.empty()) {
    json["document"] = act.document;
    if (!act.issuer.empty()) json["issuer"] = act.issuer;
  }
  if (!act.approved_by.empty()) json["approved"] = {{"by", act.approved_by}, {"act", act.approval}};
  return json;
}

Json StepsJson(const View& view) {
  Json steps = Json::array();
  for (const Step& step : FirstSteps(view)) {
    Json items = Json::array();
    for (const size_t item : step.items) items.push_back(view.standard.items[item].id);
    steps.push_back({{"what", ToJson(step.what)},
                     {"contradiction", step.contradiction},
                     {"items", std::move(items)}});
  }
  return steps;
}

Json GuidelinesJson(const View& view) {
  Json guidelines = Json::array();
  for (size_t g = 0; g < view.standard.guidelines.size(); ++g) {
    Json stages = Json::object();
    for (const standard::Stage stage : kStages)
      stages[std::string(standard::StageName(stage))] =
          ToJson(Count(view, [&](const standard::Item& item, const assess::Verdict&) {
            return item.stage == stage && GuidelineIndex(view.standard, item) == g;
          }));
    guidelines.push_back({{"id", view.standard.guidelines[g].id},
                          {"title", ToJson(view.standard.guidelines[g].title)},
                          {"counts", std::move(stages)}});
  }
  return guidelines;
}

std::vector<proof::Act> ByEntry(std::span<const proof::Act> acts) {
  std::vector<proof::Act> sorted(acts.begin(), acts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.entry < b.entry; });
  return sorted;
}

Json TrailJson(const View& view) {
  const assess::Trust& trust = view.judgement.trust;
  Json json = {{"folder", view.trail_folder},
               {"entries", trust.entries},
               {"witnessed", trust.witnessed},
               {"through", trust.through},
               {"witnesses", trust.witnesses}};
  if (trust.witnessed) json["witnessed_at"] = base::FormatTime(trust.witnessed_at);
  return json;
}

}  // namespace

std::string RenderJson(const View& view) {
  const assess::Judgement& judgement = view.judgement;
  Json counts = Json::object();
  for (const assess::Due due : kDues)
    counts[std::string(assess::DueName(due))] = ToJson(CountDue(view, due));
  Json items = Json::array();
  for (const assess::Verdict& verdict : judgement.verdicts)
    items.push_back(ItemJson(view, verdict));
  Json acts = Json::array();
  for (const proof::Act& act : ByEntry(view.acts)) acts.push_back(ActJson(act));
  const Json json = {{"format", "garant-verdicts/1"},
                     {"version", view.version},
                     {"as_of", base::FormatTime(judgement.as_of)},
                     {"service",
                      {{"id", judgement.service},
                       {"name", ToJson(view.service_name)},
                       {"organization", ToJson(view.organization)},
                       {"file", view.service_file}}},
                     {"standard",
                      {{"id", judgement.standard},
                       {"version", judgement.standard_version},
                       {"name", ToJson(view.standard.name)}}},
                     {"stage", standard::StageName(judgement.stage)},
                     {"trial", judgement.trial},
                     {"trail", TrailJson(view)},
                     {"all_due_met", judgement.AllDueMet()},
                     {"counts", std::move(counts)},
                     {"guidelines", GuidelinesJson(view)},
                     {"first", StepsJson(view)},
                     {"items", std::move(items)},
                     {"acts", std::move(acts)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace garant::report

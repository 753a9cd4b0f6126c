#include "reading/unseen.h"

#include <algorithm>
#include <set>

#include "trail/search/gaps.h"

namespace garant::reading {
namespace {

using base::Filled;
using base::Result;
using base::Text;
using expr::FieldOf;
using expr::Value;
using trail::Entry;
using trail::RunKey;

constexpr size_t kMostTold = 2000;
constexpr size_t kMostLookedAt = 20'000;  // of the newest entries, for requests that name nobody

trail::Search Newest(const LookSearch& wanted) {
  trail::Search search;
  search.since = wanted.since;
  search.until = wanted.until;
  search.order = trail::SearchOrder::kNewestFirst;
  return search;
}

// Requests on routes about people, of which no entry of their trace says about whom.
Result<std::vector<Unseen>> NamingNobody(const AboutRoutes& routes,
                                         const trail::TrailReader& reader,
                                         const LookSearch& wanted) {
  trail::Search search = Newest(wanted);
  search.most = search.look_at = kMostLookedAt;
  const trail::FoundEntries found = TRY(trail::Find(reader, search));
  std::set<trail::Token> naming;
  for (const Entry& entry : found.entries)
    if (entry.header.trace && !entry.header.subjects.empty()) naming.insert(*entry.header.trace);
  uint64_t all = 0;
  uint64_t nobody = 0;
  for (const Entry& entry : found.entries) {
    if (entry.header.kind != "request" || !routes.contains(entry.header.route)) continue;
    ++all;
    const bool named = !entry.header.subjects.empty() ||
                       (entry.header.trace && naming.contains(*entry.header.trace));
    if (!named) ++nobody;
  }
  std::vector<Unseen> unseen;
  if (nobody > 0)
    unseen.push_back(
        {"requests-naming-nobody",
         Filled("Of {} requests on routes about people, nothing says about whom {} were: the "
                "service's own log named nobody under their trace.",
                "De {} requêtes sur des routes au sujet de personnes, rien ne dit au sujet de qui "
                "étaient {} : le journal du service n’a nommé personne sous leur trace.",
                {all, nobody})});
  if (found.next)
    unseen.push_back({"requests-not-counted",
                      Filled("Whether older requests name anybody was not looked at: only the "
                             "newest {} entries were.",
                             "Si des requêtes plus anciennes nomment quelqu’un n’a pas été "
                             "examiné : seules les {} entrées les plus récentes l’ont été.",
                             {uint64_t{kMostLookedAt}})});
  return unseen;
}

// What sources lost, and who of them fell silent and was not heard since.
Result<std::vector<Unseen>> OfSources(const trail::TrailReader& reader, const LookSearch& wanted) {
  trail::Search search = Newest(wanted);
  search.all_of = {trail::ByText(RunKey::kKind, "source")};
  search.most = kMostTold;
  uint64_t lost = 0;
  std::set<std::string> heard;
  std::string silent;
  for (const Entry& entry : TRY(trail::Find(reader, search)).entries) {
    lost += trail::LossTold(entry);
    const bool is_silent = entry.header.outcome == "silent";
    if (!is_silent && entry.header.outcome != "heard") continue;
    if (heard.insert(entry.header.source).second && is_silent)
      silent += (silent.empty() ? "" : ", ") + entry.header.source;
  }
  std::vector<Unseen> unseen;
  if (lost > 0)
    unseen.push_back({"lost", Filled("Events that sources lost or had refused: {} at most; looks "
                                     "may be among them.",
                                     "Événements que des sources ont perdus ou vu refuser : {} au "
                                     "plus; des consultations peuvent en être.",
                                     {lost})});
  if (!silent.empty())
    unseen.push_back(
        {"silent", Filled("These sources fell silent and were not heard since: {}.",
                          "Ces sources se sont tues et n’ont plus été entendues : {}.", {silent})});
  return unseen;
}

// Readings that name nobody: entries as they are stored, given to auditors.
Result<std::vector<Unseen>> OfAuditors(const trail::TrailReader& reader, const LookSearch& wanted) {
  trail::Search search = Newest(wanted);
  search.all_of = {trail::ByText(RunKey::kKind, "reading"),
                   trail::ByText(RunKey::kOutcome, "given")};
  search.source = "server.tiles";
  search.most = kMostTold;
  const size_t count = TRY(trail::Find(reader, search)).entries.size();
  if (count == 0) return std::vector<Unseen>();
  return std::vector<Unseen>{
      {"bundles", Filled("Auditors were given entries as they are stored, sealed, {} times: these "
                         "readings name nobody.",
                         "Des auditeurs ont reçu {} fois des entrées telles que stockées, "
                         "scellées : ces lectures ne nomment personne.",
                         {uint64_t{count}})}};
}

void Add(std::vector<Unseen>& to, std::vector<Unseen> more) {
  for (Unseen& one : more) to.push_back(std::move(one));
}

}  // namespace

AboutRoutes RoutesAbout(const service::Model& model) {
  AboutRoutes routes;
  for (const Value& route : FieldOf(FieldOf(model.root(), "access"), "routes").list().items) {
    if (FieldOf(route, "about").kind() != expr::Kind::kRecord) continue;
    auto& roles = routes[std::string(FieldOf(route, "match").text())];
    for (const Value& role : FieldOf(route, "roles").list().items) roles.emplace_back(role.text());
  }
  return routes;
}

Result<std::vector<Unseen>> WhatIsUnseen(const AboutRoutes& routes,
                                         const trail::TrailReader& reader,
                                         const trail::KeyRing& keys, const LookSearch& search) {
  std::vector<Unseen> unseen;
  if (routes.empty())
    unseen.push_back({"no-routes",
                      {"No route of the service file says whom it is about: nothing of the "
                       "service's own data is listed.",
                       "Aucune route du fichier de service ne dit au sujet de qui elle est : rien "
                       "des données du service lui-même n’est énuméré."}});
  else
    Add(unseen, TRY(NamingNobody(routes, reader, search)));
  Add(unseen, TRY(OfSources(reader, search)));
  Add(unseen, TRY(OfAuditors(reader, search)));
  if (reader.kept_from() > 0)
    unseen.push_back({"deleted", Filled("Entries before {} were deleted when their time had come.",
                                        "Les entrées d’avant {} ont été supprimées à leur terme.",
                                        {reader.kept_from()})});
  const uint32_t first = keys.store().ToTable().first_day;  // days before it have expired
  const base::Time earliest = TRY(reader.vouched().Times(reader)).earliest;
  const base::Time since = std::max(earliest, search.since.value_or(earliest));
  if (trail::DayOf(since) < first)
    unseen.push_back(
        {"days-expired",
         Filled("The keys of days before {} are gone: a visit of then, and who came from where, "
                "can no longer be followed.",
                "Les clés des jours d’avant le {} n’existent plus : une visite d’alors, et qui "
                "venait d’où, ne peuvent plus être suivies.",
                {base::FormatDate(base::Time(std::chrono::sys_days(std::chrono::days(first))))})});
  unseen.push_back({"past-garant",
                    {"What was read past Garant is not listed: the service's stores directly, or "
                     "the trail by somebody who holds its root key and its folder.",
                     "Ce qui a été lu sans passer par Garant n’est pas énuméré : les dépôts du "
                     "service directement, ou le journal par qui détient sa clé racine et son "
                     "dossier."}});
  return unseen;
}

}  // namespace garant::reading

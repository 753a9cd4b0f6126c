#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/trail_json.h"
#include "server/api.h"
#include "server/query.h"
#include "trail/search/journey.h"
#include "trail/search/search.h"
#include "trail/tree/merkle.h"

namespace garant::server {
namespace {

using base::Filled;
using Json = nlohmann::json;

constexpr uint64_t kUsualEntries = 100;
constexpr uint64_t kMostEntries = 1000;
constexpr uint64_t kMostLookedAt = 100'000;  // entries, for one page of those that fit
constexpr size_t kUsualJourneys = 20;
constexpr size_t kMostJourneys = 100;

base::Error NoNumber(std::string_view text) {
  return {base::Code::kInvalid,
          Filled("an entry is named by its number, not by '{}'",
                 "une entrée est nommée par son numéro, et non par « {} »", {text}),
          {}};
}

}  // namespace

Reply Api::Entries(const Asked& asked) const {
  Query query(asked.target);
  trail::Search search;
  search.look_at = kMostLookedAt;
  search.most = query.Number("limit", kUsualEntries, 1, kMostEntries);
  search.since = query.Time("since");
  search.until = query.Time("until");
  search.source = query.Find("source").value_or("");
  const auto order = query.Find("order");
  if (order && *order != "oldest" && *order != "newest")
    query.Fail({"order is oldest or newest", "order vaut oldest ou newest"});
  if (order == "newest") search.order = trail::SearchOrder::kNewestFirst;
  // The newest there is, where nothing is said and one looks back.
  const uint64_t first = order == "newest" ? UINT64_MAX : 0;
  search.from = query.Number("from", first, 0, UINT64_MAX);
  for (const trail::RunKey key : {trail::RunKey::kKind, trail::RunKey::kPart,
                                  trail::RunKey::kCategory, trail::RunKey::kOutcome})
    if (const auto text = query.Find(trail::RunKeyName(key)))
      search.all_of.push_back(trail::ByText(key, *text));
  const auto trace = query.Find("trace");
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) { return Failed(error, asked.language); };
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  if (trace) {
    const auto keys = desk_.Keys();
    if (!keys) return Problem(503, keys.error().message, asked.language, false);
    auto of_trace = trail::ByTrace(*trace, *keys);
    if (!of_trace) return fail(of_trace.error());
    search.all_of.push_back(std::move(*of_trace));
  }
  const auto found = trail::Find(**reader, search);
  if (!found) return NoTrail(found.error(), asked.language);
  Json entries = Json::array();
  for (const trail::Entry& entry : found->entries) entries.push_back(report::EntryJson(entry));
  Json json = {{"size", (*reader)->size()}, {"entries", std::move(entries)}};
  json["next"] = found->next ? Json(*found->next) : Json(nullptr);
  return JsonReply(json);
}

// What is sealed never leaves: the leaf itself is given where nothing in it is.
Reply Api::Entry(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) { return Failed(error, asked.language); };
  const auto index = NumberIn(asked.part);
  if (!index) return fail(NoNumber(asked.part));
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  if (*index >= (*reader)->size())
    return Problem(404,
                   Filled("the trail has no entry {}; it has {}, counted from 0",
                          "le journal n’a pas d’entrée {}; il en a {}, comptées à partir de 0",
                          {*index, (*reader)->size()}),
                   asked.language, false);
  const auto entry = (*reader)->Read(*index);
  const auto leaf = (*reader)->ReadLeaf(*index);
  if (!entry) return NoTrail(entry.error(), asked.language);
  if (!leaf) return NoTrail(leaf.error(), asked.language);
  const auto proof = trail::InclusionProof((*reader)->hashes(), *index, (*reader)->size());
  if (!proof) return NoTrail(proof.error(), asked.language);
  Json inclusion = Json::array();
  for (const base::Digest& hash : *proof) inclusion.push_back(base::ToBase64(hash));
  Json json = {
      {"entry", report::EntryJson(*entry)}, {"leaf_hash", base::ToBase64(trail::LeafHash(*leaf))},
      {"size", (*reader)->size()},          {"inclusion", std::move(inclusion)},
      {"checkpoint", (*reader)->note()},    {"verifier_key", (*reader)->verifier_key().ToString()}};
  if (entry->parts.empty()) json["leaf"] = base::ToBase64(*leaf);
  return JsonReply(json);
}

Reply Api::Journeys(const Asked& asked) const {
  Query query(asked.target);
  const auto trace = query.Find("trace");
  const auto entry_text = query.Find("entry");
  const auto visit = query.Find("visit");
  const uint64_t limit = query.Number("limit", kUsualJourneys, 1, kMostJourneys);
  const auto entry = entry_text ? NumberIn(*entry_text) : std::nullopt;
  if (trace && entry_text)
    query.Fail({"a journey is named by its trace or by an entry, not by both",
                "un parcours est nommé par sa trace ou par une entrée, non par les deux"});
  if (entry_text && !entry) query.Fail(NoNumber(*entry_text).message);
  if (visit && (!entry_text || (*visit != "true" && *visit != "false")))
    query.Fail({"visit is true or false, and goes with entry",
                "visit vaut true ou false, et va avec entry"});
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) { return Failed(error, asked.language); };
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  const auto keys = desk_.Keys();
  if (!keys) return Problem(503, keys.error().message, asked.language, false);
  auto found = trace   ? trail::JourneysOfTrace(**reader, *keys, *trace)
               : entry ? trail::JourneysOfEntry(**reader, *keys, *entry, visit == "true")
                       : trail::LatestJourneys(**reader, *keys, limit);
  if (!found) return fail(found.error());
  if (trace && found->empty()) return fail(trail::NoJourney(**reader));
  if (found->size() > limit) found->resize(limit);
  const trail::JoinedBy by = trace             ? trail::JoinedBy::kTrace
                             : visit == "true" ? trail::JoinedBy::kVisit
                                               : trail::JoinedBy::kEntry;
  if (const auto looked = trail::AddGaps(**reader, *keys, by, *found); !looked)
    return fail(looked.error());
  Json journeys = Json::array();
  for (const trail::Journey& journey : *found) journeys.push_back(report::JourneyJson(journey));
  return JsonReply({{"journeys", std::move(journeys)}});
}

}  // namespace garant::server

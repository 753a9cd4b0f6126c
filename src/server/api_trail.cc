#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/trail_json.h"
#include "server/api.h"
#include "server/query.h"
#include "trail/merkle.h"

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

// What is wrong with what was asked for, where there is a trail.
Reply Failed(const base::Error& error, base::Language language) {
  const int status = error.code == base::Code::kInvalid    ? 400
                     : error.code == base::Code::kNotFound ? 404
                                                           : 503;
  return Problem(status, error.message, language, false);
}

Reply NoTrail(const base::Error& error, base::Language language) {
  return Problem(error.code == base::Code::kNotFound ? 404 : 503, error.message, language, false);
}

}  // namespace

Reply Api::Entries(const Asked& asked) const {
  Query query(asked.target);
  const uint64_t from = query.Number("from", 0, 0, UINT64_MAX);
  const uint64_t limit = query.Number("limit", kUsualEntries, 1, kMostEntries);
  const auto kind = query.Find("kind");
  const auto source = query.Find("source");
  const auto part = query.Find("part");
  const auto since = query.Time("since");
  const auto until = query.Time("until");
  const auto trace = query.Find("trace");
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) { return Failed(error, asked.language); };
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  std::optional<trail::KeyRing> keys;
  std::optional<trail::OfTrace> of_trace;
  if (trace) {
    auto ring = desk_.Keys();
    if (!ring) return Problem(503, ring.error().message, asked.language, false);
    keys = std::move(*ring);
    auto of = trail::OfTrace::From(*keys, *trace);
    if (!of) return fail(of.error());
    of_trace = std::move(*of);
  }
  const uint64_t size = (*reader)->size();
  const uint64_t last = from < size ? from + std::min(size - from, kMostLookedAt) : size;
  Json entries = Json::array();
  uint64_t index = from;
  for (; index < last && entries.size() < limit; ++index) {
    const auto entry = (*reader)->Read(index);
    if (!entry) return NoTrail(entry.error(), asked.language);
    const trail::Header& header = entry->header;
    if ((kind && header.kind != *kind) || (source && header.source != *source) ||
        (part && header.part != *part) || (since && entry->time < *since) ||
        (until && entry->time >= *until) || (of_trace && !(*of_trace)(*entry)))
      continue;
    entries.push_back(report::EntryJson(*entry));
  }
  Json json = {{"size", size}, {"entries", std::move(entries)}};
  json["next"] = index < size ? Json(index) : Json(nullptr);
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
  if (trace && found->empty())
    return fail({base::Code::kNotFound,
                 {"no entry belongs to that trace; its key may have expired",
                  "aucune entrée n’appartient à cette trace; sa clé a peut-être expiré"},
                 {}});
  if (found->size() > limit) found->resize(limit);
  Json journeys = Json::array();
  for (const trail::Journey& journey : *found) journeys.push_back(report::JourneyJson(journey));
  return JsonReply({{"journeys", std::move(journeys)}});
}

}  // namespace garant::server

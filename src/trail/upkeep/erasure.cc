#include "trail/upkeep/erasure.h"

#include <algorithm>
#include <set>

#include "trail/append/trail.h"
#include "trail/entry/entry_form.h"
#include "trail/keys/key_vault.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Error Invalid(const base::Text& message) { return {Code::kInvalid, message, {}}; }

Error Unfinished(const Error& why) {
  return Error{
      why.code,
      Filled("the erasure is recorded and not finished: {}; mend the cause, and the next "
             "command that writes to this trail finishes it before anything else",
             "l’effacement est consigné sans être achevé : {}; corrigez-en la cause, et la "
             "prochaine commande qui écrit dans ce journal l’achèvera avant toute chose",
             {why.message}),
      {}};
}

// Tombstones first, durable and signed; keys next, under a new root.
Result<std::vector<Erased>> Record(Trail& trail, std::vector<Tombstone> tombstones,
                                   std::string_view service, base::Time now) {
  std::vector<Draft> drafts;
  drafts.reserve(tombstones.size());
  for (const Tombstone& one : tombstones) drafts.push_back(ToDraft(one, service, now));
  const uint64_t first = TRY(trail.Append(drafts));
  std::vector<Erased> erased;
  erased.reserve(tombstones.size());
  for (Tombstone& one : tombstones) erased.push_back({std::move(one), first + erased.size()});
  return erased;
}

Status EndRoot(Trail& trail) {
  trail.vault().keys().SetApplied(trail.size());
  if (auto done = trail.vault().Rekey(); !done) return Unfinished(done.error());
  return Ok{};
}

}  // namespace

Result<Erasure> Erase(Trail& trail, std::span<const Person> persons, std::string_view service,
                      base::Time now) {
  KeyStore& keys = trail.vault().keys();
  const std::vector<std::string> held = HeldCategories(keys.holds(), now);
  Erasure out;
  std::set<Key> ids;
  std::vector<Tombstone> tombstones;
  for (const Person& person : persons) {
    const Key id = keys.LookupId(person);
    const SubjectRow* row = keys.subjects().Find(id);
    if (row == nullptr) {
      out.unknown.push_back(person);
    } else if (ids.insert(id).second) {
      tombstones.push_back({row->record, held});
    }
  }
  if (tombstones.empty()) return out;
  out.erased = TRY(Record(trail, std::move(tombstones), service, now));
  for (const Key& id : ids) keys.subjects().Erase(id, held);
  TRY(EndRoot(trail));
  return out;
}

Result<Erasure> EraseReleased(Trail& trail, std::string_view service, base::Time now) {
  KeyStore& keys = trail.vault().keys();
  const std::vector<std::string> held = HeldCategories(keys.holds(), now);
  std::vector<Tombstone> tombstones;
  for (const SubjectPage& page : keys.subjects().pages())
    for (const HeldRow& row : page.held) {
      Tombstone left{row.record, {}};
      for (const HeldKey& one : row.keys)
        if (std::ranges::binary_search(held, one.category)) left.held.push_back(one.category);
      if (left.held.size() != row.keys.size()) tombstones.push_back(std::move(left));
    }
  Erasure out;
  if (tombstones.empty()) return out;
  out.erased = TRY(Record(trail, std::move(tombstones), service, now));
  for (const Erased& one : out.erased)
    keys.subjects().KeepHeld(one.tombstone.record, one.tombstone.held);
  TRY(EndRoot(trail));
  return out;
}

Result<Hold> AddHold(Trail& trail, std::vector<std::string> categories, std::string reason,
                     base::Time until, std::string_view service, base::Time now) {
  KeyStore& keys = trail.vault().keys();
  std::ranges::sort(categories);
  categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
  std::vector<std::string> all = HeldCategories(keys.holds(), now);
  all.insert(all.end(), categories.begin(), categories.end());
  if (categories.empty() || all.size() > kMostHeldCategories)
    return Invalid(Filled("a hold needs a data category, and all of them together at most {}",
                          "une conservation exige une catégorie de données, et toutes ensemble au "
                          "plus {}",
                          {kMostHeldCategories}));
  for (const std::string& category : categories)
    if (category.empty() || TextProblem(category, kMaxNameBytes))
      return Invalid(Filled("'{}' cannot be a data category",
                            "« {} » ne peut être une catégorie de données", {category}));
  if (reason.empty() || reason.size() > kLongestReason || !base::IsUtf8(reason))
    return Invalid(Filled("a hold needs a reason, of at most {} bytes",
                          "une conservation exige une raison, d’au plus {} octets",
                          {kLongestReason}));
  until = std::chrono::floor<std::chrono::seconds>(until);
  if (until <= now || until > base::Time(std::chrono::seconds(kLastHoldSecond)))
    return Invalid({"a hold must end, and in the future",
                    "une conservation doit avoir une fin, "
                    "et à venir"});
  Hold hold{
      .id = {}, .categories = std::move(categories), .reason = std::move(reason), .until = until};
  base::FillRandom(hold.id);
  const Draft draft = ToDraft(hold, service, now);
  TRY(trail.Append({&draft, 1}));
  keys.PutHold(hold);
  TRY(trail.vault().Keep());
  return hold;
}

Result<Hold> EndHold(Trail& trail, const HoldId& id, std::string_view service, base::Time now) {
  KeyStore& keys = trail.vault().keys();
  const auto known = std::ranges::find(keys.holds(), id, &Hold::id);
  if (known == keys.holds().end() || !known->LastsAt(now))
    return Error{Code::kNotFound,
                 Filled("there is no hold {} that lasts; `garant trail hold list` names them",
                        "il n’y a pas de conservation {} en cours; `garant trail hold list` les "
                        "énumère",
                        {base::ToHex(id)}),
                 {}};
  Hold hold = *known;
  hold.ended = true;
  const Draft draft = ToDraft(hold, service, now);
  TRY(trail.Append({&draft, 1}));
  keys.PutHold(hold);
  TRY(trail.vault().Keep());
  return hold;
}

}  // namespace garant::trail

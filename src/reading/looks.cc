#include "reading/looks.h"

#include <algorithm>
#include <map>
#include <set>

#include "reading/unseen.h"

namespace garant::reading {
namespace {

using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;
using expr::FieldOf;
using expr::Value;
using trail::Entry;
using trail::RunKey;
using trail::Token;

constexpr std::string_view kReading = "reading";
constexpr std::string_view kRequest = "request";
constexpr size_t kMostOfTrace = 1000;

template <typename T>
std::optional<T> FactOf(const Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const T* value = std::get_if<T>(&fact.value)) return *value;
  return std::nullopt;
}

class Finder {
 public:
  Finder(const service::Model& model, const trail::TrailReader& reader, const trail::KeyRing& keys,
         const trail::Person& person)
      : routes_(RoutesAbout(model)), reader_(reader), keys_(keys), person_(person) {
    for (const Value& one : FieldOf(model.root(), "people").list().items)
      people_.emplace_back(FieldOf(one, "id").text());
  }

  Result<Looks> Run(const LookSearch& wanted) {
    trail::Search search;
    search.all_of = {trail::ByPerson(RunKey::kSubject, person_, reader_, keys_)};
    search.since = wanted.since;
    search.until = wanted.until;
    search.order = wanted.order;
    search.from = wanted.from;
    Looks looks;
    do {
      search.most = wanted.most - looks.looks.size();
      const trail::FoundEntries found = TRY(trail::Find(reader_, search));
      for (const Entry& entry : found.entries) TRY(Take(entry, looks));
      search.from = looks.next = found.next;
    } while (looks.next && looks.looks.size() < wanted.most);
    return looks;
  }

 private:
  Status Take(const Entry& entry, Looks& looks) {
    if (entry.header.kind == kReading) {
      Look look = LookOf(entry, Look::At::kTrail);
      look.role = FactOf<std::string>(entry, "role").value_or("");
      look.purpose = FactOf<std::string>(entry, "purpose").value_or("");
      looks.looks.push_back(std::move(look));
      return Ok{};
    }
    const auto about = routes_.find(entry.header.route);
    if (about == routes_.end()) return Ok{};
    // Several lines of one request are one look.
    if (entry.header.trace && !seen_.emplace(*entry.header.trace, entry.header.route).second)
      return Ok{};
    Look look = LookOf(entry, Look::At::kService);
    look.roles = about->second;
    TRY(AddRequest(entry, look));
    looks.looks.push_back(std::move(look));
    return Ok{};
  }

  Look LookOf(const Entry& entry, Look::At at) const {
    Look look;
    look.entry = entry.index;
    look.time = entry.time;
    look.at = at;
    look.route = entry.header.route;
    look.part = entry.header.part;
    look.source = entry.header.source;
    look.outcome = entry.header.outcome;
    look.categories = entry.header.categories;
    look.method = FactOf<std::string>(entry, "method").value_or("");
    look.status = FactOf<int64_t>(entry, "status");
    NameActor(entry, look);
    return look;
  }

  void NameActor(const Entry& entry, Look& look) const {
    if (!entry.header.actor) return;
    look.actor = entry.header.actor;
    const uint32_t epoch = trail::EpochOf(entry.time);
    const auto is = [&](const trail::Person& person) {
      const auto token = keys_.TokenOf(person, epoch);
      return token && *token == *look.actor;
    };
    look.self = is(person_);
    for (const std::string& id : people_)
      if (is({std::string(kPeopleIssuer), id})) look.person = id;
  }

  // The guard's record of the same request, and who did it where another entry of the trace says.
  Status AddRequest(const Entry& entry, Look& look) const {
    if (entry.header.kind == kRequest) look.request = entry.index;
    if (!entry.header.trace) return Ok{};
    trail::Search search;
    search.all_of = {trail::ByToken(RunKey::kTrace, *entry.header.trace)};
    search.most = kMostOfTrace;
    const trail::FoundEntries found = TRY(trail::Find(reader_, search));
    for (const Entry& one : found.entries) {
      if (!look.actor) NameActor(one, look);
      if (look.request || one.header.kind != kRequest || one.header.route != entry.header.route)
        continue;
      look.request = one.index;
      look.outcome = one.header.outcome;
      look.method = FactOf<std::string>(one, "method").value_or(look.method);
      if (const auto status = FactOf<int64_t>(one, "status")) look.status = status;
      std::set<std::string> categories(look.categories.begin(), look.categories.end());
      categories.insert(one.header.categories.begin(), one.header.categories.end());
      look.categories.assign(categories.begin(), categories.end());
    }
    return Ok{};
  }

  std::map<std::string, std::vector<std::string>, std::less<>> routes_;
  std::vector<std::string> people_;
  const trail::TrailReader& reader_;
  const trail::KeyRing& keys_;
  const trail::Person& person_;
  std::set<std::pair<Token, std::string>> seen_;
};

}  // namespace

Error UnknownPerson() {
  return {Code::kNotFound,
          {"the trail knows nobody by that issuer and name: never seen, or erased",
           "le journal ne connaît personne sous ces émetteur et nom : jamais vue, ou effacée"},
          {}};
}

Result<Looks> WhoLooked(const service::Model& model, const trail::TrailReader& reader,
                        const trail::KeyRing& keys, const trail::Person& person,
                        const LookSearch& search) {
  if (keys.store().FindSubject(person) == nullptr) return UnknownPerson();
  Looks looks = TRY(Finder(model, reader, keys, person).Run(search));
  looks.unseen = TRY(WhatIsUnseen(RoutesAbout(model), reader, search));
  return looks;
}

}  // namespace garant::reading

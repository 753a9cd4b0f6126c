#include "service/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "service/schema.h"
#include "service/shape.h"

namespace garant::service {
namespace {

using base::Text;
using expr::Value;

// Ids that can be referred to, in the order of the file. Where the list cannot be read (or is
// missing, which was said), nothing is said of references to it.
struct Ids {
  std::vector<std::string_view> list;
  std::unordered_set<std::string_view> set;
  bool readable = true;
};

class Checker {
 public:
  Checker(const Value& root, Complaints& complaints) : root_(root), complaints_(complaints) {}

  void Check() {
    for (const Field& section : Sections())
      if (section.shape == Shape::kRecord && section.list)
        Gather(section.name, root_, section.name, section.required);
    const Value threats = Member(root_, "threats");
    Gather("threats.added", threats, "added", false);
    Gather("threats.accepted", threats, "accepted", false);
    Walk(Sections(), root_.record());
  }

 private:
  // Absent, at the place of `from`, where there is no such member.
  static Value Member(const Value& from, std::string_view name) {
    if (from.kind() != expr::Kind::kRecord) return from;
    const int slot = from.record().type->Find(name);
    return from.record().fields[static_cast<size_t>(slot)];
  }

  void Gather(std::string_view name, const Value& from, std::string_view member, bool required) {
    Ids& ids = ids_[name];
    const Value list = Member(from, member);
    const bool left_out = list.kind() == expr::Kind::kAbsent && list.origin() == from.origin();
    ids.readable = list.kind() == expr::Kind::kList || (left_out && !required);
    for (const Value& item : list.list().items) {
      if (item.kind() != expr::Kind::kRecord) continue;
      const Value& id = item.record().fields.front();
      if (id.kind() == expr::Kind::kText && ids.set.insert(id.text()).second)
        ids.list.push_back(id.text());
    }
  }

  void Walk(std::span<const Field> fields, const expr::Record& record) {
    std::string_view route;
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].shape == Shape::kRoute && record.fields[i].kind() == expr::Kind::kText)
        route = record.fields[i].text();
    const std::string_view outer = std::exchange(route_, route.empty() ? route_ : route);
    for (size_t i = 0; i < fields.size(); ++i) {
      const Value& value = record.fields[i];
      if (value.kind() != expr::Kind::kList) {
        CheckOne(fields[i], value);
        continue;
      }
      if (fields[i].shape == Shape::kRecord) RefuseTwice(fields[i].fields, value);
      for (const Value& item : value.list().items) CheckOne(fields[i], item);
    }
    route_ = outer;
  }

  void CheckOne(const Field& field, const Value& value) {
    if (value.kind() == expr::Kind::kRecord && field.shape == Shape::kRecord)
      return Walk(field.fields, value.record());
    if (value.kind() != expr::Kind::kText ||
        complaints_.Has(value.origin().line, value.origin().column))
      return;
    if (field.shape == Shape::kReference) CheckReference(field, value);
    if (field.shape == Shape::kParty) CheckParty(value);
    if (field.shape == Shape::kThreat) CheckThreat(field, value);
    if (field.shape == Shape::kParameter && !HasParameter(route_, value.text()))
      Complain(value, {fmt::format("route {} has no parameter {{{}}}; write the name of one that "
                                   "stands in it",
                                   Quote(route_), Quote(value.text())),
                       fmt::format("la route {} n’a pas de paramètre {{{}}}; écrivez le nom d’un "
                                   "paramètre qui y figure",
                                   Quote(route_), Quote(value.text()))});
  }

  void CheckReference(const Field& field, const Value& value) {
    const Ids& ids = ids_.at(field.refers_to);
    if (!ids.readable || ids.set.contains(value.text())) return;
    const Text nearest = complaints_.DidYouMean(value.text(), ids.list);
    Complain(value, {fmt::format("section '{}' has no '{}'{}", field.refers_to, Quote(value.text()),
                                 nearest.en),
                     fmt::format("la section « {} » n’a pas de « {} »{}", field.refers_to,
                                 Quote(value.text()), nearest.fr)});
  }

  void CheckParty(const Value& value) {
    const std::string_view party = value.text();
    if (party == "person" || party == "public") return;
    std::vector<std::string_view> homes;
    std::vector<std::string_view> candidates = {"person", "public"};
    for (const std::string_view section : {"systems", "stores", "sharing"}) {
      const Ids& ids = ids_.at(section);
      if (!ids.readable) return;
      if (ids.set.contains(party)) homes.push_back(section);
      const size_t some = std::min<size_t>(ids.list.size(), 100);
      candidates.insert(candidates.end(), ids.list.begin(),
                        ids.list.begin() + static_cast<ptrdiff_t>(some));
    }
    if (homes.size() == 1) return;
    if (homes.size() > 1) {
      Complain(value, {fmt::format("'{}' stands in both {} and {}; give one of them another id, so "
                                   "that a flow says which",
                                   Quote(party), homes[0], homes[1]),
                       fmt::format("« {} » figure à la fois dans {} et {}; donnez à l’un un autre "
                                   "identifiant, pour que le flux dise lequel",
                                   Quote(party), homes[0], homes[1])});
      return;
    }
    const Text nearest = complaints_.DidYouMean(party, candidates);
    Complain(value,
             {fmt::format("no system, store or sharing is called '{}'; write one of their "
                          "ids, person or public{}",
                          Quote(party), nearest.en),
              fmt::format("aucun système, dépôt ou partage ne s’appelle « {} »; écrivez un de "
                          "leurs identifiants, person ou public{}",
                          Quote(party), nearest.fr)});
  }

  // A dotted id names a threat that the rules derive; whether they do is theirs to say.
  void CheckThreat(const Field& field, const Value& value) {
    const std::string_view threat = value.text();
    const Ids& added = ids_.at("threats.added");
    const Ids& accepted = ids_.at("threats.accepted");
    const bool itself = field.unique;  // an accepted threat does not stand for itself
    if (threat.find('.') != std::string_view::npos || added.set.contains(threat)) return;
    if (!added.readable || (!itself && (!accepted.readable || accepted.set.contains(threat))))
      return;
    const Text nearest = complaints_.DidYouMean(threat, added.list);
    Complain(value, {fmt::format("threats.added has no '{}'; write the id of a threat that is "
                                 "there, or of a derived one, such as tampering.web{}",
                                 Quote(threat), nearest.en),
                     fmt::format("threats.added n’a pas de « {} »; écrivez l’identifiant d’une "
                                 "menace qui y figure, ou d’une menace dérivée, comme "
                                 "tampering.web{}",
                                 Quote(threat), nearest.fr)});
  }

  void RefuseTwice(std::span<const Field> fields, const Value& list) {
    for (size_t slot = 0; slot < fields.size(); ++slot) {
      if (!fields[slot].unique) continue;
      std::unordered_map<std::string, uint32_t> lines;
      for (const Value& item : list.list().items) {
        if (item.kind() != expr::Kind::kRecord) continue;
        const Value& value = item.record().fields[slot];
        if (value.kind() != expr::Kind::kText ||
            complaints_.Has(value.origin().line, value.origin().column))
          continue;
        const auto [first, added] = lines.emplace(KeyOf(fields[slot], value), value.origin().line);
        if (!added) RefuseSecond(fields[slot], value, first->second);
      }
    }
  }

  static std::string KeyOf(const Field& field, const Value& value) {
    if (field.shape == Shape::kRoute) return RouteKey(value.text());
    if (field.shape == Shape::kKey) return std::string(KeyWithoutComment(value.text()));
    return std::string(value.text());
  }

  void RefuseSecond(const Field& field, const Value& value, uint32_t line) {
    if (field.shape == Shape::kKey) {
      Complain(value, {fmt::format("this key is that of the person on line {}; nobody can sign for "
                                   "another, so each needs a key of their own",
                                   line),
                       fmt::format("cette clé est celle de la personne de la ligne {}; nul ne peut "
                                   "signer pour autrui, donc chacun doit avoir la sienne",
                                   line)});
      return;
    }
    Complain(value, {fmt::format("'{}' stands on line {} already; no two may have the same '{}'",
                                 Quote(value.text()), line, field.name),
                     fmt::format(
                         "« {} » figure déjà à la ligne {}; deux éléments ne peuvent avoir le même "
                         "« {} »",
                         Quote(value.text()), line, field.name)});
  }

  void Complain(const Value& value, Text message) {
    complaints_.Add(value.origin().line, value.origin().column, std::move(message));
  }

  const Value& root_;
  Complaints& complaints_;
  std::map<std::string_view, Ids> ids_;
  std::string_view route_;
};

}  // namespace

void CheckReferences(const Value& root, Complaints& complaints) {
  Checker(root, complaints).Check();
}

}  // namespace garant::service

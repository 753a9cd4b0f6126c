#include "proof/acts.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "proof/declared.h"

namespace garant::proof {
namespace {

using expr::Value;

// Clocks differ: a signer's may run ahead of the trail's by this much.
constexpr std::chrono::minutes kClockSkew{5};

struct Signer {
  std::string role;
  std::string team;
  std::vector<identity::PublicKey> keys;
};

std::map<std::string, Signer> SignersOf(const service::Model& model) {
  std::map<std::string, Signer> signers;
  for (const Value& person : Each(FieldOf(model.root(), "people"))) {
    Signer signer;
    signer.role = std::string(TextOf(FieldOf(person, "role")));
    signer.team = std::string(TextOf(FieldOf(person, "team")));
    if (auto key = identity::ParsePublicKey(std::string(TextOf(FieldOf(person, "key")))))
      signer.keys.push_back(std::move(*key));
    signers.emplace(std::string(TextOf(FieldOf(person, "id"))), std::move(signer));
  }
  return signers;
}

void CopyPayload(const identity::Act& payload, Act& act) {
  act.kind = std::string(identity::ActKindName(payload.kind));
  act.item = payload.item;
  act.by = payload.by;
  act.at = payload.at;
  act.expires = payload.expires;
  act.statement = payload.statement;
  act.with = payload.with;
  act.of = payload.of.value_or("");
  if (payload.mode) act.mode = std::string(identity::ExcuseModeName(*payload.mode));
  if (payload.document) act.document = base::FormatDigest(*payload.document);
  act.issuer = payload.issuer;
  act.dated = payload.dated.value_or(base::Time{});
  act.covers = payload.covers;
}

class Verifier {
 public:
  Verifier(const service::Model& model, base::Time as_of)
      : model_(model), as_of_(as_of), signers_(SignersOf(model)) {}

  Act Verify(const StoredAct& stored) {
    Act act;
    act.entry = stored.entry;
    act.recorded = stored.time;
    if (!stored.readable) return act;
    auto payload = identity::ParseAct(stored.act.payload);
    if (!payload) return act;
    act.id = identity::ActId(stored.act.payload);
    CopyPayload(*payload, act);
    const auto signer = signers_.find(act.by);
    if (signer != signers_.end()) {
      act.role = signer->second.role;
      act.team = signer->second.team;
    }
    for (const std::string& id : act.with)
      if (const auto met = signers_.find(id); met != signers_.end())
        act.with_roles.push_back(met->second.role);
    act.standing = StandingOf(stored, *payload, act);
    if (act.standing == Standing::kCounts) {
      act.unchanged = DigestNow(act.covers) == payload->digest;
      counted_.insert(act.id);
    }
    return act;
  }

 private:
  Standing StandingOf(const StoredAct& stored, const identity::Act& payload, const Act& act) {
    if (stored.act.signature.empty()) return Standing::kClaimed;
    const auto signer = signers_.find(act.by);
    if (signer == signers_.end() || signer->second.keys.empty()) return Standing::kUnknownPerson;
    if (!identity::VerifyAct(stored.act, signer->second.keys)) return Standing::kForged;
    if (payload.service != model_.id()) return Standing::kOtherService;
    if (payload.at > as_of_ || payload.at > stored.time + kClockSkew) return Standing::kNotYet;
    if (payload.expires <= as_of_) return Standing::kExpired;
    if (counted_.contains(act.id)) return Standing::kReplayed;
    if (payload.kind == identity::ActKind::kExternal && !MayTakeUpDocuments(act.role))
      return Standing::kNoMandate;
    return Standing::kCounts;
  }

  // Many acts cover the same sections, and to write those out costs more than a signature.
  std::optional<base::Digest> DigestNow(const std::vector<std::string>& sections) {
    const auto [known, is_new] = digests_.try_emplace(sections);
    if (is_new)
      if (auto digest = model_.DigestOf(sections)) known->second = *digest;
    return known->second;
  }

  const service::Model& model_;
  base::Time as_of_;
  std::map<std::string, Signer> signers_;
  std::map<std::vector<std::string>, std::optional<base::Digest>> digests_;
  std::set<std::string> counted_;
};

// Two people who sign with one key are one person.
bool SameSigner(const service::Model& model, const Act& a, const Act& b) {
  if (a.by == b.by) return true;
  std::string_view key_a;
  std::string_view key_b;
  for (const Value& person : Each(FieldOf(model.root(), "people"))) {
    if (TextOf(FieldOf(person, "id")) == a.by) key_a = TextOf(FieldOf(person, "key"));
    if (TextOf(FieldOf(person, "id")) == b.by) key_b = TextOf(FieldOf(person, "key"));
  }
  const auto parsed_a = identity::ParsePublicKey(std::string(key_a));
  const auto parsed_b = identity::ParsePublicKey(std::string(key_b));
  return parsed_a && parsed_b && *parsed_a == *parsed_b;
}

void JoinApprovals(const service::Model& model, std::vector<Act>& acts) {
  for (const Act& approval : acts) {
    if (approval.standing != Standing::kCounts || approval.kind != "approval" ||
        approval.of.empty() || !approval.unchanged)
      continue;
    for (Act& act : acts)
      if (act.id == approval.of && act.standing == Standing::kCounts && act.item == approval.item &&
          act.approved_by.empty() && !SameSigner(model, act, approval)) {
        act.approved_by = approval.by;
        act.approval = approval.id;
      }
  }
}

}  // namespace

base::Text StandingText(Standing standing) {
  switch (standing) {
    case Standing::kCounts:
      return {"counts", "compte"};
    case Standing::kClaimed:
      return {"claimed only: it is not signed", "seulement affirmé : non signé"};
    case Standing::kForged:
      return {"forged: the signature is not that person's",
              "falsifié : la signature n’est pas de cette personne"};
    case Standing::kUnknownPerson:
      return {"the service file names no such person with a key",
              "le fichier de service ne nomme aucune personne de ce nom avec une clé"};
    case Standing::kOtherService:
      return {"signed for another service", "signé pour un autre service"};
    case Standing::kExpired:
      return {"expired", "expiré"};
    case Standing::kNotYet:
      return {"dated in the future", "daté dans l’avenir"};
    case Standing::kReplayed:
      return {"replayed: it stands in an earlier entry",
              "rejoué : il figure dans une entrée antérieure"};
    case Standing::kNoMandate:
      return {
          "a third party's document is not for those who make or run the service to take up: "
          "have it signed by who answers for risk, security, privacy, records or law, or by an "
          "auditor",
          "le document d’un tiers ne peut être versé par qui réalise ou exploite le service : "
          "faites-le signer par qui répond des risques, de la sécurité, de la vie privée, des "
          "documents ou du droit, ou par une personne chargée de l’audit"};
    case Standing::kUnreadable:
      return {"unreadable", "illisible"};
  }
  return {};
}

bool MayTakeUpDocuments(std::string_view role) {
  constexpr std::array<std::string_view, 3> kMakers = {"product-owner", "developer", "operations"};
  return !role.empty() && std::ranges::find(kMakers, role) == kMakers.end();
}

base::Result<trail::Draft> ToDraft(const identity::SignedAct& act, base::Time time) {
  const identity::Act payload = TRY(identity::ParseAct(act.payload));
  trail::Draft draft;
  draft.time = time;
  draft.kind = kActKind;
  draft.service = payload.service;
  draft.source = "act";
  draft.facts = {{"by", payload.by},
                 {"expires", std::chrono::duration_cast<std::chrono::seconds>(
                                 payload.expires.time_since_epoch())
                                 .count()},
                 {"item", payload.item},
                 {"kind", std::string(identity::ActKindName(payload.kind))}};
  const auto seal = [&](const char* category, const std::string& text) {
    const base::ByteView bytes = base::AsBytes(text);
    draft.sealed.push_back(
        {trail::KeyClass::kRecord, category, base::Bytes(bytes.begin(), bytes.end()), {}});
  };
  seal("act", act.payload);
  if (!act.signature.empty()) seal("signature", act.signature);
  return draft;
}

std::vector<StoredAct> ReadActs(std::span<const trail::Entry> entries, const trail::KeyRing* keys) {
  std::vector<StoredAct> stored;
  for (const trail::Entry& entry : entries) {
    if (entry.header.kind != kActKind) continue;
    StoredAct act{{}, entry.index, entry.time, keys != nullptr && !entry.parts.empty()};
    for (uint32_t number = 0; act.readable && number < entry.parts.size(); ++number) {
      auto bytes = keys->OpenPart(entry, number);
      if (!bytes)
        act.readable = false;
      else if (entry.parts[number].category == "act")
        act.act.payload = std::string(base::AsText(*bytes));
      else if (entry.parts[number].category == "signature")
        act.act.signature = std::string(base::AsText(*bytes));
    }
    stored.push_back(std::move(act));
  }
  return stored;
}

std::vector<Act> VerifyActs(std::span<const StoredAct> stored, const service::Model& model,
                            base::Time as_of) {
  Verifier verifier(model, as_of);
  std::vector<Act> acts;
  for (const StoredAct& one : stored)
    if (one.time <= as_of) acts.push_back(verifier.Verify(one));
  JoinApprovals(model, acts);
  return acts;
}

}  // namespace garant::proof

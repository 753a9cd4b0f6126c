#include "cli/making_acts.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "proof/acts.h"
#include "proof/declared.h"
#include "service/placeholder.h"

namespace garant::cli {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using expr::Value;

namespace {

// Acts carry whole seconds: what a person reads is what was signed.
base::Time WholeSeconds(base::Time time) { return std::chrono::floor<std::chrono::seconds>(time); }

base::Status CheckPerson(const service::Model& model, const std::string& id) {
  std::vector<std::string_view> known;
  for (const Value& person : proof::Each(expr::FieldOf(model.root(), "people"))) {
    known.push_back(proof::TextOf(expr::FieldOf(person, "id")));
    if (known.back() == id) return base::Ok{};
  }
  const std::string near(base::Nearest(id, known.data(), known.size()));
  return Error{Code::kInvalid,
               Filled("the service file names no person '{}'{}",
                      "le fichier de service ne nomme personne « {} »{}",
                      {id, near.empty() ? base::Text()
                                        : Filled("; did you mean '{}'?",
                                                 "; vouliez-vous dire « {} »?", {near})}),
               {}};
}

std::string_view RoleOf(const service::Model& model, std::string_view id) {
  for (const Value& person : proof::Each(expr::FieldOf(model.root(), "people")))
    if (proof::TextOf(expr::FieldOf(person, "id")) == id)
      return proof::TextOf(expr::FieldOf(person, "role"));
  return {};
}

std::vector<identity::PublicKey> KeysOf(const service::Model& model, const std::string& person) {
  std::vector<identity::PublicKey> keys;
  for (const Value& one : proof::Each(expr::FieldOf(model.root(), "people")))
    if (proof::TextOf(expr::FieldOf(one, "id")) == person)
      if (auto key =
              identity::ParsePublicKey(std::string(proof::TextOf(expr::FieldOf(one, "key")))))
        keys.push_back(std::move(*key));
  return keys;
}

}  // namespace

Result<std::string> MakePayload(const ActRequest& request, const service::Model& model,
                                const standard::Standard& standard) {
  identity::Act act;
  act.kind = request.kind;
  act.service = std::string(model.id());
  act.item = request.item;
  act.by = request.by;
  act.statement = request.statement;
  if (service::IsPlaceholder(act.statement))
    return Error{Code::kInvalid,
                 Filled("the statement '{}' only holds the place of one: say what was done or "
                        "decided",
                        "la déclaration « {} » ne fait que tenir lieu d’une déclaration : dites ce "
                        "qui a été fait ou décidé",
                        {act.statement}),
                 {}};
  act.at = WholeSeconds(request.at);
  act.expires = WholeSeconds(request.expires);
  if (act.item != "-") {
    const standard::Item* item = standard.FindItem(act.item);
    if (item == nullptr)
      return Error{Code::kInvalid,
                   Filled("the standard has no item '{}'; write - for the whole service",
                          "le référentiel n’a pas d’élément « {} »; écrivez - pour tout le service",
                          {act.item}),
                   {}};
    act.covers = item->covers;
  }
  if (act.kind == identity::ActKind::kExcuse && act.expires - act.at > std::chrono::days{366})
    return Error{Code::kInvalid,
                 {"an excuse lasts a year at most; give --expires P1Y or less",
                  "une dispense dure un an au plus; donnez --expires P1Y ou moins"},
                 {}};
  act.digest = TRY(model.DigestOf(act.covers));
  TRY(CheckPerson(model, act.by));
  if (act.kind == identity::ActKind::kExternal && !proof::MayTakeUpDocuments(RoleOf(model, act.by)))
    return Error{Code::kInvalid,
                 Filled("a third party's document is not for '{}' ({}) to take up: have it signed "
                        "by who answers for risk, security, privacy, records or law, or by an "
                        "auditor",
                        "le document d’un tiers ne peut être versé par « {} » ({}) : faites-le "
                        "signer par qui répond des risques, de la sécurité, de la vie privée, des "
                        "documents ou du droit, ou par une personne chargée de l’audit",
                        {act.by, std::string(RoleOf(model, act.by))}),
                 {}};
  act.with = request.with;
  std::sort(act.with.begin(), act.with.end());
  act.with.erase(std::unique(act.with.begin(), act.with.end()), act.with.end());
  for (const std::string& person : act.with) TRY(CheckPerson(model, person));
  if (!request.of.empty()) act.of = request.of;
  if (!request.mode.empty())
    act.mode = request.mode == "accepted" ? identity::ExcuseMode::kAccepted
                                          : identity::ExcuseMode::kNotApplicable;
  if (!request.document.empty()) {
    const std::string content = TRY(base::ReadFile(request.document));
    act.document = base::Sha256(base::AsBytes(content));
    act.document_name = request.document_name.empty()
                            ? std::filesystem::path(request.document).filename().string()
                            : request.document_name;
  }
  act.issuer = request.issuer;
  act.dated = request.dated;
  return identity::FormatAct(act);
}

base::Status CheckSignature(const identity::SignedAct& act, const service::Model& model) {
  const identity::Act read = TRY(identity::ParseAct(act.payload));
  const auto keys = KeysOf(model, read.by);
  if (keys.empty())
    return Error{
        Code::kInvalid,
        Filled("the service file has no key for '{}'; add the public key to people: before "
               "they sign",
               "le fichier de service n’a pas de clé pour « {} »; ajoutez la clé publique à "
               "people: avant de signer",
               {read.by}),
        {}};
  if (!identity::VerifyAct(act, keys))
    return Error{
        Code::kUntrusted,
        Filled("this is not the signature of '{}': the key that signed is not the one that "
               "the service file gives them",
               "ce n’est pas la signature de « {} » : la clé qui a signé n’est pas celle que "
               "le fichier de service lui donne",
               {read.by}),
        {}};
  return base::Ok{};
}

}  // namespace garant::cli

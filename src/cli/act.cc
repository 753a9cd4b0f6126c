#include <algorithm>

#include "base/file.h"
#include "cli/making_acts.h"
#include "cli/openssh.h"
#include "cli/workspace.h"
#include "proof/acts.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

Result<ActRequest> RequestOf(const Invocation& call, base::Time now) {
  ActRequest request;
  request.kind = *identity::FindActKind(call.argument);
  for (const auto& [option, into] :
       {std::pair{"item", &request.item}, {"by", &request.by}, {"statement", &request.statement}}) {
    *into = call.Value(option);
    if (into->empty())
      return Error{Code::kInvalid, Filled("an act needs --{}", "un acte exige --{}", {option}), {}};
  }
  request.at = now;
  if (call.Has("at")) request.at = TRY(base::ParseTime(call.Value("at")));
  if (request.at > now)
    return Error{Code::kInvalid,
                 {"--at lies in the future; an act says what was, or is",
                  "--at est dans l’avenir; un acte dit ce qui a été, ou ce qui est"},
                 {}};
  const std::string expires = call.Value("expires", "P1Y");
  if (auto duration = base::ParseDuration(expires)) {
    request.expires = request.at + *duration;
  } else if (auto time = base::ParseTime(expires)) {
    request.expires = *time;
  } else {
    return Error{Code::kInvalid,
                 {"--expires takes a duration (P1Y) or a date (2027-11-23)",
                  "--expires prend une durée (P1Y) ou une date (2027-11-23)"},
                 {}};
  }
  request.with = call.All("with");
  request.of = call.Value("of");
  request.mode = call.Value("mode");
  request.document = call.Value("document");
  request.issuer = call.Value("issuer");
  if (call.Has("dated")) request.dated = TRY(base::ParseTime(call.Value("dated")));
  return request;
}

// What was signed elsewhere, or what is to be signed here.
Result<std::string> PayloadOf(const Invocation& call, const service::Model& model,
                              const standard::Standard& standard, base::Time now) {
  if (!call.Has("payload")) return MakePayload(TRY(RequestOf(call, now)), model, standard);
  std::string payload = TRY(base::ReadFile(call.Value("payload"), 64U << 10U));
  const identity::Act act = TRY(identity::ParseAct(payload));
  if (act.kind != *identity::FindActKind(call.argument))
    return Error{
        Code::kInvalid,
        {"the payload is another kind of act", "ce qui est à signer est un acte d’un autre genre"},
        {}};
  if (act.service != model.id())
    return Error{
        Code::kInvalid,
        Filled("the payload is an act of another service, '{}'",
               "ce qui est à signer est un acte d’un autre service, « {} »", {act.service}),
        {}};
  return payload;
}

Result<identity::SignedAct> Sign(const Invocation& call, std::string payload,
                                 const service::Model& model) {
  identity::SignedAct act{std::move(payload), {}};
  if (call.Has("unsigned")) return act;
  if (call.Has("signature"))
    act.signature = TRY(base::ReadFile(call.Value("signature"), 64U << 10U));
  else if (call.Has("key"))
    act.signature = TRY(SignWithOpenSsh(act.payload, call.Value("key")));
  else
    return Error{
        Code::kInvalid,
        {"sign it with --key FILE, or give --payload and --signature made elsewhere, or say "
         "--unsigned: then it is only claimed and proves nothing",
         "signez-le avec --key FICHIER, ou donnez --payload et --signature faite ailleurs, ou "
         "dites "
         "--unsigned : il n’est alors qu’affirmé et ne prouve rien"},
        {}};
  TRY(CheckSignature(act, model));
  return act;
}

}  // namespace

int RunAct(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const auto standard = ReadStandard(call, status);
  if (standard == nullptr) return status;
  const base::SystemClock clock;
  auto payload = PayloadOf(call, *model, *standard, clock.Now());
  if (!payload) return call.Fail(payload.error());
  if (call.Has("print")) {
    *call.out << *payload;
    return kMet;
  }
  auto act = Sign(call, std::move(*payload), *model);
  if (!act) return call.Fail(act.error());
  auto draft = proof::ToDraft(*act, clock.Now());
  if (!draft) return call.Fail(draft.error());
  auto trail = OpenTrail(PlacesOf(call, file, *model), model->id(), clock);
  if (!trail) return call.Fail(trail.error());
  auto index = (*trail)->Append({&*draft, 1});
  if (!index) return call.Fail(index.error());
  const std::string id = identity::ActId(act->payload);
  *call.out << call.Say({"Recorded as entry " + std::to_string(*index) + ": " + id,
                         "Consigné à l’entrée " + std::to_string(*index) + " : " + id})
            << (act->signature.empty() ? call.Say({" (claimed only: it proves nothing)",
                                                   " (seulement affirmé : ne prouve rien)"})
                                       : std::string())
            << "\n";
  return kMet;
}

}  // namespace garant::cli

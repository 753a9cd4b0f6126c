#include <filesystem>

#include "cli/signed_acts.h"
#include "cli/workspace.h"
#include "proof/declared.h"

namespace garant::cli {
namespace {

// The private keys that lie in `folder` under the ids of the service file's people.
std::map<std::string, std::string> KeysIn(const std::string& folder, const service::Model& model) {
  std::map<std::string, std::string> keys;
  std::error_code error;
  for (const expr::Value& person : proof::Each(expr::FieldOf(model.root(), "people"))) {
    const std::string id(proof::TextOf(expr::FieldOf(person, "id")));
    const std::string path = folder + "/" + id;
    if (std::filesystem::is_regular_file(path, error)) keys[id] = path;
  }
  return keys;
}

}  // namespace

int RunActs(const Invocation& call) {
  if (!call.Has("keys"))
    return call.Misuse(
        {"name the folder of the keys with --keys: it holds a private key for each "
         "person who says something, named after their id",
         "nommez le dossier des clés avec --keys : il contient la clé privée de "
         "chaque personne qui dit quelque chose, nommée d’après son identifiant"});
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const auto standard = ReadStandard(call, status);
  if (standard == nullptr) return status;
  const base::SystemClock clock;
  const auto keys = KeysIn(call.Value("keys"), *model);
  auto drafts = SignActs(call.argument, keys, *model, *standard, clock.Now());
  if (!drafts) return call.Fail(drafts.error());
  if (drafts->empty())
    return call.Misuse(
        {call.argument + " holds no act", call.argument + " ne contient aucun acte"});
  auto trail = OpenTrail(PlacesOf(call, file, *model), model->id(), clock);
  if (!trail) return call.Fail(trail.error());
  auto first = (*trail)->Append(*drafts);
  if (!first) return call.Fail(first.error());
  const std::string count = std::to_string(drafts->size());
  const std::string from = std::to_string(*first);
  const std::string to = std::to_string(*first + drafts->size() - 1);
  *call.out << call.Say({"Recorded " + count + " acts as entries " + from + " to " + to + ".",
                         count + " actes consignés aux entrées " + from + " à " + to + "."})
            << "\n";
  return kMet;
}

}  // namespace garant::cli

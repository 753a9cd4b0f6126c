#include "cli/workspace.h"
#include "trail/upkeep/backup.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Text;

void Line(const Invocation& call, const Text& text) { *call.out << Shown(call.Say(text)) << "\n"; }

// Carries out what the tree says was erased, and draws a new generation.
int OpenRestored(const Invocation& call, const Places& places, std::string_view service) {
  if (places.root_key.empty() || !trail::HasCustody(places.root_key)) {
    Line(call, {"The root key is not at hand: what is sealed in it stays closed until a command "
                "that writes opens it.",
                "La clé racine n’est pas à portée : ce qui y est scellé reste fermé jusqu’à ce "
                "qu’une commande qui écrit l’ouvre."});
    return kMet;
  }
  const base::SystemClock clock;
  const auto trail = OpenTrail(places, service, clock);
  if (!trail) {
    Line(call, {"It can be read in clear and verified. What is sealed in it cannot be opened, and "
                "nothing can be appended, without keys that open under the living root:",
                "Il peut être lu en clair et vérifié. Ce qui y est scellé ne peut être ouvert, et "
                "rien ne peut y être ajouté, sans des clés qui s’ouvrent sous la racine en vie :"});
    call.Fail(trail.error());
    return kNotMet;
  }
  Line(call, {"It was opened for writing: whom its entries say were erased is erased in its keys, "
              "too. Now: garant trail rotate-root, and garant trail verify with a checkpoint that "
              "was kept elsewhere.",
              "Il a été ouvert en écriture : qui, selon ses entrées, a été effacé l’est aussi dans "
              "ses clés. Ensuite : garant trail rotate-root, et garant trail verify avec un point "
              "de contrôle conservé ailleurs."});
  return kMet;
}

}  // namespace

int RunTrailRestore(const Invocation& call) {
  if (call.argument.empty())
    return call.Misuse({"name the folder of the back-up", "nommez le dossier de la copie"});
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const Places places = PlacesOf(call, file, *model);
  const auto done = trail::Restore(call.argument, places.trail);
  if (!done) return call.Fail(done.error());
  Line(call, Filled("{} holds entries {} to {} (exclusive) again, root {}.",
                    "{} contient de nouveau les entrées {} à {} (exclue), racine {}.",
                    {places.trail, done->kept_from, done->entries, base::ToBase64(done->root)}));
  if (!done->is_signed)
    Line(call, {"The digests of the back-up are not signed: damage to its keys would have been "
                "seen, somebody who changed them and the digests would not.",
                "Les empreintes de la copie ne sont pas signées : un dommage à ses clés se serait "
                "vu, mais pas qui aurait modifié celles-ci et les empreintes."});
  // Elsewhere, under the same root, the trail may live: opening for writing would end its root.
  if (call.Has("trail")) {
    Line(call, {"It was not opened for writing. Do so only if the trail that it is a copy of is "
                "gone: under one root only one of them can go on.",
                "Il n’a pas été ouvert en écriture. Ne le faites que si le journal dont il est la "
                "copie n’existe plus : sous une même racine, un seul des deux peut continuer."});
    return kMet;
  }
  return OpenRestored(call, places, model->id());
}

}  // namespace garant::cli

#include <filesystem>

#include "base/file.h"
#include "cli/trail_key.h"
#include "cli/trail_keys.h"
#include "trail/keys/key_vault.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/upkeep/backup.h"
#include "trail/upkeep/backup_place.h"
#include "trail/upkeep/check_backup.h"

namespace garant::cli {
namespace {

using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

void Line(const Invocation& call, const Text& text) { *call.out << Shown(call.Say(text)) << "\n"; }

bool HasRoot(const Places& places) {
  return !places.root_key.empty() && trail::HasCustody(places.root_key);
}

// Durable before anything leaves.
Status Record(const Places& places, std::string_view service, const std::string& to, bool keys) {
  const base::SystemClock clock;
  const auto trail = TRY(OpenTrail(places, service, clock));
  const trail::Draft draft = trail::BackupDraft(trail->size(), keys, to, service, clock.Now());
  TRY(trail->Append({&draft, 1}));
  return Ok{};
}

int Make(const Invocation& call, const Places& places, std::string_view service) {
  std::error_code error;
  const std::string to = std::filesystem::absolute(call.argument, error).lexically_normal();
  const auto keys = call.Has("no-keys") ? trail::WithKeys::kNo : trail::WithKeys::kYes;
  if (const auto apart = trail::CheckApart(places.trail, to); !apart)
    return call.Fail(apart.error());
  if (const auto fit = trail::CheckIsForBackup(places.trail, to); !fit)
    return call.Fail(fit.error());
  std::optional<std::string> root;
  if (HasRoot(places)) {
    if (const auto wrong = MayBeACopy(call)) return call.Misuse(*wrong);
    root = places.root_key;
    const auto recorded = Record(places, service, to, keys == trail::WithKeys::kYes);
    if (!recorded) return call.Fail(recorded.error());
  }
  const auto done = trail::BackUp(places.trail, to, keys, root);
  if (!done) return call.Fail(done.error());
  Line(call, Filled("{} holds entries {} to {} (exclusive), root {}; {} segments and {} bytes were "
                    "new.",
                    "{} contient les entrées {} à {} (exclue), racine {}; {} segments et {} octets "
                    "étaient nouveaux.",
                    {to, done->kept_from, done->entries, base::ToBase64(done->root),
                     uint64_t{done->new_segments}, done->bytes}));
  Line(call, done->keys
                 ? Text{"Its keys are void after the next new root, which every erasure makes, and "
                        "each day that expires: make it anew then. The root is not in it.",
                        "Ses clés sont nulles après la prochaine racine, que fait chaque "
                        "effacement, et chaque journée qui expire : refaites-la alors. La racine "
                        "n’y est pas."}
                 : Text{"It has no keys: what is sealed in it needs those of the trail.",
                        "Elle n’a pas de clés : ce qui y est scellé exige celles du journal."});
  if (!root)
    Line(call, {"It is not recorded in the trail, and its list of digests is not signed: the root "
                "key is not at hand.",
                "Elle n’est pas consignée au journal, et sa liste d’empreintes n’est pas signée : "
                "la clé racine n’est pas à portée."});
  return kMet;
}

// Whether the trail goes on from what the copy holds.
Status SayContinues(const Invocation& call, const Places& places, const trail::VerifyReport& copy) {
  if (!trail::TrailExists(places.trail)) return Ok{};
  const auto reader = TRY(trail::TrailReader::Open(places.trail));
  if (copy.entries > reader.size() ||
      TRY(trail::TreeRoot(reader.hashes(), copy.entries)) != copy.root)
    return Error{base::Code::kUntrusted,
                 Filled("the trail in {}, of {} entries, does not continue the back-up of {}: one "
                        "of them was put back or changed",
                        "le journal dans {}, de {} entrées, ne continue pas la copie de {} : l’un "
                        "des deux a été remis ou modifié",
                        {places.trail, reader.size(), copy.entries}),
                 {}};
  Line(call,
       Filled("The trail continues it and has {} entries more.",
              "Le journal la continue et a {} entrées de plus.", {reader.size() - copy.entries}));
  return Ok{};
}

// False where there are keys and they do not open.
bool SayKeys(const Invocation& call, const Places& places, const std::string& copy) {
  if (!base::Exists(trail::KeyTablePath(copy))) {
    Line(call, {"It has no keys.", "Elle n’a pas de clés."});
    return true;
  }
  if (!HasRoot(places)) {
    Line(call, {"Its keys were not checked: that needs the root key.",
                "Ses clés n’ont pas été vérifiées : il y faut la clé racine."});
    return true;
  }
  const auto custody = trail::OpenCustody(places.root_key, copy);
  const auto keys =
      custody ? trail::KeyVault::Read(copy, **custody) : Result<trail::KeyStore>(custody.error());
  if (keys) {
    Line(call,
         {"Its keys open under the living root.", "Ses clés s’ouvrent sous la racine en vie."});
    return true;
  }
  Line(call, Filled("Its keys are void, make it anew: {}", "Ses clés sont nulles, refaites-la : {}",
                    {keys.error().message}));
  return false;
}

int Check(const Invocation& call, const Places& places) {
  const auto named = TrailKeyOf(call);
  if (!named) return call.Fail(named.error());
  std::optional<std::string> pinned;
  if (*named)
    pinned = (*named)->ToString();
  else if (const auto own = base::ReadFile(trail::VerifierKeyPath(places.trail), 4096))
    pinned = *own;
  const auto report = trail::CheckBackup(call.argument, pinned);
  if (!report) return call.Fail(report.error());
  for (const trail::Fault& fault : report->trail.faults)
    *call.out << (fault.file.empty() ? "" : call.argument + "/")
              << Shown(fault.ToString(call.language)) << "\n";
  if (!report->trail.ok()) {
    Line(call,
         {"The back-up does NOT hold. Remove what is named and back up again; where it still does "
          "not hold, make it anew in an empty folder.",
          "La copie ne tient PAS. Supprimez ce qui est nommé et refaites-la; si elle ne tient "
          "toujours pas, refaites-la dans un dossier vide."});
    return base::ExitStatus(base::Code::kUntrusted);
  }
  Line(call,
       Filled("The back-up holds: {} entries, root {}.", "La copie tient : {} entrées, racine {}.",
              {report->trail.entries, base::ToBase64(report->trail.root)}));
  if (!report->is_whole)
    Line(call, {"Its making was broken off: each file is as one of two lists of digests has it, "
                "which shows less than one list does. Back up again.",
                "Sa copie s’est interrompue : chaque fichier est tel que l’une de deux listes "
                "d’empreintes le dit, ce qui montre moins qu’une seule. Refaites-la."});
  else
    Line(call,
         report->is_signed
             ? Text{"No byte of it changed since it was made: the log signed its digests.",
                    "Aucun de ses octets n’a changé depuis qu’elle est faite : le journal a "
                    "signé ses empreintes."}
             : Text{"No byte of it was damaged since it was made. Its digests are not signed: "
                    "who changed its keys, and the digests too, is not seen.",
                    "Aucun de ses octets n’a été abîmé depuis qu’elle est faite. Ses "
                    "empreintes ne sont pas signées : qui aurait modifié ses clés, et les "
                    "empreintes aussi, ne se voit pas."});
  if (const auto said = SayContinues(call, places, report->trail); !said)
    return call.Fail(said.error());
  return SayKeys(call, places, call.argument) ? kMet : kNotMet;
}

}  // namespace

int RunTrailBackup(const Invocation& call) {
  if (call.argument.empty())
    return call.Misuse({"name the folder of the back-up", "nommez le dossier de la copie"});
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const Places places = PlacesOf(call, file, *model);
  if (call.Has("check")) return Check(call, places);
  if (!trail::TrailExists(places.trail))
    return call.Fail(
        {base::Code::kNotFound,
         Filled("there is no trail in {}; name its folder with --trail",
                "il n’y a pas de journal dans {}; nommez son dossier avec --trail", {places.trail}),
         {}});
  return Make(call, places, model->id());
}

}  // namespace garant::cli

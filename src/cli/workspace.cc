#include "cli/workspace.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "proof/facts.h"
#include "trail/checkpoint.h"
#include "trail/observation_kinds.h"
#include "trail/reader.h"

namespace garant::cli {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
namespace fs = std::filesystem;

namespace {

constexpr const char* kDefaultStandard = "digital-playbook-9";

std::string KeysFolder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return std::string(data) + "/garant";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return std::string(home) + "/.local/share/garant";
  return {};
}

// A file that a trail must have and this one has not, though others of it are there; empty where
// nothing is missing, or where there is no trail at all.
std::string MissingPart(const std::string& trail) {
  std::string missing;
  bool any = false;
  for (const char* part : {"log", "checkpoints", "log.vkey", "keys"}) {
    const bool here = base::Exists(trail + "/" + part);
    any = any || here;
    if (!here && missing.empty()) missing = part;
  }
  return any ? missing : std::string();
}

// What a trail's own files get wrong is evidence that does not hold, whatever is wrong with them.
Error Distrust(Error error, const std::string& trail) {
  const bool own = error.code == Code::kInvalid || error.code == Code::kNotFound ||
                   error.code == Code::kUnsupported;
  if (!own) return error;
  return Error{Code::kUntrusted, Filled("{}: {}", "{} : {}", {trail, error.message}), {}};
}

}  // namespace

int Complain(const Invocation& call, const base::Diagnostics& diagnostics) {
  for (const base::Diagnostic& one : diagnostics)
    *call.err << Shown(one.ToString(call.language)) << "\n";
  const std::string count = std::to_string(diagnostics.size());
  *call.err << call.Say({"garant: " + count + (diagnostics.size() == 1 ? " error" : " errors"),
                         "garant : " + count + (diagnostics.size() == 1 ? " erreur" : " erreurs")})
            << "\n";
  return kBadInput;
}

std::string ProgramFolder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? std::string() : program.parent_path().string();
}

Places PlacesOf(const Invocation& call, const std::string& service_file,
                std::string_view service_id) {
  Places places;
  places.service_file = service_file;
  const fs::path beside = fs::path(service_file).parent_path();
  places.trail = call.Value("trail", (beside / ".garant" / "trail").string());
  places.root_key = call.Value("root-key");
  if (const std::string keys = KeysFolder(); places.root_key.empty() && !keys.empty())
    places.root_key = keys + "/" + std::string(service_id) + ".root";
  return places;
}

std::unique_ptr<const service::Model> ReadModel(const Invocation& call, const std::string& file,
                                                int& status) {
  auto text = base::ReadFile(file, service::kLargestFile);
  if (!text) {
    status = call.Fail(text.error());
    if (text.error().code == Code::kNotFound)
      *call.err << call.Say({"Write one with: garant init", "Créez-en un : garant init"}) << "\n";
    return nullptr;
  }
  base::Diagnostics diagnostics;
  auto model = service::Model::Parse(*text, file, diagnostics);
  if (model == nullptr) status = Complain(call, diagnostics);
  return model;
}

std::string FindShipped(const std::string& name) {
  std::vector<std::string> candidates;
  if (const char* home = std::getenv("GARANT_HOME")) candidates.emplace_back(home);
  if (const std::string program = ProgramFolder(); !program.empty()) {
    candidates.push_back(program + "/../share/garant");  // installed
    candidates.push_back(program + "/../../../..");      // build/PRESET/src/cli in a checkout
  }
  std::error_code error;
  for (const std::string& candidate : candidates)
    if (fs::is_directory(candidate + "/" + name, error))
      return fs::weakly_canonical(candidate + "/" + name, error).string();
  return {};
}

std::string FindStandard(const Invocation& call) {
  const std::string wanted = call.Value("standard", kDefaultStandard);
  std::error_code error;
  if (fs::is_directory(wanted, error)) return wanted;
  const std::string shipped = FindShipped("standards");
  if (!shipped.empty() && fs::is_directory(shipped + "/" + wanted, error))
    return shipped + "/" + wanted;
  return {};
}

std::unique_ptr<const standard::Standard> ReadStandard(const Invocation& call, int& status) {
  const std::string folder = FindStandard(call);
  if (folder.empty()) {
    status =
        call.Misuse({"there is no standard '" + call.Value("standard", kDefaultStandard) +
                         "'; give its folder with --standard",
                     "il n’y a pas de référentiel « " + call.Value("standard", kDefaultStandard) +
                         " »; donnez son dossier avec --standard"});
    return nullptr;
  }
  base::Diagnostics diagnostics;
  auto read = standard::Load(folder, proof::FactTypes::Get(), diagnostics);
  if (read == nullptr) status = Complain(call, diagnostics);
  return read;
}

Result<Evidence> ReadEvidence(const Places& places, std::string_view service_id,
                              const std::string& trail_key) {
  Evidence evidence;
  const std::string missing = MissingPart(places.trail);
  if (!missing.empty())
    return Error{
        Code::kUntrusted,
        Filled("{} lacks its file '{}': somebody took it away, or making the trail stopped "
               "half-way; look with `garant trail verify`",
               "{} n’a pas son fichier « {} » : quelqu’un l’a retiré, ou la création du "
               "journal s’est arrêtée à mi-chemin; voyez avec `garant trail verify`",
               {places.trail, missing}),
        {}};
  evidence.exists = base::Exists(places.trail + "/log");
  if (!evidence.exists) {
    if (!trail_key.empty())
      return Error{
          Code::kUntrusted,
          Filled("there is no trail in {}, and --trail-key asks for one",
                 "il n’y a pas de journal dans {}, et --trail-key en demande un", {places.trail}),
          {}};
    return evidence;
  }
  std::optional<std::string> pinned;
  if (!trail_key.empty()) {
    TRY(trail::VerifierKey::Parse(trail_key));
    pinned = trail_key;
  }
  auto reader = trail::TrailReader::Open(places.trail, pinned);
  if (!reader) return Distrust(std::move(reader).error(), places.trail);
  auto read = reader->ReadAll();
  if (!read) return Distrust(std::move(read).error(), places.trail);
  const std::vector<trail::Entry>& entries = *read;
  evidence.entries = entries.size();
  for (const trail::Entry& entry : entries)
    if (entry.header.service == service_id &&
        trail::FindObservationKind(entry.header.kind) != nullptr)
      evidence.observations.push_back(TRY(trail::FromEntry(entry)));
  if (base::Exists(places.root_key)) {
    TRY(trail::ReadRootKey(places.root_key, places.trail));
    auto keys = trail::KeyRing::Open(places.trail, places.root_key);
    if (!keys) return Distrust(std::move(keys).error(), places.trail);
    evidence.acts = proof::ReadActs(entries, &*keys);
  } else {
    evidence.keys_at_hand = false;
    evidence.acts = proof::ReadActs(entries, nullptr);
  }
  return evidence;
}

Result<std::unique_ptr<trail::Trail>> OpenTrail(const Places& places, std::string_view service_id,
                                                const base::Clock& clock) {
  if (places.root_key.empty())
    return Error{Code::kInvalid,
                 {"there is no home folder to keep a root key in; name a file with --root-key",
                  "il n’y a pas de dossier personnel où conserver une clé racine; nommez un "
                  "fichier avec --root-key"},
                 {}};
  if (!base::Exists(places.root_key)) {
    if (base::Exists(places.trail + "/log"))
      return Error{
          Code::kNotFound,
          Filled("the trail in {} has a root key, and it is not at {}; name it with --root-key",
                 "le journal dans {} a une clé racine, et elle n’est pas à {}; nommez-la avec "
                 "--root-key",
                 {places.trail, places.root_key}),
          {}};
    TRY(base::MakeFolder(fs::path(places.root_key).parent_path().string()));
    TRY(trail::CreateRootKey(places.root_key));
  }
  TRY(base::MakeFolder(places.trail));
  return trail::Trail::OpenForWriting(places.trail, places.root_key,
                                      "garant/" + std::string(service_id), clock);
}

}  // namespace garant::cli

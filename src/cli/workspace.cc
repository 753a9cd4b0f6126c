#include "cli/workspace.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "proof/facts.h"
#include "trail/store/store.h"

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

std::optional<uint16_t> PortOf(const Invocation& call) {
  const std::string text = call.Value("port", "0");
  uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return port;
}

std::string ProgramFolder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? std::string() : program.parent_path().string();
}

Places PlacesOf(const Invocation& call, const std::string& service_file,
                const service::Model& model) {
  Places places;
  places.service_file = service_file;
  const fs::path beside = fs::path(service_file).parent_path();
  places.trail = call.Value("trail", (beside / ".garant" / "trail").string());
  places.root_key = call.Value("root-key");
  const std::string usual = (beside / "garant.witnesses").string();
  places.witnesses = call.Value("witnesses", base::Exists(usual) ? usual : "");
  if (const std::string keys = KeysFolder(); places.root_key.empty() && !keys.empty())
    places.root_key = keys + "/" + std::string(model.id()) + ".root";
  const expr::Value& section = expr::FieldOf(model.root(), "trail");
  const expr::Value& kept = expr::FieldOf(section, "transient");
  if (kept.kind() == expr::Kind::kDuration) places.kept = kept.duration();
  const expr::Value& keep = expr::FieldOf(section, "keep");
  if (keep.kind() == expr::Kind::kDuration)
    places.retention = {keep.duration(), base::FormatDuration(keep.duration(), keep.spelling())};
  return places;
}

std::optional<Places> PlacesOfTrail(const Invocation& call, int& status) {
  if (call.Has("trail") && !call.Has("service"))
    return Places{"", call.Value("trail"), call.Value("root-key"), call.Value("witnesses")};
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return std::nullopt;
  return PlacesOf(call, file, *model);
}

std::optional<base::Text> MayBeACopy(const Invocation& call) {
  if (!call.Has("trail") || !call.Value("root-key").empty()) return {};
  return base::Text{
      "this is recorded in the trail that --trail names, which is opened for writing: name its "
      "root as well, with --root-key, unless it is a copy of a trail that lives",
      "ceci est consigné au journal que nomme --trail, qui est ouvert en écriture : nommez aussi "
      "sa "
      "racine, avec --root-key, sauf si c’est la copie d’un journal en vie"};
}

Result<std::string> ReadNamed(const std::string& file, size_t most) {
  std::error_code error;
  if (!fs::is_directory(file, error)) return base::ReadFile(file, most);
  return Error{
      Code::kInvalid,
      Filled("{} is a folder; name a file", "{} est un dossier; nommez un fichier", {file}),
      {}};
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

std::string ThisProgram() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
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

Result<std::unique_ptr<trail::Trail>> OpenTrail(const Places& places, std::string_view service_id,
                                                const base::Clock& clock,
                                                std::chrono::milliseconds patience,
                                                trail::Wish wish) {
  if (places.root_key.empty())
    return Error{Code::kInvalid,
                 {"there is no home folder to keep a root key in; name a file with --root-key",
                  "il n’y a pas de dossier personnel où conserver une clé racine; nommez un "
                  "fichier avec --root-key"},
                 {}};
  if (!trail::HasCustody(places.root_key)) {
    if (trail::TrailExists(places.trail))
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
  trail::TrailSettings settings;
  settings.patience = patience;
  settings.wish = wish;
  settings.kept = places.kept;
  return trail::Trail::OpenForWriting(places.trail, places.root_key,
                                      "garant/" + std::string(service_id), clock, settings);
}

}  // namespace garant::cli

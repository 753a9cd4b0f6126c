#include "cli/trail_key.h"

#include "base/file.h"
#include "cli/workspace.h"
#include "trail/store/paths.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr size_t kLargestKey = 4096;

}  // namespace

Result<std::optional<std::string>> TrailKeyText(const Invocation& call) {
  if (!call.Has("trail-key")) return std::optional<std::string>();
  std::string text = call.Value("trail-key");
  if (text.empty())
    return Error{Code::kInvalid,
                 {"--trail-key is empty; give the log's verifier key, or a file that holds it",
                  "--trail-key est vide; donnez la clé de vérification du journal, ou un fichier "
                  "qui la contient"},
                 {}};
  // A key is never a file's name: whoever made the folder could have put another key there.
  if (!trail::VerifierKey::Parse(text) && base::Exists(text))
    text = TRY(ReadNamed(text, kLargestKey));
  if (text.ends_with('\n')) text.pop_back();
  return std::optional(std::move(text));
}

Result<std::optional<trail::VerifierKey>> TrailKeyOf(const Invocation& call) {
  const auto text = TRY(TrailKeyText(call));
  if (!text) return std::optional<trail::VerifierKey>();
  const auto key = trail::VerifierKey::Parse(*text);
  if (key) return std::optional(*key);
  return Error{Code::kInvalid,
               Filled("--trail-key takes the log's verifier key, or a file that holds it; '{}' is "
                      "neither: {}",
                      "--trail-key prend la clé de vérification du journal, ou un fichier qui la "
                      "contient; « {} » n’est ni l’une ni l’autre : {}",
                      {call.Value("trail-key"), key.error().message}),
               {}};
}

Result<trail::VerifierKey> OwnTrailKey(const Invocation& call, const std::string& trail) {
  std::string text = TRY(base::ReadFile(trail::VerifierKeyPath(trail), kLargestKey));
  if (text.ends_with('\n')) text.pop_back();
  const auto key = TRY(trail::VerifierKey::Parse(text));
  *call.err << call.Say({"garant: no --trail-key was given: the trail's own key is believed",
                         "garant : aucune --trail-key : la clé du journal lui-même est crue"})
            << "\n";
  return key;
}

}  // namespace garant::cli

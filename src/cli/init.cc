#include <algorithm>
#include <filesystem>

#include "assess/cases.h"
#include "base/file.h"
#include "cli/workspace.h"
#include "proof/facts.h"

namespace garant::cli {
namespace {

// A folder's name as an id: lower-case letters, digits and dashes, starting with a letter.
std::string IdFrom(const std::string& name) {
  std::string id;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool letter = lower >= 'a' && lower <= 'z';
    const bool digit = lower >= '0' && lower <= '9';
    if (letter || (digit && !id.empty()))
      id += lower;
    else if (!id.empty() && id.back() != '-')
      id += '-';
  }
  id.resize(std::min<size_t>(id.size(), 64));
  while (id.ends_with('-')) id.pop_back();
  return id.empty() ? "my-service" : id;
}

}  // namespace

int RunInit(const Invocation& call) {
  const std::string file = call.argument.empty() ? "garant.yaml" : call.argument;
  if (base::Exists(file))
    return call.Misuse({file + " exists already; it is left as it is",
                        file + " existe déjà; il est laissé tel quel"});
  std::error_code error;
  const std::string id =
      call.Value("id", IdFrom(std::filesystem::current_path(error).filename().string()));
  const std::string text = service::StarterFile(id, call.language);
  base::Diagnostics diagnostics;
  if (service::Model::Parse(text, file, diagnostics) == nullptr)
    return call.Misuse(
        {"'" + id +
             "' cannot be an id: use up to 64 lower-case letters, digits and dashes, "
             "starting with a letter",
         "« " + id +
             " » ne peut être un identifiant : minuscules, chiffres et tirets, "
             "en commençant par une lettre"});
  if (auto written = base::WriteFileDurably(file, text); !written)
    return call.Fail(written.error());
  *call.out << call.Say({"Wrote " + file + ". Next: edit it, then garant check.",
                         file + " créé. Ensuite : modifiez-le, puis garant check."})
            << "\n";
  return kMet;
}

int RunSchema(const Invocation& call) {
  *call.out << service::JsonSchema();
  return kMet;
}

int RunStandardTest(const Invocation& call) {
  base::Diagnostics diagnostics;
  const auto standard = standard::Load(call.argument, proof::FactTypes::Get(), diagnostics);
  if (standard == nullptr) return Complain(call, diagnostics);
  const auto results = assess::RunCases(*standard, call.argument, diagnostics);
  if (!diagnostics.empty()) return Complain(call, diagnostics);
  size_t failed = 0;
  for (const assess::CaseResult& result : results) {
    if (result.passed) continue;
    ++failed;
    *call.out << result.where.ToString() << ": " << result.proof << " (" << result.name
              << "): " << assess::StateName(result.expected) << " → "
              << assess::StateName(result.got) << "\n"
              << result.why << "\n";
  }
  const auto untested = assess::Untested(*standard, results);
  for (const std::string& proof : untested)
    *call.out << proof << ": "
              << call.Say({"needs a case that is met and one that is not",
                           "exige un cas satisfait et un qui ne l’est pas"})
              << "\n";
  *call.out << call.Say({std::to_string(standard->items.size()) + " items, " +
                             std::to_string(standard->proofs.size()) + " proofs, " +
                             std::to_string(results.size()) + " cases, " + std::to_string(failed) +
                             " failed",
                         std::to_string(standard->items.size()) + " éléments, " +
                             std::to_string(standard->proofs.size()) + " preuves, " +
                             std::to_string(results.size()) + " cas, " + std::to_string(failed) +
                             " en échec"})
            << "\n";
  return failed == 0 && untested.empty() ? kMet : kNotMet;
}

}  // namespace garant::cli

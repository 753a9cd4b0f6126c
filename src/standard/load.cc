#include "standard/load.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "standard/reader.h"

namespace garant::standard {
namespace {

using base::Diagnostics;
using base::YamlNode;

// False where there is nothing that could say what the standard is.
bool LoadAbout(const std::string& folder, Standard& standard, Diagnostics& diagnostics) {
  const std::string path = folder + "/standard.yaml";
  const size_t before = diagnostics.size();
  const YamlNode root = ReadYaml(path, diagnostics);
  if (root.kind == YamlNode::Kind::kNull) {
    if (diagnostics.size() == before)
      diagnostics.push_back({{path, 0, 0}, {"it is empty", "il est vide"}});
    return false;
  }
  MapReader about(root, "a standard",
                  {"standard", "id", "version", "name", "source", "guidelines", "sources"},
                  diagnostics);
  if (const std::string number = about.Word("standard"); !number.empty() && number != "1")
    about.Complain(
        about.At("standard"),
        "this standard is written in format " + number + "; this build reads format 1",
        "ce référentiel est écrit au format " + number + "; cette version lit le format 1");
  standard.id = about.Word("id");
  standard.version = about.Word("version");
  standard.name = about.Bilingual("name");
  standard.source = about.Bilingual("source");
  for (const YamlNode& node : about.Maps("guidelines")) {
    MapReader guideline(node, "a guideline", {"id", "title"}, diagnostics);
    standard.guidelines.push_back({guideline.Word("id"), guideline.Bilingual("title")});
  }
  for (const YamlNode& node : about.Maps("sources")) {
    MapReader source(node, "a source", {"id", "name"}, diagnostics);
    standard.sources.push_back({source.Word("id"), source.Bilingual("name")});
  }
  return true;
}

void ComplainOfUnused(const Standard& standard, Diagnostics& diagnostics) {
  std::set<size_t> used;
  for (const Item& item : standard.items) used.insert(item.proofs.begin(), item.proofs.end());
  for (size_t i = 0; i < standard.proofs.size(); ++i)
    if (!used.contains(i))
      diagnostics.push_back({standard.proofs[i].where,
                             {"no item asks for proof '" + standard.proofs[i].id +
                                  "'; name it in an item or delete it",
                              "aucun élément ne demande la preuve « " + standard.proofs[i].id +
                                  " »; nommez-la dans un élément ou supprimez-la"}});
}

}  // namespace

std::vector<YamlNode> ReadLists(const std::string& folder, Diagnostics& diagnostics) {
  std::vector<std::string> paths;
  const auto names = base::NamesIn(folder);
  const bool failed = !names && names.error().code != base::Code::kNotFound;
  if (failed) diagnostics.push_back({{folder, 0, 0}, names.error().message});
  for (const std::string& name : names ? *names : std::vector<std::string>())
    if (name.ends_with(".yaml")) paths.push_back(folder + "/" + name);
  if (paths.empty() && !failed)
    diagnostics.push_back({{folder, 0, 0},
                           {"holds no .yaml file; a standard needs one here",
                            "ne contient aucun fichier .yaml; un référentiel en exige un ici"}});
  std::vector<YamlNode> nodes;
  for (const std::string& path : paths) {
    YamlNode root = ReadYaml(path, diagnostics);
    if (root.kind == YamlNode::Kind::kNull) continue;
    if (root.kind != YamlNode::Kind::kList) {
      diagnostics.push_back(
          {root.where, {"a list (- id: …) is expected", "une liste (- id: …) est attendue"}});
      continue;
    }
    std::move(root.items.begin(), root.items.end(), std::back_inserter(nodes));
  }
  return nodes;
}

std::unique_ptr<const Standard> Load(const std::string& folder, const Facts& facts,
                                     Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  auto standard = std::make_unique<Standard>();
  if (!LoadAbout(folder, *standard, diagnostics)) return nullptr;
  standard->proofs = LoadProofs(ReadLists(folder + "/proofs", diagnostics), facts, diagnostics);
  standard->items =
      LoadItems(ReadLists(folder + "/items", diagnostics), *standard, facts, diagnostics);
  if (diagnostics.size() == before) ComplainOfUnused(*standard, diagnostics);
  if (diagnostics.size() != before) return nullptr;
  return standard;
}

}  // namespace garant::standard

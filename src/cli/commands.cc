#include <vector>

#include "cli/command_groups.h"

namespace garant::cli {
namespace {

constexpr Option kCommon[] = {
    {"lang",
     {"LANGUAGE", "LANGUE"},
     "en|fr",
     {"language of what is printed; from the environment where left out",
      "langue de ce qui s’affiche; celle de l’environnement par défaut"}},
    {"help", {}, "", {"show help and examples", "afficher l’aide et des exemples"}},
};

}  // namespace

std::span<const Command> Commands() {
  static const std::vector<Command> commands = [] {
    std::vector<Command> joined;
    for (const std::span<const Command> group :
         {CommandsOfJudging(), CommandsOfTheGuard(), CommandsOfTheTrail(), CommandsOfExport(),
          CommandsOfWitnesses(), CommandsOfKeys(), CommandsOfKeeping(), CommandsOfTheProgram()})
      joined.insert(joined.end(), group.begin(), group.end());
    return joined;
  }();
  return commands;
}

std::span<const Option> CommonOptions() { return kCommon; }

}  // namespace garant::cli

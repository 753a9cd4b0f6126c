#include "cli/command_groups.h"

namespace garant::cli {
namespace {

constexpr Example kStandardExamples[] = {
    {"garant standard test standards/digital-playbook-9",
     {"read a standard and run its cases", "lire un référentiel et exécuter ses cas"}},
};

constexpr Example kSchemaExamples[] = {
    {"garant schema > garant.schema.json",
     {"JSON Schema of the service file, for editors",
      "schéma JSON du fichier de service, pour les éditeurs"}},
};

constexpr Option kDemoOptions[] = {
    {"once",
     {},
     "",
     {"do it all, check that it came out as it must, and exit",
      "tout faire, vérifier que le résultat est celui qu’il faut, et quitter"}},
    {"keep",
     {"FOLDER", "DOSSIER"},
     "",
     {"work here and leave everything behind", "travailler ici et tout laisser en place"},
     false,
     true},
    {"example",
     {"FOLDER", "DOSSIER"},
     "",
     {"the example service; found beside garant where left out",
      "le service d’exemple; celui fourni avec garant par défaut"},
     false,
     true},
    kStandard,
};
constexpr Example kDemoExamples[] = {
    {"garant demo",
     {"start the example service, probe it and judge it",
      "démarrer le service d’exemple, l’observer et le juger"}},
};

constexpr Example kDoctorExamples[] = {
    {"garant doctor",
     {"say what is missing on this machine, and the command that mends it",
      "dire ce qui manque sur cette machine, et la commande qui y remédie"}},
};

constexpr Example kCompletionExamples[] = {
    {"source <(garant completion bash)",
     {"complete garant's commands in this shell",
      "compléter les commandes de garant dans cet interpréteur"}},
};

constexpr Example kManExamples[] = {
    {"garant man | man -l -", {"read the manual page", "lire la page de manuel"}},
};

constexpr Command kCommands[] = {
    {"standard test",
     {"FOLDER", "DOSSIER"},
     "",
     {"Read a standard and run its text cases.",
      "Lire un référentiel et exécuter ses cas d’essai."},
     {},
     kStandardExamples,
     RunStandardTest},
    {"schema",
     {},
     "",
     {"Print the JSON Schema of the service file.",
      "Afficher le schéma JSON du fichier de service."},
     {},
     kSchemaExamples,
     RunSchema},
    {"demo",
     {},
     "",
     {"Judge a small real service, from nothing.",
      "Juger un petit service réel, à partir de rien."},
     kDemoOptions,
     kDemoExamples,
     RunDemo},
    {"doctor",
     {},
     "",
     {"Say what is missing on this machine.", "Dire ce qui manque sur cette machine."},
     {},
     kDoctorExamples,
     RunDoctor},
    {"completion",
     "bash",
     "bash",
     {"Print shell completion.", "Afficher de quoi compléter les commandes dans l’interpréteur."},
     {},
     kCompletionExamples,
     RunCompletion},
    {"man",
     {},
     "",
     {"Print the manual page.", "Afficher la page de manuel."},
     {},
     kManExamples,
     RunMan},
};

}  // namespace

std::span<const Command> CommandsOfTheProgram() { return kCommands; }

}  // namespace garant::cli

#pragma once

#include <span>

#include "cli/command.h"

// The table of commands in groups, and the options that several of them share.
namespace garant::cli {

inline constexpr Option kService = {
    "service",
    {"FILE", "FICHIER"},
    "",
    {"service file; garant.yaml where left out", "fichier de service; garant.yaml par défaut"},
    false,
    true};
inline constexpr Option kTrail = {
    "trail",
    {"FOLDER", "DOSSIER"},
    "",
    {"trail; .garant/trail beside the service file where left out",
     "journal; par défaut .garant/trail à côté du fichier de service"},
    false,
    true};
inline constexpr Option kRootKey = {
    "root-key",
    {"ROOT", "RACINE"},
    "",
    {"root key of the trail, kept outside it: a file, or pkcs11:… (docs/keys.md); "
     "~/.local/share/garant/SERVICE.root where left out",
     "clé racine du journal, conservée hors de lui : un fichier, ou pkcs11:… (docs/keys.md); "
     "~/.local/share/garant/SERVICE.root par défaut"},
    false,
    true};
inline constexpr Option kStandard = {
    "standard",
    {"FOLDER", "DOSSIER"},
    "",
    {"standard to judge by; digital-playbook-9 where left out",
     "référentiel selon lequel juger; digital-playbook-9 par défaut"},
    false,
    true};
inline constexpr Option kStage = {"stage",
                                  {"STAGE", "ÉTAPE"},
                                  "alpha|beta|live",
                                  {"judge as if the service stood at this stage",
                                   "juger comme si le service en était à cette étape"}};
inline constexpr Option kTrailKey = {
    "trail-key",
    {"KEY", "CLÉ"},
    "",
    {"verifier key that the trail must be signed with, or a file that holds it; kept elsewhere",
     "clé de vérification dont le journal doit être signé, ou un fichier qui la contient; "
     "conservée "
     "ailleurs"},
    false,
    true};

inline constexpr Option kWitnesses = {
    "witnesses",
    {"FILE", "FICHIER"},
    "",
    {"which witnesses count, and how many it takes; garant.witnesses beside the service file where "
     "left out",
     "quels témoins comptent, et combien il en faut; par défaut garant.witnesses à côté du fichier "
     "de service"},
    false,
    true};

inline constexpr Option kTsaCertificates = {
    "tsa-certificates",
    {"FILE", "FICHIER"},
    "",
    {"certificates (PEM) that a time-stamping authority must chain to",
     "certificats (PEM) dont une autorité d’horodatage doit relever"},
    false,
    true};

inline constexpr Option kPurpose = {
    "purpose",
    {"WORD", "MOT"},
    "",
    {"what for, as trail.readers of the service file names it; it stands in clear in the entry "
     "that the reading is",
     "à quelle fin, telle que trail.readers du fichier de service la nomme; elle figure en clair "
     "dans l’entrée qu’est la lecture"}};
inline constexpr Option kRole = {
    "role", {"ROLE", "RÔLE"}, "", {"in which role of people", "dans quel rôle de people"}};
inline constexpr Option kAs = {
    "as",
    {"PERSON", "PERSONNE"},
    "",
    {"who reads, an id of people; may be left out where one person has the role",
     "qui lit, un identifiant de people; facultatif si une seule personne a ce rôle"}};
inline constexpr Option kReason = {
    "reason",
    {"TEXT", "TEXTE"},
    "",
    {"why, in a sentence without anybody's name; sealed in the entry, and kept",
     "pourquoi, en une phrase sans le nom de quiconque; scellé dans l’entrée, et conservé"}};

[[nodiscard]] std::span<const Command> CommandsOfJudging();
[[nodiscard]] std::span<const Command> CommandsOfTheGuard();
[[nodiscard]] std::span<const Command> CommandsOfTheTrail();
[[nodiscard]] std::span<const Command> CommandsOfExport();
[[nodiscard]] std::span<const Command> CommandsOfWitnesses();
[[nodiscard]] std::span<const Command> CommandsOfKeys();
[[nodiscard]] std::span<const Command> CommandsOfKeeping();
[[nodiscard]] std::span<const Command> CommandsOfTheProgram();

}  // namespace garant::cli

#include "cli/command_groups.h"

namespace garant::cli {
namespace {

constexpr Option kExpireOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"dry-run",
     {},
     "",
     {"say what is due, and delete nothing", "dire ce qui est à échéance, sans rien supprimer"}},
};
constexpr Example kExpireExamples[] = {
    {"garant trail expire --dry-run",
     {"what trail.keep of the service file lets go",
      "ce que trail.keep du fichier de service laisse "
      "partir"}},
    {"garant trail expire",
     {"delete it now; a recorder does so by itself, once a day",
      "le supprimer maintenant; un enregistreur le fait de lui-même, une fois par jour"}},
};

constexpr Option kBackupOptions[] = {
    kService,
    kTrail,
    kRootKey,
    kTrailKey,
    {"no-keys",
     {},
     "",
     {"leave the keys out, and remove those of an earlier back-up there",
      "omettre les clés, et enlever celles d’une copie antérieure à cet endroit"}},
    {"check",
     {},
     "",
     {"copy nothing: check every byte of the back-up, whether the trail continues it, and whether "
      "its keys still open",
      "ne rien copier : vérifier chaque octet de la copie, si le journal la continue et si ses "
      "clés "
      "s’ouvrent encore"}},
};
constexpr Example kBackupExamples[] = {
    {{"garant trail backup /backup/permits", "garant trail backup /copies/permis"},
     {"copy the trail while it is written; only what is new is copied again",
      "copier le journal pendant qu’il s’écrit; seul le nouveau est copié de nouveau"}},
    {{"garant trail backup --check /backup/permits", "garant trail backup --check /copies/permis"},
     {"whether it can be relied on", "si l’on peut s’y fier"}},
};

constexpr Option kRestoreOptions[] = {
    kService,
    kTrail,
    kRootKey,
};
constexpr Example kRestoreExamples[] = {
    {{"garant trail restore /backup/permits", "garant trail restore /copies/permis"},
     {"into the trail's folder, which holds none any more; keys that are there stay",
      "dans le dossier du journal, qui n’en contient plus; les clés qui y sont restent"}},
};

constexpr Command kCommands[] = {
    {"trail expire",
     {},
     "",
     {"Delete entries whose time has come, in whole segments.",
      "Supprimer les entrées à échéance, par segments entiers."},
     kExpireOptions,
     kExpireExamples,
     RunTrailExpire},
    {"trail backup",
     {"FOLDER", "DOSSIER"},
     "",
     {"Copy the trail while it is written, or check a copy.",
      "Copier le journal pendant qu’il s’écrit, ou vérifier une copie."},
     kBackupOptions,
     kBackupExamples,
     RunTrailBackup},
    {"trail restore",
     {"FOLDER", "DOSSIER"},
     "",
     {"Put a back-up in the place of a trail that was lost.",
      "Mettre une copie à la place d’un journal perdu."},
     kRestoreOptions,
     kRestoreExamples,
     RunTrailRestore},
};

}  // namespace

std::span<const Command> CommandsOfKeeping() { return kCommands; }

}  // namespace garant::cli

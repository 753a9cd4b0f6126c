#include "cli/command_groups.h"
#include "cli/search_options.h"

namespace garant::cli {
namespace {

constexpr Option kOwnOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"format",
     "FORMAT",
     "jsonl|ocsf|ecs|cef",
     {"plain JSON lines where left out; OCSF 1.8 or ECS 9.4 as JSON, or CEF",
      "lignes JSON simples par défaut; OCSF 1.8 ou ECS 9.4 en JSON, ou CEF"}},
    {"to",
     {"DESTINATION", "DESTINATION"},
     "",
     {"a new file, tcp://HOST:PORT, tls://HOST:PORT or unix:PATH; the standard output where left "
      "out, or for -",
      "un nouveau fichier, tcp://HÔTE:PORT, tls://HÔTE:PORT ou unix:CHEMIN; la sortie standard par "
      "défaut, ou pour -"},
     false,
     true},
    {"follow",
     {},
     "",
     {"go on with what is recorded later, over lost connections too, until it is ended",
      "continuer avec ce qui est consigné ensuite, même si la connexion se rompt, jusqu’à "
      "l’arrêt"}},
    {"state",
     {"FILE", "FICHIER"},
     "",
     {"keep here how far it came, and go on from there; it takes one with --follow",
      "conserver ici le point atteint, et continuer de là; nécessaire avec --follow"},
     false,
     true},
    {"from",
     {"INDEX", "NUMÉRO"},
     "",
     {"begin with this entry, where --state does not say where to go on; with the first where left "
      "out",
      "commencer par cette entrée, si --state ne dit pas où continuer; par la première par "
      "défaut"}},
    {"settle",
     {"DURATION", "DURÉE"},
     "",
     {"how long a connection must have held before what was sent over it counts as taken; PT10S "
      "where left out",
      "combien de temps une connexion doit avoir tenu pour que ce qu’elle a porté compte comme "
      "reçu; PT10S par défaut"}},
    {"authorities",
     {"FILE", "FICHIER"},
     "",
     {"for tls: certificates (PEM) that vouch for the receiver; the system's where left out",
      "pour tls : certificats (PEM) qui répondent du destinataire; ceux du système par défaut"},
     false,
     true},
    {"certificate",
     {"FILE", "FICHIER"},
     "",
     {"for tls: this side's certificate (PEM)", "pour tls : le certificat de ce côté (PEM)"},
     false,
     true},
    {"key",
     {"FILE", "FICHIER"},
     "",
     {"for tls: the key of --certificate (PEM)", "pour tls : la clé de --certificate (PEM)"},
     false,
     true},
    kPurpose,
    kRole,
    kAs,
    kReason,
};
constexpr auto kExportOptions = Joined(kOwnOptions, kSearchOptions);
constexpr Example kExportExamples[] = {
    {"garant trail export --category contact.email --purpose access-request --role privacy-officer",
     {"with what the service file lets that role open of it",
      "avec ce que le fichier de service laisse ce rôle en ouvrir"}},
    {{"garant trail export --format ocsf --to november.json --since 2026-11-01",
      "garant trail export --format ocsf --to novembre.json --since 2026-11-01"},
     {"a month's events for somebody else's tools",
      "les événements d’un mois pour les outils d’autrui"}},
    {"garant trail export --format cef --to tls://logs.example:6514 --follow --state siem.place",
     {"feed a log server, also over lost connections and restarts",
      "alimenter un serveur de journaux, malgré les coupures et les redémarrages"}},
};

constexpr Command kCommands[] = {
    {"trail export",
     {},
     "",
     {"Hand entries of the trail to other systems; that it was done becomes an entry.",
      "Remettre des entrées du journal à d’autres systèmes; la remise devient une entrée."},
     kExportOptions,
     kExportExamples,
     RunTrailExport},
};

}  // namespace

std::span<const Command> CommandsOfExport() { return kCommands; }

}  // namespace garant::cli

#include "cli/command_groups.h"

namespace garant::cli {
namespace {

constexpr Option kCosignOptions[] = {
    kService,
    kTrail,
    kTrailKey,
    kWitnesses,
    {"tsa",
     {"ADDRESS", "ADRESSE"},
     "",
     {"have the checkpoint time-stamped as well, by this authority (RFC 3161)",
      "faire aussi horodater le point de contrôle, par cette autorité (RFC 3161)"}},
    kTsaCertificates,
    {"certificates",
     {"FILE", "FICHIER"},
     "",
     {"certificates to believe of witnesses and authority in place of the system's",
      "certificats à croire des témoins et de l’autorité au lieu de ceux du système"},
     false,
     true},
    {"every",
     {"DURATION", "DURÉE"},
     "",
     {"go on, asking so often; once where left out",
      "continuer, en demandant aussi souvent; une fois par défaut"}},
};
constexpr Example kCosignExamples[] = {
    {"garant trail cosign",
     {"have the newest checkpoint cosigned by the witnesses of garant.witnesses",
      "faire cosigner le dernier point de contrôle par les témoins de garant.witnesses"}},
    {"garant trail cosign --every PT5M",
     {"beside the recorder, for as long as it runs", "à côté du recorder, tant qu’il tourne"}},
};

constexpr Option kWitnessOptions[] = {
    {"logs",
     {"FILE", "FICHIER"},
     "",
     {"which logs to witness: the log lines of a policy; needed",
      "de quels journaux être témoin : les lignes log d’une politique; obligatoire"},
     false,
     true},
    {"name",
     {"NAME", "NOM"},
     "",
     {"name of the witness, such as witness.example/w1; needed",
      "nom du témoin, comme witness.example/w1; obligatoire"}},
    {"key",
     {"FILE", "FICHIER"},
     "",
     {"its signing key, made where there is none; needed",
      "sa clé de signature, créée s’il n’y en a pas; obligatoire"},
     false,
     true},
    {"state",
     {"FOLDER", "DOSSIER"},
     "",
     {"where it remembers what it cosigned; needed",
      "où il se souvient de ce qu’il a cosigné; obligatoire"},
     false,
     true},
    {"listen",
     {"ADDRESS", "ADRESSE"},
     "",
     {"address to listen at; 127.0.0.1 where left out",
      "adresse où écouter; 127.0.0.1 par défaut"}},
    {"port",
     {"PORT", "PORT"},
     "",
     {"0, or where left out, takes a free one", "0, la valeur par défaut, en prend un libre"}},
    {"ready-file",
     {"FILE", "FICHIER"},
     "",
     {"write the address here once it answers", "écrire l’adresse ici dès qu’il répond"},
     false,
     true},
};
constexpr Example kWitnessExamples[] = {
    {{"garant trail witness --logs logs --name witness.example/w1 --key w1.key --state w1",
      "garant trail witness --logs journaux --name temoin.example/t1 --key t1.cle --state t1"},
     {"prints its verifier key, and cosigns what those logs sign, for as long as they only grow",
      "affiche sa clé de vérification, et cosigne ce que ces journaux signent tant qu’ils ne font "
      "que croître"}},
};

constexpr Command kCommands[] = {
    {"trail cosign",
     {},
     "",
     {"Have others vouch for the newest checkpoint: witnesses, and a time-stamping authority.",
      "Faire attester le dernier point de contrôle par d’autres : témoins, autorité d’horodatage."},
     kCosignOptions,
     kCosignExamples,
     RunTrailCosign},
    {"trail witness",
     {},
     "",
     {"Be a witness of other logs: cosign what continues what was cosigned before.",
      "Être témoin d’autres journaux : cosigner ce qui continue ce qui a déjà été cosigné."},
     kWitnessOptions,
     kWitnessExamples,
     RunTrailWitness},
};

}  // namespace

std::span<const Command> CommandsOfWitnesses() { return kCommands; }

}  // namespace garant::cli

#include "cli/command_groups.h"

namespace garant::cli {
namespace {

constexpr Option kEraseOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"issuer",
     {"ISSUER", "ÉMETTEUR"},
     "",
     {"who named the persons of --subject: the issuer of the sign-in, or of the mapping",
      "qui a nommé les personnes de --subject : l’émetteur de l’authentification, ou celui de la "
      "correspondance"}},
    {"subject",
     {"NAME", "NOM"},
     "",
     {"a person, as that issuer names them; who looks at the list of processes sees it, a file is "
      "better",
      "une personne, comme cet émetteur la nomme; visible dans la liste des processus, un fichier "
      "vaut mieux"},
     true},
    {"released",
     {},
     "",
     {"of persons who were erased before: what no hold keeps any more",
      "de personnes déjà effacées : ce qu’aucune conservation ne garde plus"}},
    {"receipts",
     {"FOLDER", "DOSSIER"},
     "",
     {"where the receipts go; the trail's folder with .receipts behind it where left out",
      "où vont les reçus; par défaut le dossier du journal suivi de .receipts"},
     false,
     true},
};
constexpr Example kEraseExamples[] = {
    {{"garant trail erase persons.tsv", "garant trail erase personnes.tsv"},
     {"everybody in the file, one a line: issuer, tab, name; all under one new root",
      "toutes les personnes du fichier, une par ligne : émetteur, tabulation, nom; sous une seule "
      "nouvelle racine"}},
    {"garant trail erase --released",
     {"after a hold has ended", "après la fin d’une conservation"}},
};

constexpr Option kReceiptOptions[] = {
    kService,
    kTrail,
    kTrailKey,
};
constexpr Example kReceiptExamples[] = {
    {{"garant trail receipt 5f…-173.receipt --trail-key KEY",
      "garant trail receipt 5f…-173.receipt --trail-key CLÉ"},
     {"check what an erased person was given", "vérifier ce qu’a reçu une personne effacée"}},
};

constexpr Option kKeyOptions[] = {
    kService,
    kTrail,
    kRootKey,
};
constexpr Example kRotateExamples[] = {
    {"garant trail rotate-root",
     {"after somebody who could use the root has left",
      "après le départ de quelqu’un qui pouvait utiliser la racine"}},
};

constexpr Option kHoldAddOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"category",
     {"CATEGORY", "CATÉGORIE"},
     "",
     {"data category that is kept", "catégorie de données à garder"},
     true},
    {"reason",
     {"TEXT", "TEXTE"},
     "",
     {"why, sealed in the trail", "pourquoi; scellé dans le journal"}},
    {"until",
     {"DAY", "JOUR"},
     "",
     {"when it ends, such as 2027-03-31", "quand elle prend fin, comme 2027-03-31"}},
};
constexpr Example kHoldAddExamples[] = {
    {{"garant trail hold add --category contact.email --reason 'Inquiry 7' --until 2027-03-31",
      "garant trail hold add --category contact.email --reason 'Enquête 7' --until 2027-03-31"},
     {"until then, erasing keeps this category and says so",
      "jusque-là, un effacement garde cette catégorie et le dit"}},
};
constexpr Example kHoldListExamples[] = {
    {"garant trail hold list",
     {"each with its categories, end and reason",
      "chacune avec ses catégories, sa fin et sa raison"}},
};
constexpr Example kHoldEndExamples[] = {
    {"garant trail hold end 19e4c07d52aa0b31",
     {"before its time; then: garant trail erase --released",
      "avant son terme; ensuite : garant trail erase --released"}},
};

constexpr Command kCommands[] = {
    {"trail erase",
     {"[FILE]", "[FICHIER]"},
     "",
     {"Erase persons: destroy their keys, and every copy's with them.",
      "Effacer des personnes : détruire leurs clés, et celles de toute copie."},
     kEraseOptions,
     kEraseExamples,
     RunTrailErase},
    {"trail receipt",
     {"FILE", "FICHIER"},
     "",
     {"Check the receipt of an erasure.", "Vérifier le reçu d’un effacement."},
     kReceiptOptions,
     kReceiptExamples,
     RunTrailReceipt},
    {"trail rotate-root",
     {},
     "",
     {"Put a new root in the place of the trail's.",
      "Mettre une nouvelle racine à la place de celle du journal."},
     kKeyOptions,
     kRotateExamples,
     RunTrailRotateRoot},
    {"trail hold add",
     {},
     "",
     {"Keep data categories from being erased.", "Empêcher l’effacement de catégories de données."},
     kHoldAddOptions,
     kHoldAddExamples,
     RunTrailHoldAdd},
    {"trail hold list",
     {},
     "",
     {"List the legal holds.", "Énumérer les conservations légales."},
     kKeyOptions,
     kHoldListExamples,
     RunTrailHoldList},
    {"trail hold end",
     {"HOLD", "CONSERVATION"},
     "",
     {"End a legal hold.", "Mettre fin à une conservation légale."},
     kKeyOptions,
     kHoldEndExamples,
     RunTrailHoldEnd},
};

}  // namespace

std::span<const Command> CommandsOfKeys() { return kCommands; }

}  // namespace garant::cli

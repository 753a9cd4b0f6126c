#include "cli/command_groups.h"
#include "cli/search_options.h"

namespace garant::cli {
namespace {

constexpr Option kServeOptions[] = {
    kTrail,
    kRootKey,
    kStandard,
    kStage,
    kTrailKey,
    kWitnesses,
    {"listen",
     {"ADDRESS", "ADRESSE"},
     "",
     {"address of this machine alone; 127.0.0.1 where left out",
      "adresse propre à cet ordinateur; 127.0.0.1 par défaut"}},
    {"port",
     {"PORT", "PORT"},
     "",
     {"0, or where left out, takes a free one", "0, la valeur par défaut, en prend un libre"}},
    {"host",
     {"NAME", "NOM"},
     "",
     {"name under which a front passes requests on to it",
      "nom sous lequel une façade lui transmet des requêtes"}},
    {"link",
     {"DURATION", "DURÉE"},
     "",
     {"how long the link that it prints can be opened; PT10M where left out",
      "durée pendant laquelle le lien affiché peut être ouvert; PT10M par défaut"}},
    {"public-tree",
     {},
     "",
     {"give checkpoint and tree tiles (C2SP tlog-tiles) to anyone who reaches it",
      "donner point de contrôle et tuiles de l’arbre (C2SP tlog-tiles) à quiconque y accède"}},
    {"auditor",
     {},
     "",
     {"print a second link, for an auditor: they may read entries as they are stored, and each "
      "reading becomes an entry",
      "afficher un second lien, pour un auditeur : il peut lire les entrées telles que stockées, "
      "et chaque lecture devient une entrée"}},
    {"as",
     {"PERSON", "PERSONNE"},
     "",
     {"print another link, for this person of people: they may open what is sealed, as "
      "trail.readers of the service file lets them, and each reading becomes an entry",
      "afficher un autre lien, pour cette personne de people : elle peut ouvrir ce qui est scellé, "
      "comme trail.readers du fichier de service le permet, et chaque lecture devient une entrée"}},
    {"ready-file",
     {"FILE", "FICHIER"},
     "",
     {"write the link here too, for this user alone, once it can be opened",
      "écrire aussi le lien ici, pour cet utilisateur seul, dès qu’il peut être ouvert"},
     false,
     true},
};
constexpr Example kServeExamples[] = {
    {"garant serve",
     {"read the report in a browser, as it is at every moment",
      "lire le rapport dans un navigateur, tel qu’il est à chaque instant"}},
    {"garant serve --port 8070 --host proofs.rivermouth.example",
     {"behind a front on this machine", "derrière une façade sur cet ordinateur"}},
};

constexpr Option kVerifyOptions[] = {
    kService,
    kTrail,
    kRootKey,
    kTrailKey,
    kWitnesses,
    kTsaCertificates,
    {"proof",
     {"FILE", "FICHIER"},
     "",
     {"check a proof that garant trail prove or show --prove wrote, in place of the trail; with "
      "--trail-key it needs no trail. Exit status 1: a search proof holds, and shows only part of "
      "what was asked",
      "vérifier une preuve écrite par garant trail prove ou show --prove, au lieu du journal; avec "
      "--trail-key, aucun journal n’est nécessaire. Code de sortie 1 : une preuve de recherche "
      "tient, mais ne montre qu’une partie de ce qui était demandé"},
     false,
     true},
    {"checkpoint",
     {"FILE", "FICHIER"},
     "",
     {"with --proof: the earlier checkpoint, kept elsewhere, that the trail must continue",
      "avec --proof : le point de contrôle antérieur, conservé ailleurs, que le journal doit "
      "continuer"},
     false,
     true},
    {"entry",
     {"FILE", "FICHIER"},
     "",
     {"with --proof: the entry's bytes, where the proof does not hold them",
      "avec --proof : les octets de l’entrée, si la preuve ne les contient pas"},
     false,
     true},
};
constexpr Example kVerifyExamples[] = {
    {"garant trail verify",
     {"check every byte of the trail, and say where it does not hold",
      "vérifier chaque octet du journal, et dire où il ne tient pas"}},
    {{"garant trail verify --checkpoint last-month.note",
      "garant trail verify --checkpoint mois-dernier.note"},
     {"check what came since, and that nothing before it was changed",
      "vérifier ce qui est venu depuis, et que rien d’avant n’a changé"}},
    {{"garant trail verify --proof entry-12.tlog-proof --trail-key KEY",
      "garant trail verify --proof entree-12.tlog-proof --trail-key CLÉ"},
     {"check somebody's proof without their trail",
      "vérifier la preuve de quelqu’un sans son journal"}},
};

constexpr Option kProveOptions[] = {
    kService,
    kTrail,
    {"from",
     {"SIZE", "TAILLE"},
     "",
     {"prove too that the trail continues what it was with so many entries",
      "prouver aussi que le journal continue ce qu’il était avec ce nombre d’entrées"}},
    {"sealed",
     {},
     "",
     {"give the entry's bytes along though parts of it are sealed, as ciphertext: a reading, which "
      "takes --purpose, --role and the root key",
      "joindre les octets de l’entrée même si des parties en sont scellées, chiffrées : une "
      "lecture, qui exige --purpose, --role et la clé racine"}},
    kPurpose,
    kRole,
    kAs,
    kReason,
    kRootKey,
};
constexpr Example kProveExamples[] = {
    {{"garant trail prove 12 > entry-12.tlog-proof",
      "garant trail prove 12 > entree-12.tlog-proof"},
     {"for somebody who shall believe that entry 12 stands in the trail",
      "pour quelqu’un qui doit croire que l’entrée 12 figure au journal"}},
    {"garant trail prove --from 100",
     {"for somebody who kept the checkpoint of 100 entries",
      "pour quelqu’un qui a conservé le point de contrôle de 100 entrées"}},
};

constexpr Option kTilesOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"tree-only",
     {},
     "",
     {"hashes and checkpoint alone, which say nothing of anybody; needs no root key",
      "empreintes et point de contrôle seuls, qui ne disent rien de personne; sans clé racine"}},
};
constexpr Example kTilesExamples[] = {
    {{"garant trail tiles for-the-auditor", "garant trail tiles pour-audit"},
     {"everything that garant-verify checks without this machine; the export is an entry",
      "tout ce que garant-verify vérifie sans cet ordinateur; l’exportation devient une entrée"}},
    {"garant trail tiles --tree-only /srv/www/log",
     {"the tree, for anyone (C2SP tlog-tiles)", "l’arbre, pour tous (C2SP tlog-tiles)"}},
};

constexpr Option kWhatIsShown[] = {kService, kTrail, kRootKey};
constexpr Option kHowItIsShown[] = {
    {"newest", {}, "", {"the newest first", "les plus récentes d’abord"}},
    {"most", {"NUMBER", "NOMBRE"}, "", {"so many at most", "ce nombre au plus"}},
    {"from",
     {"INDEX", "NUMÉRO"},
     "",
     {"go on where an earlier page said", "continuer où une page antérieure l’a dit"}},
    {"prove",
     {"FILE", "FICHIER"},
     "",
     {"write what shows somebody else that the search left nothing out (garant-verify search)",
      "écrire ce qui montre à autrui que la recherche n’omet rien (garant-verify search)"},
     false,
     true},
    {"sealed",
     {},
     "",
     {"with --prove: give entries along though parts of them are sealed, as ciphertext: a reading, "
      "which takes --purpose, --role and the root key",
      "avec --prove : joindre les entrées même si des parties en sont scellées, chiffrées : une "
      "lecture, qui exige --purpose, --role et la clé racine"}},
    {"open",
     {},
     "",
     {"open sealed parts as well: a reading, which takes --purpose, --role and the root key, and "
      "becomes an entry first",
      "ouvrir aussi les parties scellées : une lecture, qui exige --purpose, --role et la clé "
      "racine, et devient d’abord une entrée"}},
    kPurpose,
    kRole,
    kAs,
    kReason,
    {"format", "FORMAT", "text|json", {"text where left out", "text par défaut"}},
};
constexpr auto kShowOptions = Joined(kWhatIsShown, kSearchOptions, kHowItIsShown);
constexpr Example kShowExamples[] = {
    {"garant trail show", {"list the entries", "lister les entrées"}},
    {"garant trail show --issuer https://id.example --subject 4711 --newest --most 20",
     {"the last twenty that are about a person",
      "les vingt dernières qui concernent une personne"}},
    {{"garant trail show --kind erasure --prove erasures.proof",
      "garant trail show --kind erasure --prove effacements.preuve"},
     {"and for somebody who shall believe that these are all",
      "et pour quelqu’un qui doit croire que ce sont toutes"}},
    {"garant trail show 12 --open --purpose access-request --role privacy-officer",
     {"one entry with those of its sealed parts that the service file lets that role open",
      "une entrée avec celles de ses parties scellées que le fichier de service laisse ce rôle "
      "ouvrir"}},
};

constexpr Option kWhoLookedOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"issuer",
     {"ISSUER", "ÉMETTEUR"},
     "",
     {"who named the person of --subject", "qui a nommé la personne de --subject"}},
    {"subject",
     {"NAME", "NOM"},
     "",
     {"the person, as that issuer names them; who looks at the list of processes sees it, a file "
      "is better",
      "la personne, comme cet émetteur la nomme; visible dans la liste des processus, un fichier "
      "vaut mieux"}},
    {"since", {"TIME", "MOMENT"}, "", {"from this moment on", "à partir de ce moment"}},
    {"until", {"TIME", "MOMENT"}, "", {"before this moment", "avant ce moment"}},
    {"newest", {}, "", {"the newest first", "les plus récentes d’abord"}},
    {"most",
     {"NUMBER", "NOMBRE"},
     "",
     {"so many at most; 100 where left out", "ce nombre au plus; 100 par défaut"}},
    {"from",
     {"INDEX", "NUMÉRO"},
     "",
     {"go on where an earlier page said", "continuer où une page antérieure l’a dit"}},
    {"format", "FORMAT", "text|json", {"text where left out", "text par défaut"}},
};
constexpr Example kWhoLookedExamples[] = {
    {{"garant trail who-looked person.tsv --since 2026-01-01",
      "garant trail who-looked personne.tsv --since 2026-01-01"},
     {"for a person who asks who saw their data this year",
      "pour une personne qui demande qui a vu ses données cette année"}},
};

constexpr Option kJourneyOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"entry",
     {"INDEX", "NUMÉRO"},
     "",
     {"the journey that this entry is part of, in place of a trace id",
      "le parcours dont fait partie cette entrée, au lieu d’un identifiant de trace"}},
    {"session",
     {"FILE", "FICHIER"},
     "",
     {"every journey of the visit whose raw session id stands in this file, or on standard input "
      "for -, over all its days",
      "tous les parcours de la visite dont l’identifiant brut de session figure dans ce fichier, "
      "ou sur l’entrée standard pour -, sur toutes ses journées"},
     false,
     true},
    {"visit",
     {},
     "",
     {"with --entry: every journey of the same visit (the guard's session)",
      "avec --entry : tous les parcours de la même visite (la session du garde)"}},
    {"format", "FORMAT", "text|json", {"text where left out", "text par défaut"}},
};
constexpr Example kJourneyExamples[] = {
    {"garant trail journey 4bf92f3577b34da6a3ce929d0e0e4736",
     {"what one request did in every part of the service",
      "ce qu’une requête a fait dans chaque partie du service"}},
    {"garant trail journey --entry 173 --visit",
     {"everything that the same visitor did", "tout ce qu’a fait le même visiteur"}},
};

constexpr Command kCommands[] = {
    {"serve",
     {"[FILE]", "[FICHIER]"},
     "",
     {"Serve the report and a JSON API on this machine, to whoever opens the link that it prints.",
      "Servir le rapport et une interface JSON sur cet ordinateur, à qui ouvre le lien affiché."},
     kServeOptions,
     kServeExamples,
     RunServe},
    {"trail verify",
     {},
     "",
     {"Check that nobody changed the trail.", "Vérifier que personne n’a modifié le journal."},
     kVerifyOptions,
     kVerifyExamples,
     RunTrailVerify},
    {"trail prove",
     {"[INDEX]", "[NUMÉRO]"},
     "",
     {"Prove that an entry stands in the trail, or that the trail continues an earlier one.",
      "Prouver qu’une entrée figure au journal, ou que le journal en continue un antérieur."},
     kProveOptions,
     kProveExamples,
     RunTrailProve},
    {"trail tiles",
     {"FOLDER", "DOSSIER"},
     "",
     {"Write the trail for an auditor: checkpoint, tiles and entries (C2SP tlog-tiles).",
      "Écrire le journal pour un auditeur : point de contrôle, tuiles et entrées (C2SP "
      "tlog-tiles)."},
     kTilesOptions,
     kTilesExamples,
     RunTrailTiles},
    {"trail show",
     {"[INDEX]", "[NUMÉRO]"},
     "",
     {"Show entries of the trail.", "Montrer des entrées du journal."},
     kShowOptions,
     kShowExamples,
     RunTrailShow},
    {"trail who-looked",
     {"[FILE]", "[FICHIER]"},
     "",
     {"List who looked at what is held of a person: in the trail, and in the service.",
      "Énumérer qui a consulté ce qui est détenu d’une personne : dans le journal et le service."},
     kWhoLookedOptions,
     kWhoLookedExamples,
     RunTrailWhoLooked},
    {"trail journey",
     {"[TRACE]", "[TRACE]"},
     "",
     {"Follow one trace across the parts of the service.",
      "Suivre une trace à travers les parties du service."},
     kJourneyOptions,
     kJourneyExamples,
     RunTrailJourney},
};

}  // namespace

std::span<const Command> CommandsOfTheTrail() { return kCommands; }

}  // namespace garant::cli

#include "cli/command_groups.h"

namespace garant::cli {
namespace {

constexpr Option kOrigin = {
    "origin",
    "URL",
    "",
    {"where the service itself answers; the origin of its system where left out",
     "où le service lui-même répond; l’adresse d’origine de son système par défaut"}};

constexpr Option kSpool = {
    "spool",
    {"FOLDER", "DOSSIER"},
    "",
    {"memory shared with the recorder; /run/garant/SERVICE, or .garant/spool "
     "of a trial, where left out",
     "mémoire partagée avec l’enregistreur; /run/garant/SERVICE, ou "
     ".garant/spool d’un essai, par défaut"},
    false,
    true};

constexpr Option kModule = {"module",
                            {"FILE", "FICHIER"},
                            "",
                            {"the nginx module; the one beside garant where left out",
                             "le module nginx; celui qui accompagne garant par défaut"},
                            false,
                            true};

constexpr Option kHttpsPort = {
    "https-port",
    "PORT",
    "",
    {"443, or 8443 of a trial, where left out", "443, ou 8443 d’un essai, par défaut"}};

constexpr Option kHttpPort = {
    "http-port",
    "PORT",
    "",
    {"port that redirects to HTTPS; 80, or 8080 of a trial, where left out",
     "port qui redirige vers HTTPS; 80, ou 8080 d’un essai, par défaut"}};

constexpr Option kGuardHost = {
    "host",
    {"NAME", "NOM"},
    "",
    {"as people write it; from service.url, or localhost of a trial, where left out",
     "tel que les gens l’écrivent; tiré de service.url, ou localhost d’un essai, par défaut"}};

constexpr Option kGuardFolder = {
    "folder",
    {"FOLDER", "DOSSIER"},
    "",
    {"where the configuration lies; /etc/garant/guard, or .garant/guard of a trial, where left out",
     "où se trouve la configuration; /etc/garant/guard, ou .garant/guard d’un essai, par défaut"},
    false,
    true};

constexpr Option kCertificate = {
    "certificate",
    {"FILE", "FICHIER"},
    "",
    {"certificate chain, PEM; certificate.pem in the folder where left out",
     "chaîne de certificats, PEM; certificate.pem dans le dossier par défaut"},
    false,
    true};

constexpr Option kCertificateKey = {
    "key",
    {"FILE", "FICHIER"},
    "",
    {"its private key, PEM; certificate.key in the folder where left out",
     "sa clé privée, PEM; certificate.key dans le dossier par défaut"},
    false,
    true};

constexpr Option kListen = {
    "listen",
    {"ADDRESS", "ADRESSE"},
    "",
    {"address to listen at; every one where left out", "adresse d’écoute; toutes par défaut"}};

constexpr Option kGuardRenderOptions[] = {
    kService,
    kOrigin,
    kGuardHost,
    kGuardFolder,
    kSpool,
    kModule,
    kCertificate,
    kCertificateKey,
    kListen,
    kHttpsPort,
    kHttpPort,
    {"print",
     {},
     "",
     {"print nginx.conf and write nothing", "afficher nginx.conf et ne rien écrire"}},
};
constexpr Example kGuardRenderExamples[] = {
    {"garant guard render --origin http://127.0.0.1:8000 --print",
     {"see what nginx would be told", "voir ce qui serait dit à nginx"}},
};

constexpr Option kGuardDiffOptions[] = {
    kService,     kOrigin,         kGuardHost, kGuardFolder, kSpool,    kModule,
    kCertificate, kCertificateKey, kListen,    kHttpsPort,   kHttpPort,
};
constexpr Example kGuardDiffExamples[] = {
    {"garant guard diff --origin http://127.0.0.1:8000",
     {"what render would change: the service file was edited, or the configuration was",
      "ce que render changerait : le fichier de service a été modifié, ou la configuration"}},
};

constexpr Option kGuardRunOptions[] = {
    kService,
    kOrigin,
    kGuardHost,
    kGuardFolder,
    kSpool,
    kModule,
    kHttpsPort,
    kHttpPort,
    {"ready-file",
     {"FILE", "FICHIER"},
     "",
     {"write the guard's address here when it answers",
      "écrire ici l’adresse du garde quand il répond"},
     false,
     true},
};
constexpr Example kGuardRunExamples[] = {
    {"garant guard run --origin http://127.0.0.1:8000",
     {"put a guard in front of a service on this machine, with a certificate made on the spot",
      "placer un garde devant un service de cette machine, avec un certificat créé sur place"}},
};

constexpr Option kRecorderOptions[] = {
    kService,
    kTrail,
    kRootKey,
    {"spool",
     {"FOLDER", "DOSSIER"},
     "",
     {"take what the guard's workers write here",
      "prendre ce que les processus du garde écrivent ici"},
     false,
     true},
    {"lines",
     {"FILE", "FICHIER"},
     "",
     {"follow a log of lines; unix:PATH listens for lines, syslog:ADDRESS:PORT, "
      "syslog-tls:ADDRESS:PORT, syslog-unix:PATH and syslog-datagram:PATH for syslog (RFC 5424), "
      "otlp:ADDRESS:PORT for logs and traces of OpenTelemetry (OTLP/HTTP)",
      "suivre un fichier de lignes; unix:CHEMIN attend des lignes, syslog:ADRESSE:PORT, "
      "syslog-tls:ADRESSE:PORT, syslog-unix:CHEMIN et syslog-datagram:CHEMIN attendent du syslog "
      "(RFC 5424), otlp:ADRESSE:PORT les journaux et traces d’OpenTelemetry (OTLP/HTTP)"},
     true,
     true},
    {"mapping",
     {"FILE", "FICHIER"},
     "",
     {"what in those lines means what; one for each --lines, in the same order",
      "ce que signifie le contenu de ces lignes; un par --lines, dans le même ordre"},
     true,
     true},
    {"source",
     {"NAME", "NOM"},
     "",
     {"name of that source in the trail; the mapping's system where left out",
      "nom de cette source dans le journal; le système de la correspondance par défaut"},
     true},
    {"certificate",
     {"FILE", "FICHIER"},
     "",
     {"of syslog-tls: its certificate chain, PEM",
      "pour syslog-tls : sa chaîne de certificats, PEM"},
     false,
     true},
    {"key",
     {"FILE", "FICHIER"},
     "",
     {"of syslog-tls: its private key, PEM", "pour syslog-tls : sa clé privée, PEM"},
     false,
     true},
    {"clients",
     {"FILE", "FICHIER"},
     "",
     {"of syslog-tls: the authorities, PEM, of the certificates that senders must have; the name "
      "in "
      "it is the source",
      "pour syslog-tls : les autorités, PEM, des certificats exigés des expéditeurs; le nom "
      "inscrit "
      "est la source"},
     false,
     true},
    {"silence",
     {"DURATION", "DURÉE"},
     "",
     {"after how long without a word a source is silent; PT30S where left out",
      "temps sans nouvelles après lequel une source est muette; PT30S par défaut"}},
    {"wait",
     {"DURATION", "DURÉE"},
     "",
     {"how long to wait at the start for another command that writes to the trail; PT30S where "
      "left out",
      "temps d’attente, au départ, d’une autre commande qui écrit dans le journal; PT30S par "
      "défaut"}},
    {"together",
     {"NUMBER", "NOMBRE"},
     "",
     {"what comes within so many milliseconds goes into one batch, which is made durable at once; "
      "50 where left out",
      "ce qui arrive en autant de millisecondes forme un lot, rendu durable d’un seul coup; 50 par "
      "défaut"}},
    {"batch",
     {"NUMBER", "NOMBRE"},
     "",
     {"about so many entries in a batch at most; 4096 where left out",
      "environ ce nombre d’entrées au plus par lot; 4096 par défaut"}},
    {"once", {}, "", {"take what is there, and end", "prendre ce qui est là, et terminer"}},
    {"ready-file",
     {"FILE", "FICHIER"},
     "",
     {"write this file once sources are being taken",
      "écrire ce fichier dès que les sources sont prises en charge"},
     false,
     true},
};
constexpr Example kRecorderExamples[] = {
    {{"garant recorder --spool /run/garant/permits --lines permits.log --mapping log.yaml",
      "garant recorder --spool /run/garant/permis --lines permis.log --mapping log.yaml"},
     {"keep the trail of the guard and of the service's own log, until it is stopped",
      "tenir le journal du garde et celui du service, jusqu’à l’arrêt"}},
    {{"garant recorder --lines old.log --mapping log.yaml --source old --once",
      "garant recorder --lines ancien.log --mapping log.yaml --source ancien --once"},
     {"take a log that is there", "prendre un fichier qui est déjà là"}},
    {{"garant recorder --lines syslog-tls:0.0.0.0:6514 --mapping syslog.yaml --source hosts "
      "--certificate us.pem --key us.key --clients senders.pem",
      "garant recorder --lines syslog-tls:0.0.0.0:6514 --mapping syslog.yaml --source serveurs "
      "--certificate nous.pem --key nous.key --clients expediteurs.pem"},
     {"take syslog over TLS from other machines, each known by its certificate",
      "prendre le syslog d’autres machines par TLS, chacune connue par son certificat"}},
};

constexpr Command kCommands[] = {
    {"guard render",
     {},
     "",
     {"Make the guard's configuration out of the service file.",
      "Produire la configuration du garde à partir du fichier de service."},
     kGuardRenderOptions,
     kGuardRenderExamples,
     RunGuardRender},
    {"guard diff",
     {},
     "",
     {"Show where the guard's configuration is not what the service file asks for.",
      "Montrer en quoi la configuration du garde n’est pas ce que demande le fichier de service."},
     kGuardDiffOptions,
     kGuardDiffExamples,
     RunGuardDiff},
    {"guard run",
     {},
     "",
     {"Put a guard in front of a service, for trying out.",
      "Placer un garde devant un service, pour l’essayer."},
     kGuardRunOptions,
     kGuardRunExamples,
     RunGuardRun},
    {"recorder",
     {},
     "",
     {"Take what the guard and the systems send, and make it entries of the trail.",
      "Prendre ce que le garde et les systèmes envoient, et l’inscrire au journal."},
     kRecorderOptions,
     kRecorderExamples,
     RunRecorder},
};

}  // namespace

std::span<const Command> CommandsOfTheGuard() { return kCommands; }

}  // namespace garant::cli

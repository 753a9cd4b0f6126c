#include "service/model.h"

namespace garant::service {
namespace {

// A piece of the starter file: a comment in either language, then lines that are the same in both.
struct Piece {
  std::string_view en;
  std::string_view fr;
  std::string_view yaml;  // %ID% stands for the id
};

constexpr Piece kPieces[] = {
    {"The service file: what the team declares of its service. `garant check` judges it against\n"
     "what was observed and signed. Change every line to what is true of yours; leave out what\n"
     "you do not know yet, and write [] where there is none. docs/formats/service-file.md holds\n"
     "every field.",
     "Le fichier de service : ce que l’équipe déclare de son service. `garant check` le confronte\n"
     "à ce qui a été observé et signé. Changez chaque ligne pour ce qui est vrai du vôtre; "
     "omettez\n"
     "ce que vous ne savez pas encore, et écrivez [] là où il n’y a rien.\n"
     "docs/formats/service-file.md décrit chaque champ.",
     "garant: 1\n"},
    {"What people read stands in both official languages.",
     "Ce que les gens lisent figure dans les deux langues officielles.",
     "service:\n"
     "  id: %ID%\n"
     "  name: { en: Name of the service, fr: Nom du service }\n"},
    {"alpha, beta or live; trial until it serves the public.",
     "alpha, beta ou live; trial (essai) tant qu’il ne sert pas le public.",
     "  stage: alpha\n"
     "  environment: trial\n"
     "  organization: { en: Your organization, fr: Votre organisme }\n"
     "  jurisdictions: [ca]\n"},
    {"Roles, not passwords. Those who sign add the public key that `ssh-keygen -t ed25519` makes:\n"
     "  key: ssh-ed25519 AAAA…",
     "Des rôles, pas de mots de passe. Qui signe ajoute la clé publique que crée\n"
     "`ssh-keygen -t ed25519` :\n"
     "  key: ssh-ed25519 AAAA…",
     "people:\n"
     "  - { id: owner, role: owner, contact: owner@example.org }\n"
     "  - { id: privacy, role: privacy-officer, contact: privacy@example.org }\n"
     "  - { id: security, role: security, contact: security@example.org }\n"},
    {"Every part that runs: your own, and those of others that you rely on.",
     "Chaque partie qui fonctionne : les vôtres, et celles d’autrui dont vous dépendez.",
     "systems:\n"
     "  - id: web\n"
     "    kind: web-application\n"
     "    agency: Your organization\n"
     "    technology: [python, nginx]\n"
     "    internet: true\n"},
    {"Why personal data is used, in plain words, and what allows it.",
     "Pourquoi des renseignements personnels sont utilisés, en mots simples, et ce qui le permet.",
     "purposes:\n"
     "  - id: reply\n"
     "    text: { en: To answer what you ask us., fr: Pour répondre à ce que vous demandez. }\n"
     "    authority: consent\n"},
    {"Where data is kept, field by field. A secret never stands in this file: `connect` names the\n"
     "environment variable that holds it.",
     "Où les données sont conservées, champ par champ. Un secret ne figure jamais dans ce fichier "
     ":\n"
     "`connect` nomme la variable d’environnement qui le contient.",
     "stores:\n"
     "  - id: main-db\n"
     "    system: web\n"
     "    engine: sqlite\n"
     "    connect: env:MAIN_DB\n"
     "    encryption: { at-rest: true }\n"
     "    holds:\n"
     "      - at: requests.email\n"
     "        data: contact.email\n"
     "        purpose: reply\n"
     "        keep: P1Y after requests.closed_on\n"
     "        then: erase\n"},
    {"How data travels: from a person or a part to another.",
     "Comment les données circulent : d’une personne ou d’une partie à une autre.",
     "flows:\n"
     "  - { from: person, to: web, data: [contact.email], over: https, purpose: reply }\n"
     "  - { from: web, to: main-db, data: [contact.email], over: loopback, purpose: reply }\n"},
    {"Where people are asked, every field of the form, and the notice that they read there.",
     "Où l’on interroge les personnes, chaque champ du formulaire, et l’avis qu’elles y lisent.",
     "collection:\n"
     "  - id: ask\n"
     "    route: /ask\n"
     "    purpose: reply\n"
     "    notice:\n"
     "      en: We use your address to answer you and erase it after a year.\n"
     "      fr: Votre adresse sert à vous répondre et est effacée après un an.\n"
     "    fields:\n"
     "      - { name: email, data: contact.email, required: true }\n"},
    {"Who else receives data: nobody here.", "Qui d’autre reçoit des données : personne ici.",
     "sharing: []\n"},
    {"Every route, the assurance that it asks for (0 for none), and whose data it shows.",
     "Chaque route, l’assurance qu’elle exige (0 pour aucune), et de qui elle montre les données.",
     "access:\n"
     "  methods: [oidc]\n"
     "  routes:\n"
     "    - { match: /, assurance: 0 }\n"
     "    - { match: /ask, methods: [GET, POST], assurance: 0 }\n"
     "    - match: /requests/{id}\n"
     "      assurance: 2\n"
     "      roles: [clerk]\n"
     "      about: { param: id, store: main-db }\n"},
    {"Every cookie that a browser is given.", "Chaque témoin que reçoit un navigateur.",
     "cookies:\n"
     "  - { name: __Host-session, purpose: essential, keep: session }\n"},
    {"Most threats are derived from the above; risks name one by its id.",
     "La plupart des menaces sont dérivées de ce qui précède; un risque en nomme une par son\n"
     "identifiant.",
     "threats:\n"
     "  added:\n"
     "    - id: spam\n"
     "      kind: fraud\n"
     "      title: { en: Floods of false requests, fr: Déluge de fausses demandes }\n"
     "risks:\n"
     "  - id: r1\n"
     "    threat: spam\n"
     "    title: { en: True requests wait, fr: Les vraies demandes attendent }\n"
     "    likelihood: 3\n"
     "    impact: 2\n"
     "    owner: security\n"
     "    status: open\n"},
};

void WriteComment(std::string_view comment, std::string& out) {
  while (!comment.empty()) {
    const size_t end = comment.find('\n');
    out += "# ";
    out += comment.substr(0, end);
    out += '\n';
    comment = end == std::string_view::npos ? std::string_view{} : comment.substr(end + 1);
  }
}

}  // namespace

std::string StarterFile(std::string_view id, base::Language language) {
  constexpr std::string_view kId = "%ID%";
  std::string out;
  for (const Piece& piece : kPieces) {
    // A blank line before each section, none before a comment within one.
    if (!out.empty() && piece.yaml[0] != ' ') out += '\n';
    WriteComment(language == base::Language::kFrench ? piece.fr : piece.en, out);
    out += piece.yaml;
  }
  out.replace(out.find(kId), kId.size(), id);
  return out;
}

}  // namespace garant::service

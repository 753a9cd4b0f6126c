#include "service/sections.h"

namespace garant::service {
namespace {

using enum Shape;

constexpr Words kMethods = {"oidc", "passkey", "password", "one-time-code", "none"};
constexpr Words kVerbs = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
constexpr Words kRecording = {"normal", "required"};
constexpr Words kCookiePurposes = {"essential", "functional", "analytics", "advertising"};

constexpr Fields kAbout = {
    {.name = "param",
     .shape = kParameter,
     .required = true,
     .en = "The route's parameter that names the person's record.",
     .fr = "Le paramètre de la route qui désigne le dossier de la personne."},
    {.name = "store",
     .shape = kReference,
     .required = true,
     .refers_to = "stores",
     .en = "Where that record is.",
     .fr = "Où se trouve ce dossier."},
};

constexpr Fields kRouteFields = {
    {.name = "match",
     .shape = kRoute,
     .required = true,
     .unique = true,
     .en = "The route's template.",
     .fr = "Le modèle de la route."},
    {.name = "methods",
     .shape = kWord,
     .list = true,
     .words = kVerbs,
     .en = "Methods; GET where left out.",
     .fr = "Méthodes; GET si rien n’est écrit."},
    {.name = "assurance",
     .shape = kInt,
     .required = true,
     .least = 0,
     .most = 4,
     .en = "Level of assurance that a person needs; 0 for none.",
     .fr = "Niveau d’assurance exigé de la personne; 0 pour aucun."},
    {.name = "roles",
     .shape = kText,
     .list = true,
     .verbatim = true,
     .en = "Roles that may use it.",
     .fr = "Rôles qui peuvent l’utiliser."},
    {.name = "about",
     .shape = kRecord,
     .fields = kAbout,
     .type = "about",
     .en = "Whose data it shows.",
     .fr = "De qui elle montre les données."},
    {.name = "record",
     .shape = kWord,
     .words = kRecording,
     .en = "required: nothing is served unrecorded.",
     .fr = "required : rien n’est servi sans être inscrit."},
};

constexpr Fields kAccess = {
    {.name = "methods",
     .shape = kWord,
     .list = true,
     .required = true,
     .words = kMethods,
     .en = "How people sign in.",
     .fr = "Comment les personnes ouvrent une session."},
    {.name = "rationale",
     .shape = kBilingual,
     .en = "Why these methods suit the people and the risk.",
     .fr = "Pourquoi ces méthodes conviennent aux personnes et au risque."},
    {.name = "routes",
     .shape = kRecord,
     .list = true,
     .required = true,
     .fields = kRouteFields,
     .type = "route",
     .en = "Every route, its assurance level and roles.",
     .fr = "Chaque route, son niveau d’assurance et ses rôles."},
};

constexpr Fields kCheck = {
    {.name = "id",
     .shape = kId,
     .required = true,
     .unique = true,
     .en = "Short name of the rule.",
     .fr = "Nom court de la règle."},
    {.name = "when",
     .shape = kRequest,
     .required = true,
     .en = "Method and route, such as POST /permits.",
     .fr = "Méthode et route, comme POST /permits."},
    {.name = "must",
     .shape = kText,
     .required = true,
     .verbatim = true,
     .en = "What a sound request satisfies.",
     .fr = "Ce que respecte une requête valide."},
    {.name = "why", .shape = kBilingual, .en = "What it prevents.", .fr = "Ce qu’elle prévient."},
};

constexpr Fields kRules = {
    {.name = "openapi",
     .shape = kText,
     .en = "OpenAPI file that requests must follow.",
     .fr = "Fichier OpenAPI que les requêtes doivent suivre."},
    {.name = "checks",
     .shape = kRecord,
     .list = true,
     .fields = kCheck,
     .type = "check",
     .en = "Rules beyond it.",
     .fr = "Règles qui s’y ajoutent."},
};

constexpr Fields kCookie = {
    {.name = "name",
     .shape = kText,
     .required = true,
     .unique = true,
     .verbatim = true,
     .en = "The cookie's name.",
     .fr = "Le nom du témoin."},
    {.name = "purpose",
     .shape = kWord,
     .required = true,
     .words = kCookiePurposes,
     .en = "What it is for.",
     .fr = "À quoi il sert."},
    {.name = "keep",
     .shape = kKeep,
     .required = true,
     .en = "How long a browser keeps it.",
     .fr = "Combien de temps le navigateur le conserve."},
    {.name = "why",
     .shape = kBilingual,
     .en = "Why it is needed.",
     .fr = "Pourquoi il est nécessaire."},
};

constexpr Fields kIdentity = {
    {.name = "framework",
     .shape = kText,
     .required = true,
     .en = "Trust framework, such as pctf.",
     .fr = "Cadre de confiance, comme pctf."},
    {.name = "role",
     .shape = kText,
     .required = true,
     .en = "The service's part in it: relying party, issuer, …",
     .fr = "Le rôle du service dans ce cadre : partie utilisatrice, émetteur, …"},
    {.name = "level",
     .shape = kInt,
     .required = true,
     .least = 1,
     .most = 4,
     .en = "Level of assurance relied on.",
     .fr = "Niveau d’assurance sur lequel il s’appuie."},
    {.name = "how",
     .shape = kBilingual,
     .required = true,
     .en = "How credentials of other jurisdictions are accepted.",
     .fr = "Comment les justificatifs d’autres administrations sont acceptés."},
};

constexpr Fields kSections = {
    {.name = "access",
     .shape = kRecord,
     .fields = kAccess,
     .type = "access",
     .en = "Routes and who may use them.",
     .fr = "Les routes et qui peut les utiliser."},
    {.name = "identity",
     .shape = kRecord,
     .fields = kIdentity,
     .type = "identity",
     .en = "Its place in a trust framework.",
     .fr = "Sa place dans un cadre de confiance."},
    {.name = "rules",
     .shape = kRecord,
     .fields = kRules,
     .type = "rules",
     .en = "What makes an interaction valid.",
     .fr = "Ce qui rend une interaction valide."},
    {.name = "cookies",
     .shape = kRecord,
     .list = true,
     .fields = kCookie,
     .type = "cookie",
     .en = "Every cookie it sets; [] for none.",
     .fr = "Chaque témoin qu’il dépose; [] pour aucun."},
};

}  // namespace

std::span<const Field> SectionsOfUse() { return kSections; }

}  // namespace garant::service

#include "service/sections.h"

namespace garant::service {
namespace {

using enum Shape;

constexpr Words kExportFormats = {"ocsf", "ecs", "cef", "json-lines"};
constexpr Words kInventoryFormats = {"cyclonedx", "spdx"};

constexpr Fields kDetection = {
    {.name = "id",
     .shape = kId,
     .required = true,
     .unique = true,
     .en = "Short name of the detection.",
     .fr = "Nom court de la détection."},
    {.name = "when",
     .shape = kText,
     .required = true,
     .en = "What it looks for.",
     .fr = "Ce qu’elle recherche."},
    {.name = "does",
     .shape = kBilingual,
     .required = true,
     .en = "What happens then.",
     .fr = "Ce qui se passe alors."},
    {.name = "kind",
     .shape = kWord,
     .required = true,
     .words = kThreatKinds,
     .en = "What it is aimed at.",
     .fr = "Ce qu’elle vise."},
};

constexpr Fields kExportTarget = {
    {.name = "id",
     .shape = kId,
     .required = true,
     .unique = true,
     .en = "Short name of the target.",
     .fr = "Nom court de la destination."},
    {.name = "to",
     .shape = kText,
     .required = true,
     .en = "The monitoring that receives events.",
     .fr = "La surveillance qui reçoit les événements."},
    {.name = "format",
     .shape = kWord,
     .required = true,
     .words = kExportFormats,
     .en = "In what form.",
     .fr = "Sous quelle forme."},
};

constexpr Fields kMonitoring = {
    {.name = "detections",
     .shape = kRecord,
     .list = true,
     .required = true,
     .fields = kDetection,
     .type = "detection",
     .en = "What is looked for.",
     .fr = "Ce qui est recherché."},
    {.name = "exports",
     .shape = kRecord,
     .list = true,
     .required = true,
     .fields = kExportTarget,
     .type = "export",
     .en = "Where events go.",
     .fr = "Où vont les événements."},
};

constexpr Fields kReader = {
    {.name = "role",
     .shape = kWord,
     .required = true,
     .words = kRoles,
     .en = "The role whose people may read.",
     .fr = "Le rôle dont les personnes peuvent lire."},
    {.name = "purposes",
     .shape = kId,
     .list = true,
     .required = true,
     .en = "What for: a short name each, which stands in clear in the entry that each reading is.",
     .fr = "À quelles fins : un nom court chacune, qui figure en clair dans l’entrée qu’est chaque "
           "lecture."},
    {.name = "categories",
     .shape = kText,
     .list = true,
     .required = true,
     .verbatim = true,
     .en = "What of it: categories of sealed parts, such as line, path, device.address or another "
           "data category.",
     .fr = "Quoi : des catégories de parties scellées, comme line, path, device.address ou une "
           "autre catégorie de données."},
};

constexpr Fields kTrail = {
    {.name = "transient",
     .shape = kDuration,
     .en = "After how long the keys of a day's sessions, traces and sealed parts that are nobody's "
           "own are destroyed; P30D where it is left out.",
     .fr = "Après combien de temps sont détruites les clés des sessions, des traces et des parties "
           "scellées de personne en particulier d’une journée; P30D par défaut."},
    {.name = "keep",
     .shape = kDuration,
     .en = "How long entries are kept, a day at least; older ones are deleted in whole segments. "
           "Nothing is deleted where it is left out.",
     .fr =
         "Combien de temps les entrées sont conservées, au moins un jour; les plus anciennes sont "
         "supprimées par segments entiers. Rien n’est supprimé s’il est omis."},
    {.name = "readers",
     .shape = kRecord,
     .list = true,
     .fields = kReader,
     .type = "reader",
     .en = "Who may open what is sealed in the trail, and what for; nobody where it is left out.",
     .fr = "Qui peut ouvrir ce qui est scellé dans le journal, et à quelles fins; personne par "
           "défaut."},
};

constexpr Fields kDeployment = {
    {.name = "scripts",
     .shape = kText,
     .list = true,
     .required = true,
     .en = "Scripts that make production.",
     .fr = "Scripts qui construisent la production."},
    {.name = "repository",
     .shape = kText,
     .required = true,
     .en = "Where they are kept.",
     .fr = "Où ils sont conservés."},
    {.name = "systems",
     .shape = kReference,
     .list = true,
     .required = true,
     .refers_to = "systems",
     .en = "Systems that they produce.",
     .fr = "Systèmes qu’ils produisent."},
};

constexpr Fields kDocument = {
    {.name = "id",
     .shape = kId,
     .required = true,
     .unique = true,
     .en = "Short name of the document.",
     .fr = "Nom court du document."},
    {.name = "title",
     .shape = kBilingual,
     .required = true,
     .en = "Its title.",
     .fr = "Son titre."},
    {.name = "path",
     .shape = kText,
     .required = true,
     .en = "Where it is.",
     .fr = "Où il se trouve."},
    {.name = "owner",
     .shape = kReference,
     .required = true,
     .refers_to = "people",
     .en = "Who keeps it.",
     .fr = "Qui le tient à jour."},
    {.name = "reviewed",
     .shape = kDate,
     .required = true,
     .en = "When it was last gone through.",
     .fr = "Quand il a été passé en revue la dernière fois."},
};

constexpr Fields kInventory = {
    {.name = "file",
     .shape = kText,
     .required = true,
     .en = "The software bill of materials.",
     .fr = "La nomenclature des logiciels."},
    {.name = "format",
     .shape = kWord,
     .required = true,
     .words = kInventoryFormats,
     .en = "Its format.",
     .fr = "Son format."},
    {.name = "systems",
     .shape = kReference,
     .list = true,
     .required = true,
     .refers_to = "systems",
     .en = "Systems it covers.",
     .fr = "Systèmes qu’elle couvre."},
};

constexpr Fields kEngagement = {
    {.name = "every",
     .shape = kDuration,
     .required = true,
     .en = "How often the risk teams are met.",
     .fr = "À quelle fréquence on rencontre les équipes du risque."},
    {.name = "with",
     .shape = kReference,
     .list = true,
     .required = true,
     .refers_to = "people",
     .en = "Who is met.",
     .fr = "Qui l’on rencontre."},
};

constexpr Fields kSections = {
    {.name = "monitoring",
     .shape = kRecord,
     .fields = kMonitoring,
     .type = "monitoring",
     .en = "Detections and feeds.",
     .fr = "Détections et transmissions."},
    {.name = "trail",
     .shape = kRecord,
     .fields = kTrail,
     .type = "trail",
     .en = "What is kept of what happened.",
     .fr = "Ce qui est conservé de ce qui s’est passé."},
    {.name = "deployment",
     .shape = kRecord,
     .fields = kDeployment,
     .type = "deployment",
     .en = "How production is made.",
     .fr = "Comment la production est construite."},
    {.name = "documentation",
     .shape = kRecord,
     .list = true,
     .fields = kDocument,
     .type = "document",
     .en = "Security documentation.",
     .fr = "Documentation de sécurité."},
    {.name = "inventory",
     .shape = kRecord,
     .fields = kInventory,
     .type = "inventory",
     .en = "Software in use.",
     .fr = "Logiciels utilisés."},
    {.name = "engagement",
     .shape = kRecord,
     .fields = kEngagement,
     .type = "engagement",
     .en = "How the risk teams are involved.",
     .fr = "Comment les équipes du risque participent."},
};

}  // namespace

std::span<const Field> SectionsOfOperation() { return kSections; }

}  // namespace garant::service

#include "service/data_category.h"

namespace garant::service {
namespace {

constexpr DataCategory kCategories[] = {
    {"none", false, false, "Nothing about a person", "Rien au sujet d’une personne"},
    {"identity.name", true, false, "Name", "Nom"},
    {"identity.birth-date", true, false, "Date of birth", "Date de naissance"},
    {"identity.government-id", true, true, "Number issued by a government",
     "Numéro délivré par un gouvernement"},
    {"identity.signature", true, false, "Signature", "Signature"},
    {"identity.photo", true, true, "Likeness", "Image de la personne"},
    {"contact.email", true, false, "E-mail address", "Adresse de courriel"},
    {"contact.phone", true, false, "Telephone number", "Numéro de téléphone"},
    {"contact.address", true, false, "Postal address", "Adresse postale"},
    {"vehicle.plate", true, false, "Licence plate", "Plaque d’immatriculation"},
    {"vehicle.description", true, false, "Description of a vehicle", "Description d’un véhicule"},
    {"document.residence", true, true, "Proof of residence", "Preuve de résidence"},
    {"document.other", true, true, "Other document about a person",
     "Autre document au sujet d’une personne"},
    {"payment.card", true, true, "Payment card", "Carte de paiement"},
    {"payment.reference", true, false, "Reference of a payment", "Référence d’un paiement"},
    {"payment.bank-account", true, true, "Bank account", "Compte bancaire"},
    {"health.condition", true, true, "State of health or disability", "État de santé ou handicap"},
    {"employment.status", true, false, "Employment", "Emploi"},
    {"finance.income", true, true, "Income", "Revenu"},
    {"family.status", true, false, "Family", "Famille"},
    {"language.preference", true, false, "Preferred language", "Langue préférée"},
    {"account.identifier", true, false, "Account or pseudonym", "Compte ou pseudonyme"},
    {"account.secret", true, true, "Password or other secret", "Mot de passe ou autre secret"},
    {"device.address", true, false, "Network address of a device", "Adresse réseau d’un appareil"},
    {"device.session", true, false, "Session or cookie identifier",
     "Identifiant de session ou de témoin"},
    {"behaviour.use", true, false, "How a person uses the service", "Utilisation du service"},
    {"decision.outcome", true, false, "Decision about a person",
     "Décision au sujet d’une personne"},
    {"text.free", true, false, "Free text that a person writes",
     "Texte libre écrit par une personne"},
};

}  // namespace

std::span<const DataCategory> DataCategories() { return kCategories; }

}  // namespace garant::service

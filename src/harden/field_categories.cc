#include "harden/field_categories.h"

#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr FieldPattern kAutofill[] = {
    {"cc name", "payment.card"},
    {"cc number", "payment.card"},
    {"cc csc", "payment.card"},
    {"cc exp", "payment.card"},
    {"current password", "account.secret"},
    {"new password", "account.secret"},
    {"one time code", "account.secret"},
    {"username", "account.identifier"},
    {"nickname", "account.identifier"},
    {"email", "contact.email"},
    {"tel", "contact.phone"},
    {"street address", "contact.address"},
    {"address line1", "contact.address"},
    {"address line2", "contact.address"},
    {"address level1", "contact.address"},
    {"address level2", "contact.address"},
    {"postal code", "contact.address"},
    {"bday", "identity.birth-date"},
    {"photo", "identity.photo"},
    {"language", "language.preference"},
    {"given name", "identity.name"},
    {"additional name", "identity.name"},
    {"family name", "identity.name"},
    {"honorific prefix", "identity.name"},
    {"name", "identity.name"},
};

constexpr FieldPattern kPatterns[] = {
    // What a word alone would take for something else.
    {"cardholder", "payment.card"},
    {"titulaire de la carte", "payment.card"},
    {"health card", "identity.government-id"},
    {"carte sante", "identity.government-id"},
    {"user name", "account.identifier"},
    {"username", "account.identifier"},
    {"nom d utilisateur", "account.identifier"},
    {"identifiant", "account.identifier"},
    {"file name", "none"},
    {"company name", "none"},
    {"street name", "contact.address"},
    {"nom de rue", "contact.address"},
    {"preferred language", "language.preference"},
    {"langue preferee", "language.preference"},
    {"mot de passe", "account.secret"},
    {"proof of residence", "document.residence"},
    {"proof of residency", "document.residence"},
    {"proof residence", "document.residence"},
    {"residence proof", "document.residence"},
    {"proof of address", "document.residence"},
    {"utility bill", "document.residence"},
    {"preuve de residence", "document.residence"},
    {"preuve de domicile", "document.residence"},
    {"preuve d adresse", "document.residence"},
    {"justificatif de domicile", "document.residence"},
    {"payment reference", "payment.reference"},
    {"reference de paiement", "payment.reference"},
    {"transaction id", "payment.reference"},
    // Numbers that a government gives.
    {"social insurance", "identity.government-id"},
    {"assurance sociale", "identity.government-id"},
    {"social security", "identity.government-id"},
    {"sin", "identity.government-id"},
    {"nas", "identity.government-id"},
    {"ssn", "identity.government-id"},
    {"passport", "identity.government-id"},
    {"passeport", "identity.government-id"},
    {"driver licence", "identity.government-id"},
    {"drivers licence", "identity.government-id"},
    {"driver s licence", "identity.government-id"},
    {"driver license", "identity.government-id"},
    {"drivers license", "identity.government-id"},
    {"driver s license", "identity.government-id"},
    {"permis de conduire", "identity.government-id"},
    {"health number", "identity.government-id"},
    {"ohip", "identity.government-id"},
    {"assurance maladie", "identity.government-id"},
    // Money.
    {"card number", "payment.card"},
    {"cardnumber", "payment.card"},
    {"credit card", "payment.card"},
    {"carte de credit", "payment.card"},
    {"numero de carte", "payment.card"},
    {"cvv", "payment.card"},
    {"cvc", "payment.card"},
    {"iban", "payment.bank-account"},
    {"bank account", "payment.bank-account"},
    {"account number", "payment.bank-account"},
    {"compte bancaire", "payment.bank-account"},
    {"transit number", "payment.bank-account"},
    {"income", "finance.income"},
    {"salary", "finance.income"},
    {"revenu", "finance.income"},
    {"salaire", "finance.income"},
    // Vehicles.
    {"plate", "vehicle.plate"},
    {"licence plate", "vehicle.plate"},
    {"license plate", "vehicle.plate"},
    {"registration number", "vehicle.plate"},
    {"plaque", "vehicle.plate"},
    {"immatriculation", "vehicle.plate"},
    {"vehicle", "vehicle.description"},
    {"vehicule", "vehicle.description"},
    {"car make", "vehicle.description"},
    {"make and model", "vehicle.description"},
    {"vin", "vehicle.description"},
    // Ways to reach a person.
    {"email", "contact.email"},
    {"e mail", "contact.email"},
    {"mail", "contact.email"},
    {"courriel", "contact.email"},
    {"phone", "contact.phone"},
    {"telephone", "contact.phone"},
    {"mobile", "contact.phone"},
    {"cell", "contact.phone"},
    {"cellulaire", "contact.phone"},
    {"tel", "contact.phone"},
    {"address", "contact.address"},
    {"adresse", "contact.address"},
    {"street", "contact.address"},
    {"rue", "contact.address"},
    {"postcode", "contact.address"},
    {"postal", "contact.address"},
    {"postal code", "contact.address"},
    {"code postal", "contact.address"},
    {"zip", "contact.address"},
    {"city", "contact.address"},
    {"ville", "contact.address"},
    // Who a person is.
    {"birth", "identity.birth-date"},
    {"birthday", "identity.birth-date"},
    {"birthdate", "identity.birth-date"},
    {"dob", "identity.birth-date"},
    {"naissance", "identity.birth-date"},
    {"signature", "identity.signature"},
    {"photo", "identity.photo"},
    {"selfie", "identity.photo"},
    {"disability", "health.condition"},
    {"handicap", "health.condition"},
    {"medical", "health.condition"},
    {"medicale", "health.condition"},
    {"health", "health.condition"},
    {"sante", "health.condition"},
    {"diagnosis", "health.condition"},
    {"employer", "employment.status"},
    {"employeur", "employment.status"},
    {"occupation", "employment.status"},
    {"job title", "employment.status"},
    {"emploi", "employment.status"},
    {"marital", "family.status"},
    {"spouse", "family.status"},
    {"children", "family.status"},
    {"conjoint", "family.status"},
    {"etat civil", "family.status"},
    {"enfants", "family.status"},
    {"password", "account.secret"},
    {"passcode", "account.secret"},
    {"pin", "account.secret"},
    {"secret", "account.secret"},
    {"login", "account.identifier"},
    {"account", "account.identifier"},
    {"full name", "identity.name"},
    {"fullname", "identity.name"},
    {"first name", "identity.name"},
    {"firstname", "identity.name"},
    {"last name", "identity.name"},
    {"lastname", "identity.name"},
    {"given name", "identity.name"},
    {"surname", "identity.name"},
    {"prenom", "identity.name"},
    {"nom", "identity.name"},
    {"name", "identity.name"},
    // Nothing about a person.
    {"q", "none"},
    {"query", "none"},
    {"search", "none"},
    {"recherche", "none"},
    {"rechercher", "none"},
    {"lang", "none"},
    {"language", "none"},
    {"langue", "none"},
    {"locale", "none"},
    {"page", "none"},
    {"sort", "none"},
    {"tri", "none"},
    {"filter", "none"},
    {"consent", "none"},
    {"agree", "none"},
    {"accept", "none"},
    {"terms", "none"},
    {"consentement", "none"},
    {"accepter", "none"},
    {"conditions", "none"},
    // Free text.
    {"comment", "text.free"},
    {"comments", "text.free"},
    {"message", "text.free"},
    {"notes", "text.free"},
    {"note", "text.free"},
    {"reason", "text.free"},
    {"description", "text.free"},
    {"details", "text.free"},
    {"commentaire", "text.free"},
    {"commentaires", "text.free"},
    {"raison", "text.free"},
    {"remarques", "text.free"},
};

std::string_view Find(std::span<const FieldPattern> patterns, std::string_view text) {
  const std::string folded = Folded(text);
  for (const FieldPattern& pattern : patterns)
    if (HasWords(folded, pattern.words)) return pattern.category;
  return {};
}

// Two hints may disagree; that a field asks nothing about a person is the weaker claim.
std::string_view Stronger(std::string_view first, std::string_view second) {
  return first.empty() || (first == "none" && !second.empty()) ? second : first;
}

}  // namespace

std::span<const FieldPattern> FieldPatterns() { return kPatterns; }
std::span<const FieldPattern> AutofillPatterns() { return kAutofill; }

std::string_view CategoryOf(const FieldHints& hints) {
  const std::string type = Lower(hints.type);
  if (type == "password") return "account.secret";
  if (type == "email") return "contact.email";
  if (type == "tel") return "contact.phone";
  if (const auto found = Find(kAutofill, hints.autocomplete); !found.empty()) return found;
  const auto named = Find(kPatterns, hints.name);
  // A box to tick speaks in its label of what is agreed to, not of what it asks.
  if (!named.empty() && (type == "checkbox" || type == "radio")) return named;
  const auto found = Stronger(named, Find(kPatterns, hints.label));
  if (type == "checkbox" || type == "radio" || !found.empty()) {
    if (type == "textarea" && found == "none") return "text.free";
    if (type == "file" && !found.starts_with("document.") && found != "identity.photo" &&
        found != "identity.signature")
      return "document.other";
    return found;
  }
  if (type == "file") return "document.other";
  if (type == "textarea") return "text.free";
  if (type == "search") return "none";
  return {};
}

}  // namespace garant::harden

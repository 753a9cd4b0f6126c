#include "service/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "service/complaints.h"
#include "service/data_category.h"
#include "service/grammar.h"

namespace garant::service {
namespace {

using base::Text;

constexpr std::array kShapes = {
    ShapeFacts{Shape::kText, "text", "text", "un texte", "City of Rivermouth", "\\S"},
    ShapeFacts{Shape::kBilingual, "bilingual", "text in both languages",
               "un texte dans les deux langues", "{ en: …, fr: … }", ""},
    ShapeFacts{Shape::kId, "id", "a short name in lower case", "un nom court en minuscules",
               "permits-db", "^[a-z][a-z0-9-]*$"},
    ShapeFacts{Shape::kWord, "word", "one of a few words", "un mot parmi quelques-uns", "", ""},
    ShapeFacts{Shape::kBool, "truth", "true or false", "true ou false", "true", ""},
    ShapeFacts{Shape::kInt, "integer", "a whole number", "un nombre entier", "3", ""},
    ShapeFacts{Shape::kDate, "date", "a date", "une date", "2026-11-23",
               "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    ShapeFacts{Shape::kDuration, "duration", "a duration (ISO 8601)", "une durée (ISO 8601)",
               "P90D",
               "^P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?"
               "(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$"},
    ShapeFacts{Shape::kKeep, "retention", "a retention", "une durée de conservation",
               "P2Y after permits.closed_on",
               "^(session|P[0-9YMWDTHS]+( after [^ .]+([.][^ .]+)+)?)$"},
    ShapeFacts{Shape::kUrl, "url", "an address", "une adresse",
               "https://permits.rivermouth.example", "^https?://[^\\s/?#@]+([/?#]\\S*)?$"},
    ShapeFacts{Shape::kRoute, "route", "a route", "une route", "/clerk/applications/{id}",
               "^/[^\\s?#]*$"},
    ShapeFacts{Shape::kPath, "path", "a path without parameters", "un chemin sans paramètre",
               "/health/systems", "^/[^\\s?#{}]*$"},
    ShapeFacts{Shape::kCategory, "category", "a category of data", "une catégorie de données",
               "contact.email", "^x([.][a-z0-9-]+)+$"},
    ShapeFacts{Shape::kKey, "public key", "an OpenSSH public key", "une clé publique OpenSSH",
               "ssh-ed25519 AAAAC3Nz…",
               "^(ssh-ed25519|sk-ssh-ed25519@openssh[.]com) +AAAA[A-Za-z0-9+/]+={0,2}( .*)?$"},
    ShapeFacts{Shape::kDigest, "digest", "a SHA-256 digest", "une empreinte SHA-256",
               "sha256:9f86d081…", "^sha256:[0-9a-f]{64}$"},
    ShapeFacts{Shape::kReference, "reference", "the id of something in this file",
               "l’identifiant d’un élément de ce fichier", "privacy", "^[a-z][a-z0-9-]*$"},
    ShapeFacts{Shape::kParty, "party", "person, public, or the id of a system, store or sharing",
               "person, public, ou l’identifiant d’un système, d’un dépôt ou d’un partage", "web",
               "^[a-z][a-z0-9-]*$"},
    ShapeFacts{Shape::kThreat, "threat", "the id of a threat", "l’identifiant d’une menace",
               "tampering.web", "^[a-z][a-z0-9-]*([.][a-z0-9-]+)*$"},
    ShapeFacts{Shape::kParameter, "parameter", "a parameter of the route",
               "un paramètre de la route", "id", "^[A-Za-z][A-Za-z0-9_-]*$"},
    ShapeFacts{Shape::kRequest, "request", "a method and a route", "une méthode et une route",
               "POST /permits", "^(GET|HEAD|POST|PUT|PATCH|DELETE) /[^\\s?#]*$"},
    ShapeFacts{Shape::kJurisdiction, "jurisdiction", "an ISO 3166 code in lower case",
               "un code ISO 3166 en minuscules", "ca-on", "^[a-z]{2}(-[a-z0-9]{1,3})?$"},
    ShapeFacts{Shape::kSecret, "environment variable", "the name of an environment variable",
               "le nom d’une variable d’environnement", "env:PERMITS_DB",
               "^env:[A-Za-z_][A-Za-z0-9_]*$"},
    ShapeFacts{Shape::kRecord, "map", "a map", "un groupe de clés", "", ""},
};

// "{ id: …, role: …, contact: … }": what must stand in it, or else what may.
std::string ExampleRecord(const Field& field) {
  const bool any_required = std::any_of(field.fields.begin(), field.fields.end(),
                                        [](const Field& member) { return member.required; });
  std::string example = "{ ";
  for (const Field& member : field.fields) {
    if (any_required && !member.required) continue;
    if (example.size() > 2) example += ", ";
    example += fmt::format("{}: …", member.name);
    if (!any_required) break;
  }
  return example + " }";
}

std::string Example(const Field& field) {
  if (field.shape == Shape::kRecord) return ExampleRecord(field);
  if (field.shape == Shape::kWord) return std::string(field.words.front());
  if (field.shape == Shape::kInt) return std::to_string(field.least);
  return std::string(FactsOf(field.shape).example);
}

// "a whole number from 1 to 5", or the only one.
Text Range(const Field& field) {
  const std::string least = std::to_string(field.least);
  if (field.least == field.most) return {least, least};
  return {fmt::format("a whole number from {} to {}", least, field.most),
          fmt::format("un nombre entier de {} à {}", least, field.most)};
}

}  // namespace

const ShapeFacts& FactsOf(Shape shape) {
  return *std::find_if(kShapes.begin(), kShapes.end(),
                       [&](const ShapeFacts& facts) { return facts.shape == shape; });
}

Text Expected(const Field& field) {
  const std::string example = Example(field);
  if (field.list)
    return {fmt::format("a list, such as [{}]", example),
            fmt::format("une liste, comme [{}]", example)};
  if (field.shape == Shape::kWord) return OneOf(field.words);
  if (field.shape == Shape::kInt) return Range(field);
  const ShapeFacts& facts = FactsOf(field.shape);
  if (field.shape == Shape::kBool) return {std::string(facts.en), std::string(facts.fr)};
  return {fmt::format("{}, such as {}", facts.en, example),
          fmt::format("{}, comme {}", facts.fr, example)};
}

std::optional<Text> FaultOf(const Field& field, std::string_view text) {
  switch (field.shape) {
    case Shape::kId:
    case Shape::kReference:
    case Shape::kParty:
      return FaultOfId(text);
    case Shape::kDate:
      return FaultOfDate(text);
    case Shape::kDuration:
      return FaultOfDuration(text);
    case Shape::kKeep:
      return FaultOfKeep(text);
    case Shape::kUrl:
      return FaultOfUrl(text);
    case Shape::kRoute:
      return FaultOfRoute(text);
    case Shape::kPath:
      return FaultOfPath(text);
    case Shape::kKey:
      return FaultOfKey(text);
    case Shape::kDigest:
      return FaultOfDigest(text);
    case Shape::kThreat:
      return FaultOfThreat(text);
    case Shape::kRequest:
      return FaultOfRequest(text);
    case Shape::kJurisdiction:
      return FaultOfJurisdiction(text);
    case Shape::kSecret:
      return FaultOfSecret(text);
    case Shape::kText:
    case Shape::kBilingual:
    case Shape::kWord:
    case Shape::kBool:
    case Shape::kInt:
    case Shape::kCategory:
    case Shape::kParameter:
    case Shape::kRecord:
      return std::nullopt;
  }
  return std::nullopt;
}

bool IsCategory(std::string_view word) {
  const auto known = DataCategories();
  return IsOwnCategory(word) ||
         std::any_of(known.begin(), known.end(),
                     [&](const DataCategory& category) { return category.name == word; });
}

std::string RouteKey(std::string_view route) {
  std::string key;
  bool within = false;
  for (const char c : route) {
    if (c == '}') within = false;
    if (!within) key += c;
    if (c == '{') within = true;
  }
  return key;
}

bool HasParameter(std::string_view route, std::string_view parameter) {
  return route.find(fmt::format("{{{}}}", parameter)) != std::string_view::npos;
}

std::string_view KeyWithoutComment(std::string_view key) {
  const size_t type = key.find(' ');
  const size_t data = key.find_first_not_of(' ', type);
  if (type == std::string_view::npos || data == std::string_view::npos) return key;
  return key.substr(0, key.find(' ', data));
}

bool HoldsPrivateKey(std::string_view text) {
  return text.find("PRIVATE KEY-----") != std::string_view::npos;
}

}  // namespace garant::service

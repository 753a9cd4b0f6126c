#include "service/grammar.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"
#include "service/complaints.h"

namespace garant::service {
namespace {

using base::Text;
constexpr size_t kNone = std::string_view::npos;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z'); }
bool IsIdPart(char c) { return IsLower(c) || IsDigit(c) || c == '-'; }

bool IsId(std::string_view text) {
  constexpr size_t kLongest = 64;  // it names files, hosts and columns of reports
  return !text.empty() && text.size() <= kLongest && IsLower(text[0]) &&
         std::all_of(text.begin(), text.end(), IsIdPart);
}

// Two or more parts with dots between them, none empty, each of characters that `part` takes.
template <typename Part>
bool IsDotted(std::string_view text, Part part) {
  size_t parts = 1;
  size_t length = 0;
  for (const char c : text) {
    if (c == '.') {
      if (length == 0) return false;
      ++parts;
      length = 0;
    } else if (part(c)) {
      ++length;
    } else {
      return false;
    }
  }
  return parts >= 2 && length > 0;
}

}  // namespace

Fault FaultOfId(std::string_view text) {
  if (IsId(text)) return std::nullopt;
  return Text{
      fmt::format("'{}' cannot be an id; it takes up to 64 lower-case letters, digits and dashes, "
                  "starting with a letter, such as permits-db",
                  Quote(text)),
      fmt::format("« {} » ne peut être un identifiant; il prend jusqu’à 64 lettres "
                  "minuscules, chiffres et tirets, et commence par une lettre, comme permits-db",
                  Quote(text))};
}

Fault FaultOfThreat(std::string_view text) {
  if (IsId(text) || (!text.empty() && IsLower(text[0]) && IsDotted(text, IsIdPart)))
    return std::nullopt;
  return Text{fmt::format("'{}' cannot be a threat; write the id of one of threats.added, or of a "
                          "derived one, such as tampering.web",
                          Quote(text)),
              fmt::format("« {} » ne peut être une menace; écrivez l’identifiant d’une menace de "
                          "threats.added, ou d’une menace dérivée, comme tampering.web",
                          Quote(text))};
}

Fault FaultOfDate(std::string_view text) {
  const bool form = text.size() == 10 && text[4] == '-' && text[7] == '-';
  if (form && base::ParseTime(text)) return std::nullopt;
  const bool digits = form && std::count_if(text.begin(), text.end(), IsDigit) == 8;
  if (digits)
    return Text{
        fmt::format("there is no {}; write a date that exists, from 1970 to 2261, such as "
                    "2026-11-23",
                    text),
        fmt::format("il n’y a pas de {}; écrivez une date qui existe, de 1970 à 2261, comme "
                    "2026-11-23",
                    text)};
  return Text{
      fmt::format("'{}' is not a date; write year-month-day, such as 2026-11-23", Quote(text)),
      fmt::format("« {} » n’est pas une date; écrivez année-mois-jour, comme 2026-11-23",
                  Quote(text))};
}

Fault FaultOfDuration(std::string_view text) {
  if (base::ParseDuration(text)) return std::nullopt;
  return Text{fmt::format("'{}' is not a duration; write ISO 8601, such as P90D, P2Y or PT12H",
                          Quote(text)),
              fmt::format("« {} » n’est pas une durée; écrivez selon ISO 8601, comme P90D, P2Y ou "
                          "PT12H",
                          Quote(text))};
}

Fault FaultOfKeep(std::string_view text) {
  constexpr std::string_view kAfter = " after ";
  const size_t after = text.find(kAfter);
  const bool event = after == kNone || IsDotted(text.substr(after + kAfter.size()), [](char c) {
                       return IsLetter(c) || IsDigit(c) || c == '_' || c == '-';
                     });
  if (text == "session" || (event && base::ParseDuration(text.substr(0, after))))
    return std::nullopt;
  return Text{fmt::format("'{}' is not a retention; write session, a duration such as P2Y, or a "
                          "duration after an event, such as P2Y after permits.closed_on",
                          Quote(text)),
              fmt::format("« {} » n’est pas une durée de conservation; écrivez session, une durée "
                          "comme P2Y, ou une durée après un événement, comme P2Y after "
                          "permits.closed_on",
                          Quote(text))};
}

Fault FaultOfJurisdiction(std::string_view text) {
  const std::string_view country = text.substr(0, text.find('-'));
  const std::string_view part = text.substr(std::min(country.size() + 1, text.size()));
  const bool form =
      country.size() == 2 && std::all_of(country.begin(), country.end(), IsLower) &&
      part.size() <= 3 && part.empty() == (country.size() == text.size()) &&
      std::all_of(part.begin(), part.end(), [](char c) { return IsLower(c) || IsDigit(c); });
  if (form && country != "uk") return std::nullopt;
  return Text{
      fmt::format("'{}' is not an ISO 3166 code in lower case; write a country, such as ca or "
                  "gb, or a part of one, such as ca-on",
                  Quote(text)),
      fmt::format("« {} » n’est pas un code ISO 3166 en minuscules; écrivez un pays, comme ca "
                  "ou gb, ou une de ses parties, comme ca-on",
                  Quote(text))};
}

Fault FaultOfSecret(std::string_view text) {
  if (text.starts_with("env:") && text.size() > 4 && !IsDigit(text[4]) &&
      std::all_of(text.begin() + 4, text.end(),
                  [](char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }))
    return std::nullopt;
  return Text{
      "write env:NAME, such as env:PERMITS_DB, and put the connection into that environment "
      "variable; secrets never stand in this file",
      "écrivez env:NOM, comme env:PERMITS_DB, et mettez la connexion dans cette variable "
      "d’environnement; un secret ne figure jamais dans ce fichier"};
}

bool IsOwnCategory(std::string_view word) {
  return word.starts_with("x.") && IsDotted(word, IsIdPart);
}

}  // namespace garant::service

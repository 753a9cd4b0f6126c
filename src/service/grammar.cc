#include "service/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.h"
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
  return !text.empty() && IsLower(text[0]) && std::all_of(text.begin(), text.end(), IsIdPart);
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

// The rest of `text` after its first `size` bytes, read as an unsigned big-endian length and that
// many bytes; nothing where it is too short.
std::optional<std::string_view> TakeString(std::string_view& text) {
  if (text.size() < 4) return std::nullopt;
  size_t size = 0;
  for (size_t i = 0; i < 4; ++i) size = (size << 8U) | static_cast<uint8_t>(text[i]);
  if (text.size() - 4 < size) return std::nullopt;
  const std::string_view taken = text.substr(4, size);
  text.remove_prefix(4 + size);
  return taken;
}

// RFC 8709 section 4 for ssh-ed25519; OpenSSH PROTOCOL.u2f for sk-ssh-ed25519@openssh.com, which
// adds the application.
bool IsKeyBlob(std::string_view type, std::string_view blob) {
  const auto inner = TakeString(blob);
  const auto key = TakeString(blob);
  if (!inner || *inner != type || !key || key->size() != 32) return false;
  if (type == "ssh-ed25519") return blob.empty();
  const auto application = TakeString(blob);
  return application && !application->empty() && blob.empty();
}

bool IsAuthority(std::string_view text) {
  std::string_view host = text;
  if (const size_t colon = text.rfind(':'); colon != kNone && text.find(']', colon) == kNone) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), IsDigit))
      return false;
    if (std::stoul(std::string(port)) > 65535) return false;
    host = text.substr(0, colon);
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
      return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    });
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '-' || c == '.';
  });
}

bool HasSpace(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
}

Fault FaultOfParameters(std::string_view route) {
  const Text unbalanced = {
      fmt::format("the braces of '{}' do not pair up; write each parameter as {{name}}",
                  Quote(route)),
      fmt::format(
          "les accolades de « {} » ne vont pas par paires; écrivez chaque paramètre {{nom}}",
          Quote(route))};
  std::set<std::string_view> names;
  for (size_t at = route.find_first_of("{}"); at != kNone; at = route.find_first_of("{}", at)) {
    const size_t end = route.find_first_of("{}", at + 1);
    if (route[at] == '}' || end == kNone || route[end] == '{') return unbalanced;
    const std::string_view name = route.substr(at + 1, end - at - 1);
    const bool sound =
        !name.empty() && IsLetter(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
          return IsLetter(c) || IsDigit(c) || c == '_' || c == '-';
        });
    if (!sound)
      return Text{
          fmt::format("'{{{}}}' is not a parameter; its name takes letters, digits, - and _, "
                      "starting with a letter, such as {{id}}",
                      Quote(name)),
          fmt::format("« {{{}}} » n’est pas un paramètre; son nom prend des lettres, des "
                      "chiffres, - et _, et commence par une lettre, comme {{id}}",
                      Quote(name))};
    if (!names.insert(name).second)
      return Text{
          fmt::format("parameter '{{{}}}' stands in the route twice; give each its own name",
                      Quote(name)),
          fmt::format("le paramètre « {{{}}} » figure deux fois dans la route; donnez à "
                      "chacun son nom",
                      Quote(name))};
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

Fault FaultOfId(std::string_view text) {
  if (IsId(text)) return std::nullopt;
  return Text{
      fmt::format("'{}' cannot be an id; it takes lower-case letters, digits and dashes, "
                  "starting with a letter, such as permits-db",
                  Quote(text)),
      fmt::format("« {} » ne peut être un identifiant; il prend des lettres minuscules, des "
                  "chiffres et des tirets, et commence par une lettre, comme permits-db",
                  Quote(text))};
}

Fault FaultOfThreat(std::string_view text) {
  if (IsId(text) || (!text.empty() && IsLower(text[0]) && IsDotted(text, IsIdPart)))
    return std::nullopt;
  return Text{fmt::format("'{}' cannot be a threat; write the id of one of threats.added, or of a "
                          "derived one, such as tampering.web",
                          Quote(text)),
              fmt::format("« {} » ne peut être une menace; écrivez l’identifiant d’une menace de "
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
      fmt::format("« {} » n’est pas une date; écrivez année-mois-jour, comme 2026-11-23",
                  Quote(text))};
}

Fault FaultOfDuration(std::string_view text) {
  if (base::ParseDuration(text)) return std::nullopt;
  return Text{fmt::format("'{}' is not a duration; write ISO 8601, such as P90D, P2Y or PT12H",
                          Quote(text)),
              fmt::format("« {} » n’est pas une durée; écrivez selon ISO 8601, comme P90D, P2Y ou "
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
              fmt::format("« {} » n’est pas une durée de conservation; écrivez session, une durée "
                          "comme P2Y, ou une durée après un événement, comme P2Y after "
                          "permits.closed_on",
                          Quote(text))};
}

Fault FaultOfUrl(std::string_view text) {
  std::string_view rest;
  if (text.starts_with("https://")) rest = text.substr(8);
  if (text.starts_with("http://")) rest = text.substr(7);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != kNone)
    return Text{
        "this address holds a name or a password before the @; secrets never stand in this "
        "file: take it out, and change the password if it was real",
        "cette adresse contient un nom ou un mot de passe avant le @; un secret ne figure "
        "jamais dans ce fichier : retirez-le, et changez le mot de passe s’il était réel"};
  if (IsAuthority(authority) && !HasSpace(rest)) return std::nullopt;
  return Text{
      fmt::format("'{}' is not an address; write http:// or https:// and a host, such as "
                  "https://permits.rivermouth.example",
                  Quote(text)),
      fmt::format("« {} » n’est pas une adresse; écrivez http:// ou https:// et un hôte, comme "
                  "https://permits.rivermouth.example",
                  Quote(text))};
}

Fault FaultOfRoute(std::string_view text) {
  if (!text.starts_with('/') || HasSpace(text) || text.find_first_of("?#") != kNone)
    return Text{
        fmt::format("'{}' is not a route; it starts with / and has no space, ? or #, such as "
                    "/clerk/applications/{{id}}",
                    Quote(text)),
        fmt::format("« {} » n’est pas une route; elle commence par / et n’a ni espace, ni ?, "
                    "ni #, comme /clerk/applications/{{id}}",
                    Quote(text))};
  return FaultOfParameters(text);
}

Fault FaultOfRequest(std::string_view text) {
  constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD",  "POST",
                                                        "PUT", "PATCH", "DELETE"};
  const size_t space = text.find(' ');
  if (space != kNone &&
      std::find(kMethods.begin(), kMethods.end(), text.substr(0, space)) != kMethods.end())
    return FaultOfRoute(text.substr(space + 1));
  return Text{
      fmt::format("'{}' is not a method and a route; write them with one space between, such "
                  "as POST /permits",
                  Quote(text)),
      fmt::format("« {} » n’est pas une méthode et une route; écrivez-les séparées d’un "
                  "espace, comme POST /permits",
                  Quote(text))};
}

Fault FaultOfKey(std::string_view text) {
  const size_t first = text.find(' ');
  const std::string_view type = text.substr(0, first);
  if (first == kNone || (type != "ssh-ed25519" && type != "sk-ssh-ed25519@openssh.com"))
    return Text{
        "this is not an Ed25519 public key of OpenSSH; copy the line of a .pub file, such as "
        "ssh-ed25519 AAAAC3Nz… (`ssh-keygen -t ed25519` makes one)",
        "ceci n’est pas une clé publique Ed25519 d’OpenSSH; copiez la ligne d’un fichier "
        ".pub, comme ssh-ed25519 AAAAC3Nz… (`ssh-keygen -t ed25519` en crée une)"};
  std::string_view data = text.substr(std::min(text.find_first_not_of(' ', first), text.size()));
  data = data.substr(0, data.find(' '));
  const auto blob = base::FromBase64(data);
  if (blob && IsKeyBlob(type, base::AsText(*blob))) return std::nullopt;
  return Text{
      fmt::format("this key is damaged: what follows '{}' does not hold a key of that type; "
                  "copy the whole line of the .pub file",
                  type),
      fmt::format("cette clé est abîmée : ce qui suit « {} » ne contient pas une clé de ce "
                  "type; copiez toute la ligne du fichier .pub",
                  type)};
}

Fault FaultOfDigest(std::string_view text) {
  const bool lower =
      std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (lower && text.starts_with("sha256:") && base::ParseDigest(text)) return std::nullopt;
  return Text{
      fmt::format("'{}' is not a digest; write sha256: and 64 hexadecimal digits in lower case, "
                  "as `sha256sum FILE` gives them",
                  Quote(text)),
      fmt::format("« {} » n’est pas une empreinte; écrivez sha256: et 64 chiffres hexadécimaux "
                  "en minuscules, comme les donne `sha256sum FICHIER`",
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
      fmt::format("« {} » n’est pas un code ISO 3166 en minuscules; écrivez un pays, comme ca "
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

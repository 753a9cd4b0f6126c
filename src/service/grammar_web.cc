#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "service/complaints.h"
#include "service/grammar.h"

namespace garant::service {
namespace {

using base::Text;
constexpr size_t kNone = std::string_view::npos;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

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
          "les accolades de « {} » ne vont pas par paires; écrivez chaque paramètre {{nom}}",
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
          fmt::format("« {{{}}} » n’est pas un paramètre; son nom prend des lettres, des "
                      "chiffres, - et _, et commence par une lettre, comme {{id}}",
                      Quote(name))};
    if (!names.insert(name).second)
      return Text{
          fmt::format("parameter '{{{}}}' stands in the route twice; give each its own name",
                      Quote(name)),
          fmt::format("le paramètre « {{{}}} » figure deux fois dans la route; donnez à "
                      "chacun son nom",
                      Quote(name))};
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

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
        "jamais dans ce fichier : retirez-le, et changez le mot de passe s’il était réel"};
  if (IsAuthority(authority) && !HasSpace(rest)) return std::nullopt;
  return Text{
      fmt::format("'{}' is not an address; write http:// or https:// and a host, such as "
                  "https://permits.rivermouth.example",
                  Quote(text)),
      fmt::format("« {} » n’est pas une adresse; écrivez http:// ou https:// et un hôte, comme "
                  "https://permits.rivermouth.example",
                  Quote(text))};
}

Fault FaultOfRoute(std::string_view text) {
  if (!text.starts_with('/') || HasSpace(text) || text.find_first_of("?#") != kNone)
    return Text{
        fmt::format("'{}' is not a route; it starts with / and has no space, ? or #, such as "
                    "/clerk/applications/{{id}}",
                    Quote(text)),
        fmt::format("« {} » n’est pas une route; elle commence par / et n’a ni espace, ni ?, "
                    "ni #, comme /clerk/applications/{{id}}",
                    Quote(text))};
  return FaultOfParameters(text);
}

Fault FaultOfPath(std::string_view text) {
  if (auto fault = FaultOfRoute(text)) return fault;
  if (text.find('{') == kNone) return std::nullopt;
  return Text{
      fmt::format("'{}' is asked for as it stands here, so that it has no parameters; write "
                  "one path, such as /health/systems",
                  Quote(text)),
      fmt::format("« {} » est demandé tel quel, donc sans paramètre; écrivez un seul chemin, "
                  "comme /health/systems",
                  Quote(text))};
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
      fmt::format("« {} » n’est pas une méthode et une route; écrivez-les séparées d’un "
                  "espace, comme POST /permits",
                  Quote(text))};
}

}  // namespace garant::service

#include "trail/keys/pkcs11_uri.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "base/bytes.h"
#include "base/file.h"
#include "trail/crypto/system_error.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr std::string_view kScheme = "pkcs11:";
constexpr size_t kLongest = 4096;
constexpr size_t kLongestPin = 255;

struct Attribute {
  std::string_view name;
  std::string Pkcs11Uri::*value;
};
constexpr Attribute kOfPath[] = {
    {"token", &Pkcs11Uri::token}, {"serial", &Pkcs11Uri::serial}, {"object", &Pkcs11Uri::object}};
constexpr Attribute kOfQuery[] = {{"module-path", &Pkcs11Uri::module},
                                  {"pin-source", &Pkcs11Uri::pin_source}};

Error Bad(const Text& why) {
  return Error{Code::kInvalid,
               Filled("the root key's PKCS#11 URI {}; it takes the form "
                      "pkcs11:token=NAME;object=NAME?module-path=/PATH&pin-source=file:/PATH",
                      "l’URI PKCS#11 de la clé racine {}; elle a la forme "
                      "pkcs11:token=NOM;object=NOM?module-path=/CHEMIN&pin-source=file:/CHEMIN",
                      {why}),
               {}};
}

Result<std::string> Decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = base::FromHex(text.substr(std::min(i + 1, text.size()), 2));
    if (!byte || byte->size() != 1 || byte->front() == 0)
      return Bad({"has a '%' that no byte follows", "a un « % » que ne suit aucun octet"});
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

Status Put(std::string_view attribute, std::span<const Attribute> known, Pkcs11Uri& uri) {
  const size_t equals = attribute.find('=');
  const std::string_view name = attribute.substr(0, equals);
  if (name == "pin-value")
    return Bad(
        {"holds the PIN itself, which others could read; put it into a file and name it "
         "with pin-source",
         "contient le NIP lui-même, que d’autres pourraient lire; mettez-le dans un fichier "
         "et nommez-le avec pin-source"});
  const auto found = std::ranges::find(known, name, &Attribute::name);
  if (found == known.end() || equals == std::string_view::npos)
    return Bad(
        Filled("has '{}', which has no place there", "a « {} », qui n’y a pas sa place", {name}));
  std::string& value = uri.*(found->value);
  if (!value.empty()) return Bad(Filled("has '{}' twice", "a « {} » deux fois", {name}));
  value = TRY(Decoded(attribute.substr(equals + 1)));
  if (value.empty()) return Bad(Filled("leaves '{}' empty", "laisse « {} » vide", {name}));
  return Ok{};
}

Status PutAll(std::string_view text, char between, std::span<const Attribute> known,
              Pkcs11Uri& uri) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(between), text.size());
    TRY(Put(text.substr(0, end), known, uri));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Ok{};
}

}  // namespace

Result<Pkcs11Uri> ParsePkcs11Uri(std::string_view text) {
  if (!text.starts_with(kScheme) || text.size() > kLongest)
    return Bad({"is none, or too long", "n’en est pas une, ou est trop longue"});
  text.remove_prefix(kScheme.size());
  const size_t mark = std::min(text.find('?'), text.size());
  Pkcs11Uri uri;
  TRY(PutAll(text.substr(0, mark), ';', kOfPath, uri));
  TRY(PutAll(text.substr(std::min(mark + 1, text.size())), '&', kOfQuery, uri));
  if (uri.token.empty() && uri.serial.empty())
    return Bad({"names no token", "ne nomme aucun jeton"});
  if (!uri.module.starts_with('/'))
    return Bad(
        {"names no module by its whole path", "ne nomme aucun module par son chemin complet"});
  if (!uri.pin_source.starts_with("file:/") && !uri.pin_source.starts_with("env:"))
    return Bad({"does not say where the PIN is: pin-source=file:/PATH or pin-source=env:NAME",
                "ne dit pas où est le NIP : pin-source=file:/CHEMIN ou pin-source=env:NOM"});
  if (uri.object.empty()) uri.object = "garant";
  return uri;
}

Result<std::string> ReadPin(const std::string& pin_source) {
  std::string pin;
  if (pin_source.starts_with("env:")) {
    if (const char* value = std::getenv(pin_source.c_str() + 4)) pin = value;
  } else {
    const std::string path = pin_source.substr(5);
    struct stat about {};
    if (::stat(path.c_str(), &about) == 0 && (about.st_mode & 077U) != 0)
      return Error{Code::kPermission,
                   Filled("others than its owner may read the PIN in {}; run: chmod 600 {0}",
                          "d’autres que son propriétaire peuvent lire le NIP dans {}; exécutez : "
                          "chmod 600 {0}",
                          {path}),
                   {}};
    pin = TRY(base::ReadFile(path, kLongestPin + 2));
    while (pin.ends_with('\n') || pin.ends_with('\r')) pin.pop_back();
  }
  if (pin.empty() || pin.size() > kLongestPin)
    return Error{Code::kInvalid,
                 Filled("there is no PIN in {}", "il n’y a pas de NIP dans {}", {pin_source}),
                 {}};
  return pin;
}

}  // namespace garant::trail

#include <openssl/ssl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "cli/workspace.h"
#include "proof/facts.h"

namespace garant::cli {
namespace {

using base::Text;

struct Finding {
  bool good = false;
  Text what;
  Text mend;  // the command that mends it
};

bool OnPath(std::string_view program) {
  const char* path = std::getenv("PATH");
  std::string_view left = path == nullptr ? "" : path;
  while (!left.empty()) {
    const size_t colon = left.find(':');
    const std::string candidate = std::string(left.substr(0, colon)) + "/" + std::string(program);
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    left = colon == std::string_view::npos ? std::string_view{} : left.substr(colon + 1);
  }
  return false;
}

Finding Program(std::string_view program, std::string_view package, const Text& purpose) {
  const std::string name(program);
  return {OnPath(program),
          {name + ": " + purpose.en, name + " : " + purpose.fr},
          base::Filled("apt-get install {}", "apt-get install {}", {package})};
}

Finding Standard() {
  const std::string shipped = FindShipped("standards");
  const std::string folder = shipped + "/digital-playbook-9";
  base::Diagnostics diagnostics;
  const bool good =
      !shipped.empty() && standard::Load(folder, proof::FactTypes::Get(), diagnostics) != nullptr;
  return {
      good,
      {"the standard digital-playbook-9 is here and can be read",
       "le référentiel digital-playbook-9 est ici et se lit"},
      {"export GARANT_HOME=/path/to/garant, or garant standard test FOLDER to see what is wrong",
       "export GARANT_HOME=/chemin/de/garant, ou garant standard test DOSSIER pour voir ce qui ne "
       "va "
       "pas"}};
}

Finding Roots() {
  bool good = false;
  const char* chosen = std::getenv("SSL_CERT_FILE");
  for (const char* file : {chosen, "/etc/ssl/certs/ca-certificates.crt"})
    good = good || (file != nullptr && base::Exists(file));
  return {good,
          {"root certificates, to check a service's certificate",
           "certificats racine, pour vérifier le certificat d’un service"},
          {"apt-get install ca-certificates", "apt-get install ca-certificates"}};
}

Finding OldTls() {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  bool good = context != nullptr;
  if (good) {
    SSL_CTX_set_security_level(context, 0);
    good = SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_VERSION) == 1;
  }
  SSL_CTX_free(context);
  return {good,
          {"OpenSSL can offer TLS 1.0, to see whether a service refuses it",
           "OpenSSL peut offrir TLS 1.0, pour voir si un service le refuse"},
          {"use an OpenSSL built with TLS 1.0, such as Debian's libssl3",
           "prenez un OpenSSL compilé avec TLS 1.0, comme libssl3 de Debian"}};
}

Finding RandomSource() {
  return {base::Exists("/dev/urandom"),
          {"the system's random source", "la source aléatoire du système"},
          {"mount /dev", "montez /dev"}};
}

}  // namespace

int RunDoctor(const Invocation& call) {
  const std::array findings = {
      Standard(),
      Roots(),
      OldTls(),
      RandomSource(),
      Program("ssh-keygen", "openssh-client",
              {"to sign acts and make keys", "pour signer les actes et créer des clés"}),
      Program("python3", "python3",
              {"only for garant demo's example service",
               "seulement pour le service d’exemple de garant demo"}),
  };
  bool well = true;
  for (const Finding& finding : findings) {
    *call.out << (finding.good ? call.Say({"ok       ", "ok       "})
                               : call.Say({"missing  ", "manque   "}))
              << call.Say(finding.what) << "\n";
    if (!finding.good) *call.out << "           → " << call.Say(finding.mend) << "\n";
    well = well && finding.good;
  }
  return well ? kMet : kNotMet;
}

}  // namespace garant::cli

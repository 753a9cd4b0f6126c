#include "cli/guard_process.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "cli/workspace.h"
#include "guard/local_authority.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Result;

constexpr const char* kModule = "ngx_http_garant_module.so";

std::string FindNginx() {
  for (const char* path : {"/usr/sbin/nginx", "/usr/local/sbin/nginx"})
    if (base::Exists(path)) return path;
  return "nginx";
}

}  // namespace

std::string FindGuardModule() {
  const std::string program = ProgramFolder();
  if (program.empty()) return {};
  std::error_code error;
  for (const char* place : {"/../lib/garant/", "/../guard/nginx/"}) {
    const std::string path = program + place + kModule;
    if (std::filesystem::exists(path, error))
      return std::filesystem::weakly_canonical(path, error).string();
  }
  return {};
}

Result<uint16_t> FreePort() {
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (listener.number() < 0 ||
      ::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return Error{Code::kIo,
                 base::Text{"no port of the loopback address is free",
                            "aucun port de l’adresse de bouclage n’est libre"},
                 {}};
  return ntohs(address.sin_port);
}

base::Status WriteRendered(const guard::Rendered& rendered, const std::string& folder) {
  TRY(base::MakeFolder(folder));
  TRY(base::WriteFileDurably(folder + "/guard.json", rendered.settings));
  TRY(base::WriteFileDurably(folder + "/nginx.conf", rendered.nginx));
  return base::Ok{};
}

Result<RunningGuard> StartGuard(const service::Model& model, const GuardRequest& request) {
  const base::SystemClock clock;
  guard::Stand stand;
  std::error_code error;
  stand.folder = std::filesystem::absolute(request.folder, error).lexically_normal().string();
  stand.spool = std::filesystem::absolute(request.spool, error).lexically_normal().string();
  stand.module = request.module.empty() ? FindGuardModule() : request.module;
  if (stand.module.empty())
    return Error{Code::kNotFound,
                 Filled("the guard's module {} is not beside garant: build it, or name it with "
                        "--module",
                        "le module du garde {} n’est pas à côté de garant : construisez-le, ou "
                        "nommez-le avec --module",
                        {kModule}),
                 {}};
  TRY(base::MakeFolder(stand.folder + "/temporary"));
  TRY(base::MakeFolder(stand.spool));
  const guard::LocalCertificate certificate =
      TRY(guard::MakeLocalCertificate(stand.folder, request.host, clock.Now()));
  stand.certificate = certificate.certificate;
  stand.key = certificate.key;
  stand.origin = request.origin;
  stand.host = request.host;
  stand.listen = "127.0.0.1";
  stand.user = ::geteuid() == 0 ? "root" : "";
  stand.https_port = request.https_port != 0 ? request.https_port : TRY(FreePort());
  stand.http_port = request.http_port != 0 ? request.http_port : TRY(FreePort());
  stand.own_folders = true;
  const guard::Rendered rendered = TRY(guard::Render(model, stand));
  TRY(WriteRendered(rendered, stand.folder));
  const std::string pid_file = stand.folder + "/nginx.pid";
  std::filesystem::remove(pid_file, error);
  Child nginx =
      TRY(Child::Start({FindNginx(), "-p", stand.folder, "-c", stand.folder + "/nginx.conf", "-e",
                        "stderr", "-g", "daemon off;"},
                       stand.folder + "/nginx.out"));
  TRY(nginx.WaitForFile(pid_file));
  const auto url = [&](const char* scheme, uint16_t port) {
    return std::string(scheme) + "://" + request.host + ":" + std::to_string(port) + "/";
  };
  return RunningGuard{.nginx = std::move(nginx),
                      .url = url("https", stand.https_port),
                      .plain_url = url("http", stand.http_port),
                      .authority = certificate.authority};
}

}  // namespace garant::cli

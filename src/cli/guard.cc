#include <charconv>
#include <csignal>
#include <filesystem>

#include "base/file.h"
#include "cli/guard_process.h"
#include "cli/interrupts.h"
#include "cli/workspace.h"
#include "expr/value.h"
#include "guard/render.h"
#include "service/whereabouts.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
namespace fs = std::filesystem;

constexpr uint16_t kTryHttps = 8443;
constexpr uint16_t kTryHttp = 8080;

Result<uint16_t> PortOf(const Invocation& call, const char* option, uint16_t otherwise) {
  const std::string text = call.Value(option);
  if (text.empty()) return otherwise;
  uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return Error{Code::kInvalid,
                 Filled("--{} takes a port from 0 to 65535, not '{}'",
                        "--{} prend un port de 0 à 65535, et non « {} »", {option, text}),
                 {}};
  return port;
}

// Where the service answers past any front: --origin, else that of the first system that says so.
std::string OriginOf(const Invocation& call, const service::Model& model) {
  if (call.Has("origin")) return call.Value("origin");
  for (const expr::Value& system : expr::FieldOf(model.root(), "systems").list().items)
    if (const auto origin = expr::FieldOf(system, "origin").text();
        expr::FieldOf(system, "internet").boolean() && !origin.empty())
      return std::string(origin);
  return {};
}

std::string HostOf(const service::Model& model) {
  std::string_view url = service::PublicUrl(model);
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t colon = url.rfind(':');
      colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos)
    url = url.substr(0, colon);
  std::string host(url);
  for (char& c : host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return host;
}

Result<guard::Stand> StandOf(const Invocation& call, const service::Model& model) {
  std::error_code error;
  const auto absolute = [&](const std::string& path) {
    return fs::absolute(path, error).lexically_normal().string();
  };
  guard::Stand stand;
  stand.folder = absolute(call.Value("folder", "/etc/garant/guard"));
  if (stand.folder.ends_with('/')) stand.folder.pop_back();
  stand.spool = absolute(call.Value("spool", "/run/garant/" + std::string(model.id())));
  stand.module = call.Has("module") ? absolute(call.Value("module")) : FindGuardModule();
  if (stand.module.empty()) stand.module = "modules/ngx_http_garant_module.so";
  stand.certificate = absolute(call.Value("certificate", stand.folder + "/certificate.pem"));
  stand.key = absolute(call.Value("key", stand.folder + "/certificate.key"));
  stand.origin = OriginOf(call, model);
  stand.host = call.Value("host", HostOf(model));
  if (stand.host.empty())
    return Error{Code::kInvalid,
                 base::Text{"the service file names no public address (service.url): name the "
                            "guard's host with --host",
                            "le fichier de service ne nomme pas d’adresse publique (service.url) : "
                            "nommez l’hôte du garde avec --host"},
                 {}};
  stand.listen = call.Value("listen");
  stand.user = "www-data";
  stand.https_port = TRY(PortOf(call, "https-port", 443));
  stand.http_port = TRY(PortOf(call, "http-port", 80));
  return stand;
}

Result<guard::Rendered> RenderAsAsked(const Invocation& call, const service::Model& model,
                                      std::string& folder) {
  const guard::Stand stand = TRY(StandOf(call, model));
  folder = stand.folder;
  return guard::Render(model, stand);
}

}  // namespace

int RunGuardRender(const Invocation& call) {
  int status = kMet;
  const auto model = ReadModel(call, call.Value("service", "garant.yaml"), status);
  if (model == nullptr) return status;
  std::string folder;
  const auto rendered = RenderAsAsked(call, *model, folder);
  if (!rendered) return call.Fail(rendered.error());
  if (call.Has("print")) {
    *call.out << rendered->nginx;
    return kMet;
  }
  if (auto written = WriteRendered(*rendered, folder); !written) return call.Fail(written.error());
  *call.out << call.Say({"Wrote " + folder + "/nginx.conf and guard.json. Next: nginx -t -c " +
                             folder + "/nginx.conf",
                         folder + "/nginx.conf et guard.json écrits. Ensuite : nginx -t -c " +
                             folder + "/nginx.conf"})
            << "\n";
  return kMet;
}

int RunGuardDiff(const Invocation& call) {
  int status = kMet;
  const auto model = ReadModel(call, call.Value("service", "garant.yaml"), status);
  if (model == nullptr) return status;
  std::string folder;
  const auto rendered = RenderAsAsked(call, *model, folder);
  if (!rendered) return call.Fail(rendered.error());
  bool differs = false;
  for (const auto& [name, text] : {std::pair(std::string("nginx.conf"), &rendered->nginx),
                                   std::pair(std::string("guard.json"), &rendered->settings)}) {
    const auto old = base::ReadFile(folder + "/" + name);
    if (!old && old.error().code != Code::kNotFound) return call.Fail(old.error());
    const std::string difference = guard::DifferenceOf(old ? *old : std::string(), *text);
    if (difference.empty()) continue;
    differs = true;
    *call.out << folder << "/" << name << "\n" << Shown(difference);
  }
  if (!differs)
    *call.out << call.Say({"What stands in " + folder + " is what the service file asks for.",
                           "Ce qui se trouve dans " + folder +
                               " est ce que demande le fichier de service."})
              << "\n";
  return differs ? kNotMet : kMet;
}

int RunGuardRun(const Invocation& call) {
  const Interrupts interrupts;
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const std::string beside = (fs::path(file).parent_path() / ".garant").string();
  const auto https = PortOf(call, "https-port", kTryHttps);
  const auto http = PortOf(call, "http-port", kTryHttp);
  if (!https) return call.Fail(https.error());
  if (!http) return call.Fail(http.error());
  GuardRequest request{.folder = call.Value("folder", beside + "/guard"),
                       .spool = call.Value("spool", beside + "/spool"),
                       .origin = OriginOf(call, *model),
                       .host = call.Value("host", "localhost"),
                       .module = call.Value("module"),
                       .https_port = *https,
                       .http_port = *http};
  const auto running = StartGuard(*model, request);
  if (!running) return call.Fail(running.error());
  *call.out << call.Say({"Guard:       ", "Garde :       "}) << running->url << "\n"
            << call.Say({"Service:     ", "Service :     "}) << request.origin << "\n"
            << call.Say({"Certificate: ", "Certificat :  "})
            << call.Say({"signed on the spot; trust ", "signé sur place; faites confiance à "})
            << running->authority << "\n"
            << call.Say({"Spool:       ", "Tampon :      "}) << request.spool << "\n"
            << call.Say({"Ctrl-C ends it.", "Ctrl-C y met fin."}) << std::endl;
  if (call.Has("ready-file"))
    if (auto written = base::WriteFileDurably(call.Value("ready-file"), running->url + "\n");
        !written)
      return call.Fail(written.error());
  const auto ended = running->nginx.WaitForInterrupt();
  return ended ? kMet : call.Fail(ended.error());
}

}  // namespace garant::cli

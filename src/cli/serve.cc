#include <csignal>
#include <thread>

#include "base/file.h"
#include "cli/brief_trail.h"
#include "cli/interrupts.h"
#include "cli/trail_key.h"
#include "cli/workspace.h"
#include "proof/stored_evidence.h"
#include "server/server.h"

namespace garant::cli {
namespace {

using base::Filled;

// Each link on a line of its own, the reader's first.
std::string SayLinks(const Invocation& call, const std::string& url, server::Access& access) {
  const auto link_of = [&](server::Access::Role role) {
    return url + "open?token=" + access.MakeToken(server::Access::Clock::now(), role) + "\n";
  };
  std::string links = link_of(server::Access::Role::kReader);
  *call.out << call.Say(Filled("Open within {}, once: {}", "À ouvrir d’ici {}, une seule fois : {}",
                               {call.Value("link", "PT10M"), links}));
  if (call.Has("auditor")) {
    const std::string link = link_of(server::Access::Role::kAuditor);
    *call.out << call.Say(Filled("For the auditor: {}", "Pour l’auditeur : {}", {link}));
    links += link;
  }
  if (call.Has("as")) {
    const std::string link = link_of(server::Access::Role::kOfficer);
    *call.out << call.Say(Filled("For {}: {}", "Pour {} : {}", {call.Value("as"), link}));
    links += link;
  }
  *call.out << call.Say({"Ctrl-C ends it.", "Ctrl-C y met fin."}) << std::endl;
  return links;
}

bool IsOfThePeople(const service::Model& model, std::string_view id) {
  for (const expr::Value& person : expr::FieldOf(model.root(), "people").list().items)
    if (expr::FieldOf(person, "id").text() == id) return true;
  return false;
}

}  // namespace

int RunServe(const Invocation& call) {
  int status = kMet;
  const std::string file = call.argument.empty() ? "garant.yaml" : call.argument;
  const auto port = PortOf(call);
  if (!port)
    return call.Misuse(
        {"--port takes a number from 0 to 65535", "--port prend un nombre de 0 à 65535"});
  const auto link = base::ParseDuration(call.Value("link", "PT10M"));
  if (!link) return call.Fail(link.error());
  // From here on a signal waits until it is asked for, also in the threads that are started.
  const Interrupts interrupts;
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  std::shared_ptr<const standard::Standard> standard = ReadStandard(call, status);
  if (standard == nullptr) return status;
  const Places places = PlacesOf(call, file, *model);
  const auto key = TrailKeyText(call);
  if (!key) return call.Fail(key.error());
  const base::SystemClock clock;
  server::Desk desk({.service_file = file,
                     .trail = {places.trail, places.root_key, key->value_or(""), places.witnesses},
                     .standard = std::move(standard),
                     .stage = standard::ParseStage(call.Value("stage")),
                     .version = GARANT_VERSION},
                    clock);
  server::Access access({.link = std::chrono::ceil<std::chrono::seconds>(*link)});
  BriefTrail readings(places, std::string(model->id()), clock);
  const bool auditor = call.Has("auditor");
  const std::string officer = call.Value("as");
  if (call.Has("as") && !IsOfThePeople(*model, officer))
    return call.Misuse(Filled("--as names somebody of people, and '{}' is not there",
                              "--as nomme quelqu’un de people, et « {} » n’y est pas", {officer}));
  const server::Api api(desk, access, GARANT_VERSION,
                        {.is_public = call.Has("public-tree"),
                         .service = std::string(model->id()),
                         .readings = auditor || call.Has("as") ? &readings : nullptr,
                         .officer = officer});
  server::Settings settings;
  settings.address = call.Value("listen", settings.address);
  settings.port = *port;
  settings.front = call.Value("host");
  auto server = server::Server::Bind(settings, api);
  if (!server) return call.Fail(server.error());
  const std::string links = SayLinks(call, (*server)->url(), access);
  if (call.Has("ready-file"))
    if (auto written =
            base::WriteFileDurably(call.Value("ready-file"), links, base::FileMode::kPrivate);
        !written)
      return call.Fail(written.error());
  std::thread answering([&] { (*server)->Run(); });
  interrupts.Wait();
  (*server)->Stop();
  answering.join();
  return kMet;
}

}  // namespace garant::cli

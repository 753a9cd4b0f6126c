#include <thread>

#include "base/file.h"
#include "cli/interrupts.h"
#include "cli/workspace.h"
#include "trail/tree/policy.h"
#include "witness/key_file.h"
#include "witness/server.h"

namespace garant::cli {
namespace {

using base::Filled;

// The log keys of --logs; nothing after having complained.
std::optional<std::vector<trail::VerifierKey>> ReadLogs(const Invocation& call, int& status) {
  const auto text = base::ReadFile(call.Value("logs"), trail::kLargestPolicy);
  if (!text) {
    status = call.Fail(text.error());
    return std::nullopt;
  }
  base::Diagnostics faults;
  const auto policy = trail::Policy::Parse(*text, call.Value("logs"), faults);
  if (!policy) {
    status = Complain(call, faults);
    return std::nullopt;
  }
  std::vector<trail::VerifierKey> logs;
  for (const trail::Policy::Log& log : policy->logs()) logs.push_back(log.key);
  if (logs.empty()) {
    status =
        call.Misuse(Filled("{} names no log", "{} ne nomme aucun journal", {call.Value("logs")}));
    return std::nullopt;
  }
  return logs;
}

base::Result<std::unique_ptr<witness::Ledger>> OpenLedger(const Invocation& call,
                                                          std::vector<trail::VerifierKey> logs) {
  witness::Ledger::Settings settings;
  settings.folder = call.Value("state");
  settings.seed = TRY(witness::ReadOrMakeSeed(call.Value("key")));
  settings.key = TRY(trail::VerifierKey::FromSeed(call.Value("name"), settings.seed,
                                                  trail::KeyType::kCosignature));
  settings.logs = std::move(logs);
  *call.out << call.Say(Filled("Witness: {}", "Témoin : {}", {settings.key.ToString()}))
            << std::endl;
  return witness::Ledger::Open(std::move(settings));
}

}  // namespace

int RunTrailWitness(const Invocation& call) {
  for (const char* name : {"logs", "name", "key", "state"})
    if (!call.Has(name)) return call.Misuse(Filled("--{} is missing", "il manque --{}", {name}));
  const auto port = PortOf(call);
  if (!port)
    return call.Misuse(
        {"--port takes a number from 0 to 65535", "--port prend un nombre de 0 à 65535"});
  const Interrupts interrupts;
  int status = kMet;
  auto logs = ReadLogs(call, status);
  if (!logs) return status;
  const auto ledger = OpenLedger(call, std::move(*logs));
  if (!ledger) return call.Fail(ledger.error());
  const base::SystemClock clock;
  witness::Server::Settings settings;
  settings.address = call.Value("listen", settings.address);
  settings.port = *port;
  auto server = witness::Server::Bind(settings, **ledger, clock);
  if (!server) return call.Fail(server.error());
  *call.out << call.Say(Filled("It answers at {}; Ctrl-C ends it.",
                               "Il répond à {}; Ctrl-C y met fin.", {(*server)->url()}))
            << std::endl;
  if (call.Has("ready-file"))
    if (auto written = base::WriteFileDurably(call.Value("ready-file"), (*server)->url() + "\n");
        !written)
      return call.Fail(written.error());
  std::thread answering([&] { (*server)->Run(); });
  interrupts.Wait();
  (*server)->Stop();
  answering.join();
  return kMet;
}

}  // namespace garant::cli

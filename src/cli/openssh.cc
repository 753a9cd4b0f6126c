#include "cli/openssh.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/file.h"
#include "base/scratch.h"
#include "identity/act.h"

extern char** environ;

namespace garant::cli {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

namespace {

// Runs ssh-keygen; what it says when it fails goes into the error.
base::Status RunSshKeygen(std::vector<std::string> words, const base::Scratch& scratch,
                          const base::Text& doing) {
  words.insert(words.begin(), "ssh-keygen");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string told = scratch.path() + "/told";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, told.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int spawned =
      ::posix_spawnp(&child, "ssh-keygen", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0)
    return Error{Code::kNotFound,
                 {"ssh-keygen is not here; install the package openssh-client",
                  "ssh-keygen n’est pas ici; installez le paquet openssh-client"},
                 {}};
  int state = 0;
  while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return base::Ok{};
  auto why = base::ReadFile(told, 4096);
  return Error{Code::kPermission,
               Filled("ssh-keygen could not {}: {}", "ssh-keygen n’a pas pu {} : {}",
                      {doing, why ? *why : std::string()}),
               {}};
}

}  // namespace

Result<std::string> SignWithOpenSsh(const std::string& payload, const std::string& key) {
  return TRY(SignAllWithOpenSsh({&payload, 1}, key)).front();
}

Result<std::vector<std::string>> SignAllWithOpenSsh(std::span<const std::string> payloads,
                                                    const std::string& key) {
  const base::Scratch scratch;
  if (scratch.path().empty())
    return Error{Code::kIo,
                 {"cannot make a temporary folder", "impossible de créer un dossier temporaire"},
                 {}};
  std::vector<std::string> words = {"-Y", "sign", "-n", std::string(identity::kActNamespace),
                                    "-f", key};
  const auto file_of = [&](size_t number) {
    return scratch.path() + "/act" + std::to_string(number);
  };
  for (size_t number = 0; number < payloads.size(); ++number) {
    TRY(base::WriteFileDurably(file_of(number), payloads[number], base::FileMode::kPrivate));
    words.push_back(file_of(number));
  }
  TRY(RunSshKeygen(words, scratch, Filled("sign with {}", "signer avec {}", {key})));
  std::vector<std::string> signatures;
  for (size_t number = 0; number < payloads.size(); ++number)
    signatures.push_back(TRY(base::ReadFile(file_of(number) + ".sig", 64U << 10U)));
  return signatures;
}

Result<std::string> MakeKey(const std::string& path) {
  const base::Scratch scratch;
  if (scratch.path().empty())
    return Error{Code::kIo,
                 {"cannot make a temporary folder", "impossible de créer un dossier temporaire"},
                 {}};
  TRY(RunSshKeygen({"-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path}, scratch,
                   Filled("make a key at {}", "créer une clé à {}", {path})));
  std::string line = TRY(base::ReadFile(path + ".pub", 4096));
  while (line.ends_with('\n') || line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace garant::cli

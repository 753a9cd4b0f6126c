#include "cli/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>

#include "base/file_watch.h"

namespace garant::cli {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Result;

namespace {

constexpr int kPatienceMs = 5'000;   // for a child to end by itself
constexpr int kStartingMs = 60'000;  // for one to say something new while it starts

// A descriptor that becomes readable when the process ends.
int OpenProcess(pid_t process) { return static_cast<int>(::syscall(SYS_pidfd_open, process, 0)); }

// A descriptor that is readable while an interrupt waits that garant holds back (RunDemo does).
int OpenInterrupts() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ending, signal);
  return ::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

[[noreturn]] void Become(std::vector<char*>& arguments, const std::string& log, pid_t parent) {
  ::setpgid(0, 0);  // Ctrl-C is the owner's to pass on
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  // One that came to the whole group before is forgotten: ignoring a signal takes it off the list.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    std::signal(signal, SIG_IGN);
    std::signal(signal, SIG_DFL);
  }
  if (::getppid() != parent) ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int in = ::open("/dev/null", O_RDONLY);
  if (out < 0 || in < 0) ::_exit(127);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

Result<Child> Child::Start(const std::vector<std::string>& words, const std::string& log) {
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0)
    return Error{Code::kIo, Filled("cannot start {}", "impossible de démarrer {}", {words[0]}), {}};
  if (process == 0) Become(arguments, log, parent);
  return Child(process, words[0] + (words.size() > 1 ? " " + words[1] : ""), log);
}

Child::Child(Child&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      name_(std::move(other.name_)),
      log_(std::move(other.log_)) {}

Child::~Child() {
  if (process_ < 0) return;
  const Descriptor handle(OpenProcess(process_));
  ::kill(process_, SIGTERM);
  pollfd ended{handle.number(), POLLIN, 0};
  if (handle.number() < 0 || ::poll(&ended, 1, kPatienceMs) != 1) ::kill(process_, SIGKILL);
  ::kill(-process_, SIGKILL);  // its group; not waited for yet, so that the number is its own
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<std::string> Child::WaitForFile(const std::string& file) const {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  const base::FileWatch watch(folder, IN_CLOSE_WRITE | IN_MOVED_TO);
  if (!watch.works())
    return Error{Code::kIo, Filled("cannot watch {}", "impossible de surveiller {}", {folder}), {}};
  const Descriptor process(OpenProcess(process_));
  const Descriptor interrupts(OpenInterrupts());
  for (;;) {
    if (auto text = base::ReadFile(file, 4096); text && text->ends_with('\n')) return text;
    std::array<pollfd, 3> either = {pollfd{watch.descriptor(), POLLIN, 0},
                                    pollfd{process.number(), POLLIN, 0},
                                    pollfd{interrupts.number(), POLLIN, 0}};
    const int ready = ::poll(either.data(), either.size(), kStartingMs);
    if (ready < 0 && errno != EINTR)
      return Error{
          Code::kIo, Filled("cannot wait for {}", "impossible d’attendre {}", {name_}), {}};
    if (ready == 0)
      return Error{Code::kIo,
                   Filled("{} did not say in a minute that it is up",
                          "{} n’a pas dit en une minute qu’il est prêt", {name_}),
                   {}};
    if ((either[2].revents & POLLIN) != 0)
      return Error{Code::kIo,
                   Filled("interrupted while {} was starting",
                          "interrompu pendant le démarrage de {}", {name_}),
                   {}};
    if ((either[1].revents & POLLIN) != 0) {
      auto told = base::ReadFile(log_);
      return Error{Code::kIo,
                   Filled("{} ended before it answered{}", "{} s’est terminé avant de répondre{}",
                          {name_, told && !told->empty() ? Filled(":\n{}", " :\n{}", {*told})
                                                         : base::Text()}),
                   {}};
    }
    (void)watch.Drain();
  }
}

base::Status Child::WaitForInterrupt() const {
  const Descriptor process(OpenProcess(process_));
  const Descriptor interrupts(OpenInterrupts());
  std::array<pollfd, 2> either = {pollfd{interrupts.number(), POLLIN, 0},
                                  pollfd{process.number(), POLLIN, 0}};
  while (::poll(either.data(), either.size(), -1) < 0 && errno == EINTR) {
  }
  if ((either[0].revents & POLLIN) != 0) return base::Ok{};
  return Error{Code::kIo,
               Filled("{} has ended; its last words are in {}",
                      "{} s’est terminé; ses derniers mots sont dans {}", {name_, log_}),
               {}};
}

}  // namespace garant::cli

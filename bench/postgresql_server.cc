#include "postgresql_server.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/file_watch.h"
#include "figures.h"

namespace garant::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUser = "bench";

fs::path Programs() {
  fs::path newest;
  long version = 0;
  std::error_code none;
  for (const auto& one : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const auto of = std::strtol(one.path().filename().c_str(), nullptr, 10);
    if (of > version && fs::exists(one.path() / "bin" / "postgres")) {
      version = of;
      newest = one.path() / "bin";
    }
  }
  if (newest.empty()) Fail("there is no PostgreSQL: tools/install bench");
  return newest;
}

// It refuses to run as root.
const passwd* Owner() {
  if (::geteuid() != 0) return nullptr;
  const passwd* owner = ::getpwnam("postgres");
  if (owner == nullptr) Fail("there is no user postgres, and PostgreSQL refuses to run as root");
  return owner;
}

void MakeFolder(const fs::path& folder, const passwd* owner) {
  fs::create_directory(folder);
  if (owner != nullptr && ::chown(folder.c_str(), owner->pw_uid, owner->pw_gid) != 0)
    Fail("PostgreSQL's folder cannot be given to it");
}

// Ends when we do, however that is; what it says goes to the file.
pid_t Start(const std::vector<std::string>& words, const std::string& said, const passwd* owner) {
  const int output = ::open(said.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (output < 0) Fail("PostgreSQL's output has no place");
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) Fail("no process for PostgreSQL");
  if (child == 0) {
    const bool ready =
        (owner == nullptr || (::setgroups(0, nullptr) == 0 && ::setgid(owner->pw_gid) == 0 &&
                              ::setuid(owner->pw_uid) == 0)) &&
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0 && ::getppid() == parent && ::chdir("/") == 0 &&
        ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0;
    if (ready) ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(output);
  return child;
}

[[noreturn]] void FailAndSay(const std::string& said) {
  std::ostringstream text;
  text << std::ifstream(said).rdbuf();
  Fail("PostgreSQL does not run: " + text.str());
}

void Await(pid_t process, const std::string& said) {
  int status = 0;
  if (::waitpid(process, &status, 0) != process || status != 0) FailAndSay(said);
}

// User and system time of one process, and of those that it waited for.
double CpuOf(const fs::path& process) {
  std::ifstream file(process / "stat");
  std::string line;
  if (!std::getline(file, line)) return 0;  // it ended meanwhile: then another has its time
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double ticks = 0;
  for (int i = 0; i < 4; ++i) {
    double one = 0;
    fields >> one;
    ticks += one;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

PostgresqlServer::PostgresqlServer(const std::string& folder,
                                   const std::vector<std::string>& settings) {
  const fs::path programs = Programs();
  const passwd* owner = Owner();
  MakeFolder(folder, owner);
  // A socket's path must be short.
  std::string sockets = (fs::temp_directory_path() / "garant-bench-XXXXXX").string();
  if (::mkdtemp(sockets.data()) == nullptr) Fail("no folder for a socket");
  socket_folder_ = sockets;
  MakeFolder(socket_folder_, owner);
  const std::string data = fs::absolute(folder).string() + "/data";
  const std::string said = folder + "/said";
  Await(Start({programs / "initdb", "-D", data, "-U", kUser, "-A", "trust", "--no-locale", "-E",
               "UTF8"},
              said, owner),
        said);
  std::vector<std::string> words = {programs / "postgres", "-D", data, "-k", socket_folder_, "-c",
                                    "listen_addresses="};
  for (const std::string& one : settings) {
    words.emplace_back("-c");
    words.push_back(one);
  }
  // It says in a file of its data that it is ready; should it end instead, nothing says so there.
  const base::FileWatch watch(data, IN_CREATE | IN_MODIFY);
  process_ = Start(words, said, owner);
  const double patience = WallSeconds() + 60;
  while (PQping(connection().c_str()) != PQPING_OK) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0 || WallSeconds() > patience) FailAndSay(said);
    watch.Wait(std::chrono::milliseconds(1000));
  }
}

PostgresqlServer::~PostgresqlServer() {
  ::kill(process_, SIGINT);  // clients are sent away
  ::waitpid(process_, nullptr, 0);
  std::error_code none;
  fs::remove_all(socket_folder_, none);
}

std::string PostgresqlServer::connection() const {
  return "host=" + socket_folder_ + " user=" + kUser + " dbname=postgres";
}

double PostgresqlServer::CpuSeconds() const {
  const fs::path process = "/proc/" + std::to_string(process_);
  double seconds = CpuOf(process);
  std::ifstream children(process / "task" / std::to_string(process_) / "children");
  for (std::string child; children >> child;) seconds += CpuOf("/proc/" + child);
  return seconds;
}

}  // namespace garant::bench

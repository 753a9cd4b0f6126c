#include "check_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "figures.h"

extern char** environ;

namespace garant::bench {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

Run RunProgram(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  const double start = WallSeconds();
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) Fail("cannot start " + words[0]);
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child) Fail("cannot wait for " + words[0]);
  return {.wall_seconds = WallSeconds() - start,
          .cpu_seconds = Seconds(used.ru_utime) + Seconds(used.ru_stime),
          .status = WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

}  // namespace garant::bench

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "cli/command.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a full quota is a failed write, which is told
  const bool terminal = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  const int status = garant::cli::Run(argc, argv, std::cout, std::cerr, terminal);
  std::cout.flush();
  if (!std::cout) return 3;  // what was asked for did not reach its reader
  return status;
}

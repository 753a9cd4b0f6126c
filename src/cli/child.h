#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace garant::cli {

// A program that was started and ends with its owner: asked first (SIGTERM), then made to, with
// whatever it had started in its process group and left behind. The
// kernel ends it too where garant itself is killed.
class Child {
 public:
  // Its output goes to `log`.
  static base::Result<Child> Start(const std::vector<std::string>& words, const std::string& log);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  // Waits until `file` was written. An error where the child ended before (with its log), where it
  // did nothing for a minute, or where somebody asks garant itself to end.
  base::Result<std::string> WaitForFile(const std::string& file) const;
  // Waits until somebody asks garant itself to end. An error where the child ended before.
  base::Status WaitForInterrupt() const;

 private:
  Child(pid_t process, std::string name, std::string log)
      : process_(process), name_(std::move(name)), log_(std::move(log)) {}
  pid_t process_ = -1;
  std::string name_;
  std::string log_;
};

}  // namespace garant::cli

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace garant::bench {

// A PostgreSQL server of our own, on a new cluster in a folder: it listens on a socket alone, and
// ends with the benchmark. Debian's newest; as its user "postgres" where we are root.
class PostgresqlServer {
 public:
  // Fails where there is none, or it does not start. `settings`: "name=value" each.
  PostgresqlServer(const std::string& folder, const std::vector<std::string>& settings);
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;
  ~PostgresqlServer();

  [[nodiscard]] std::string connection() const;  // as libpq takes it
  [[nodiscard]] double CpuSeconds() const;       // of all its processes so far

 private:
  std::string socket_folder_;
  pid_t process_ = -1;
};

}  // namespace garant::bench

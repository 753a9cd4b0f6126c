#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "server/api.h"

// The API over HTTP/1.1 on a loopback address (Boost.Beast).
namespace garant::server {

struct Settings {
  std::string address = "127.0.0.1";  // of this machine: 127.0.0.0/8 or ::1
  uint16_t port = 0;                  // 0 takes a free one
  std::string front;  // the name under which a front passes requests on; empty for none
  size_t most_connections = 64;
  size_t header_bytes = 16U << 10U;
  size_t body_bytes = 16U << 10U;
  std::chrono::milliseconds idle{15'000};  // between requests, and for one to come in whole
  std::chrono::milliseconds write{30'000};
};

class Server {
 public:
  // Binds. kInvalid: the address is not loopback; kConflict: the port is taken.
  static base::Result<std::unique_ptr<Server>> Bind(const Settings& settings, const Api& api);
  ~Server();

  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:40123/"
  // Answers until Stop. In the calling thread and a few of its own.
  void Run();
  // From any thread or signal-waiting thread: ends Run, after answers on their way were written or
  // a second went by.
  void Stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace garant::server

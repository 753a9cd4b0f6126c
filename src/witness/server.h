#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "witness/ledger.h"

namespace garant::witness {

// A witness over HTTP/1.1 (Boost.Beast): POST /add-checkpoint, and nothing else.
class Server {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0 takes a free one
    size_t most_connections = 64;
    std::chrono::milliseconds patience{15'000};  // for a request to come in whole, or to be sent
  };
  // Binds. kInvalid: no address; kConflict: the port is taken.
  static base::Result<std::unique_ptr<Server>> Bind(const Settings& settings, Ledger& ledger,
                                                    const base::Clock& clock);
  ~Server();

  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:40123/"
  void Run();                             // in a few threads, until Stop
  void Stop();                            // from any thread

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace garant::witness

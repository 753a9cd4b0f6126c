#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

// A server for tests on a free port of the loopback address: one request a connection, each answer
// written as it stands. Ends with the object.
namespace garant::harden {

class LoopbackServer {
 public:
  // The whole answer to a request line and its headers; an empty one closes without a word.
  using Handler = std::function<std::string(const std::string& request)>;
  // `context` makes it speak TLS and is borrowed; null: plain HTTP.
  // `at` is a loopback address; port 0 takes a free one.
  explicit LoopbackServer(Handler handler, SSL_CTX* context = nullptr,
                          const std::string& at = "127.0.0.1", uint16_t port = 0);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] std::string Url(const std::string& path = "/") const;
  [[nodiscard]] std::string Authority() const { return at_ + ":" + std::to_string(port_); }
  [[nodiscard]] uint16_t port() const { return port_; }
  [[nodiscard]] unsigned connections() const { return connections_; }

 private:
  void Serve();
  void Converse(int descriptor);

  Handler handler_;
  SSL_CTX* context_;
  std::string at_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> over_ = false;
  std::atomic<unsigned> connections_ = 0;
  std::thread thread_;
};

// A server context with a self-signed certificate for 127.0.0.1 and permits.test, made on the spot,
// that ends `seconds` from now; its PEM goes to `certificate_file` where that is not empty.
[[nodiscard]] SSL_CTX* MakeServerContext(long seconds, const std::string& certificate_file);

}  // namespace garant::harden

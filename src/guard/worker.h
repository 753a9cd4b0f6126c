#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <string_view>

#include "base/time.h"
#include "guard/random_pool.h"
#include "guard/settings.h"
#include "guard/trace_context.h"
#include "service/route_table.h"
#include "spool/record.h"
#include "spool/writer.h"

// What the guard does with one request, without nginx: the module translates to and from it.
namespace garant::guard {

constexpr size_t kSessionBytes = 32;  // of an identifier as it is written: hexadecimal

// A request's beginning. Texts borrow the request.
struct Arrival {
  base::Time now{};
  std::chrono::steady_clock::time_point ticks{};
  std::string_view path{};     // as it came, without query
  std::string_view cookies{};  // the Cookie fields' values, joined with "; "
  std::span<const std::string_view> traceparents{};
  std::span<const std::string_view> tracestates{};
};

// What the guard keeps of a request while it lasts: it is made once and needs no destructor.
struct Visit {
  base::Time began{};
  std::chrono::steady_clock::time_point ticks{};
  TraceContext trace;
  const Route* route = nullptr;  // or none was declared
  std::array<char, kTraceparentBytes> traceparent{};
  std::array<char, kMostTracestateBytes> tracestate{};
  uint16_t tracestate_bytes = 0;
  std::array<char, kSessionBytes> session{};
  bool has_session = false;
  bool new_session = false;  // the answer sets the cookie
};

// A request's end.
struct Departure {
  std::chrono::steady_clock::time_point ticks{};
  base::Duration upstream{};
  uint64_t received = 0;
  uint64_t sent = 0;
  std::string_view method{};
  std::string_view path{};  // as it came, without query
  std::string_view client{};
  uint16_t status = 0;
  bool asked = false;        // the service
  bool client_left = false;  // before everything was sent
  uint8_t http = 0;
  uint8_t tls = 0;
};

// For one thread: one of nginx's workers. Borrows nothing; `writer` may be null, where the spool
// could not be opened.
class Worker {
 public:
  Worker(Settings settings, std::unique_ptr<spool::Writer> writer);

  [[nodiscard]] const Settings& settings() const { return settings_; }

  void Begin(const Arrival& arrival, Visit& visit) noexcept;
  void End(const Visit& visit, const Departure& departure) noexcept;
  void Beat(base::Time now) noexcept;

 private:
  void TakeSession(std::string_view cookies, Visit& visit) noexcept;

  Settings settings_;
  service::RouteTable routes_;
  RandomPool random_;
  std::unique_ptr<spool::Writer> writer_;
};

}  // namespace garant::guard

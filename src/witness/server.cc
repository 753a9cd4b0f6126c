#include "witness/server.h"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>
#include <vector>

#include "trail/tree/proof_text.h"

namespace garant::witness {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using base::Code;
using base::Error;
using base::Filled;

constexpr size_t kThreads = 4;  // that wait for the disk, one each
constexpr uint32_t kHeaderBytes = 8U << 10U;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

Ledger::Answer AnswerTo(const Request& request, Ledger& ledger, const base::Clock& clock) {
  if (request.target() != "/add-checkpoint")
    return {.status = 404, .body = "POST /add-checkpoint is all that is answered\n"};
  if (request.method() != http::verb::post)
    return {.status = 405, .body = "POST /add-checkpoint is all that is answered\n"};
  try {
    return ledger.AddCheckpoint(request.body(), clock.Now());
  } catch (const std::exception&) {  // memory ran out
    return {.status = 500, .body = "nothing was cosigned\n"};
  }
}

// What is said of a request that could not be read; a status of 0 where the connection broke.
Ledger::Answer Unreadable(const beast::error_code& error) {
  if (error == http::error::body_limit) return {.status = 413, .body = "too large\n"};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return {.status = 431, .body = "too large a header\n"};
  if (error == http::error::partial_message || error == http::error::end_of_stream ||
      error.category() != http::make_error_code(http::error::bad_target).category())
    return {.status = 0, .body = {}};
  return {.status = 400, .body = "this is not HTTP/1.1\n"};
}

Response ResponseOf(Ledger::Answer answer, unsigned version, bool keep) {
  Response response(static_cast<http::status>(answer.status), version);
  response.set(http::field::content_type, answer.media_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  if (answer.status == 405) response.set(http::field::allow, "POST");
  response.keep_alive(keep);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  return response;
}

}  // namespace

struct Server::State {
  State(Settings asked, Ledger& what, const base::Clock& when)
      : settings(std::move(asked)), ledger(what), clock(when) {}

  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(tcp::socket socket);

  Settings settings;
  Ledger& ledger;
  const base::Clock& clock;
  std::atomic<size_t> open{0};  // connections; outlives those that end with the context
  asio::io_context context{static_cast<int>(kThreads)};
  tcp::acceptor acceptor{context};
};

asio::awaitable<void> Server::State::Accept() {
  for (;;) {
    beast::error_code error;
    tcp::socket socket = co_await acceptor.async_accept(
        asio::make_strand(context), asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {  // such as too many open files: others may be closed soon
      asio::steady_timer pause(context, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    if (open >= settings.most_connections) continue;  // closed at once
    const auto strand = socket.get_executor();
    asio::co_spawn(strand, Serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Server::State::Serve(tcp::socket socket) {
  struct Counted {
    explicit Counted(std::atomic<size_t>& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    std::atomic<size_t>& count_;
  } counted(open);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(kHeaderBytes + trail::kLargestProof);
  beast::error_code error;
  const auto token = [&error] { return asio::redirect_error(asio::use_awaitable, error); };
  for (bool keep = true; keep;) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(kHeaderBytes);
    parser.body_limit(trail::kLargestProof);
    stream.expires_after(settings.patience);
    co_await http::async_read(stream, buffer, parser, token());
    const Request& request = parser.get();
    keep = !error && request.keep_alive();
    Ledger::Answer answer = error ? Unreadable(error) : AnswerTo(request, ledger, clock);
    if (answer.status == 0) break;
    const Response response = ResponseOf(std::move(answer), error ? 11 : request.version(), keep);
    stream.expires_after(settings.patience);
    co_await http::async_write(stream, response, token());
    if (error) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::Bind(const Settings& settings, Ledger& ledger,
                                                   const base::Clock& clock) {
  beast::error_code error;
  const auto address = asio::ip::make_address(settings.address, error);
  if (error)
    return Error{
        Code::kInvalid,
        Filled("'{}' is no address to listen at, such as 127.0.0.1",
               "« {} » n’est pas une adresse où écouter, comme 127.0.0.1", {settings.address}),
        {}};
  auto state = std::make_unique<State>(settings, ledger, clock);
  const tcp::endpoint endpoint(address, settings.port);
  state->acceptor.open(endpoint.protocol(), error);
  if (!error) state->acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) state->acceptor.bind(endpoint, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return Error{
        error == asio::error::address_in_use ? Code::kConflict : Code::kIo,
        Filled("cannot listen at {}:{}: {}", "impossible d’écouter à {}:{} : {}",
               {settings.address, uint64_t{settings.port}, base::SystemText(error.value())}),
        {}};
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::string Server::url() const {
  const auto local = state_->acceptor.local_endpoint();
  const std::string host = local.address().is_v6() ? "[" + local.address().to_string() + "]"
                                                   : local.address().to_string();
  return "http://" + host + ":" + std::to_string(local.port()) + "/";
}

void Server::Run() {
  asio::co_spawn(state_->context, state_->Accept(), asio::detached);
  std::vector<std::thread> threads;
  for (size_t i = 1; i < kThreads; ++i)
    threads.emplace_back([state = state_.get()] { state->context.run(); });
  state_->context.run();
  for (std::thread& thread : threads) thread.join();
}

// What is being answered is answered: a handler that runs is not interrupted, and what it
// remembers is remembered whether or not the answer still leaves.
void Server::Stop() { state_->context.stop(); }

}  // namespace garant::witness

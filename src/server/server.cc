#include "server/server.h"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <ctime>

#include "base/file.h"

namespace garant::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using base::Code;
using base::Error;
using base::Filled;

constexpr size_t kJudges = 2;  // threads that judge and read; the one that talks never waits
constexpr std::chrono::milliseconds kLastAnswers{1000};
constexpr std::chrono::milliseconds kParting{1000};
constexpr size_t kMostLeftUnread = 256 * 1024;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

std::string Field(const Request& request, http::field name) {
  const auto range = request.equal_range(name);
  std::string all;
  for (auto it = range.first; it != range.second; ++it) {
    if (!all.empty()) all += name == http::field::cookie ? "; " : ", ";
    all += std::string_view(it->value().data(), it->value().size());
  }
  return all;
}

Ask AskOf(const Request& request, uint16_t port) {
  return {.method = std::string(request.method_string()),
          .target = std::string(request.target()),
          .cookie = Field(request, http::field::cookie),
          .accept = Field(request, http::field::accept),
          .language = Field(request, http::field::accept_language),
          .port = port,
          .media_type = Field(request, http::field::content_type),
          .body = request.body()};
}

// What is said of a request that could not be read; nothing where the connection broke.
std::optional<Reply> Unreadable(const beast::error_code& error) {
  const auto problem = [](int status, const base::Text& detail) {
    return Problem(status, detail, base::Language::kEnglish, false);
  };
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return problem(431, {"a request's header takes 16 KiB at most",
                         "l’en-tête d’une requête prend au plus 16 Kio"});
  if (error == http::error::body_limit || error == http::error::unexpected_body)
    return problem(413, {"a request's body takes 16 KiB at most, and only POST has one",
                         "le corps d’une requête prend au plus 16 Kio, et seul POST en a un"});
  if (error == http::error::partial_message || error == http::error::end_of_stream ||
      error.category() != http::make_error_code(http::error::bad_target).category())
    return std::nullopt;
  return problem(400, {"this is not HTTP/1.1", "ceci n’est pas du HTTP/1.1"});
}

// RFC 9110 section 5.6.7, whatever the locale.
std::string HttpDate() {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[utc.tm_wday],
                utc.tm_mday, kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text.data();
}

// How any answer may be used, whoever gave it.
constexpr std::pair<const char*, const char*> kOfEveryReply[] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

Response ResponseOf(Reply reply, unsigned version, bool keep, bool head) {
  Response response;
  response.version(version);
  response.result(static_cast<unsigned>(reply.status));
  response.reason(Reason(reply.status));
  response.set(http::field::date, HttpDate());
  response.set(http::field::content_type, reply.media_type);
  response.set("Content-Security-Policy", reply.policy);
  for (const auto& [name, value] : kOfEveryReply) response.set(name, value);
  for (const auto& [name, value] : reply.headers) {
    // How long something may be kept is said once; cookies, say, several times.
    if (name == "Cache-Control")
      response.set(name, value);
    else
      response.insert(name, value);
  }
  response.keep_alive(keep);
  const size_t size = reply.body.size();
  if (!head) response.body() = std::move(reply.body);
  response.content_length(size);
  return response;
}

}  // namespace

struct Server::State {
  State(Settings asked, const Api& what) : settings(std::move(asked)), api(what) {}

  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(tcp::socket socket);
  [[nodiscard]] std::optional<Reply> Refused(const Request& request) const;

  Settings settings;
  const Api& api;
  asio::io_context context{1};
  asio::thread_pool judges{kJudges};
  tcp::acceptor acceptor{context};
  size_t open = 0;        // connections; touched by the context's thread alone
  bool stopping = false;  // likewise
};

asio::awaitable<void> Server::State::Accept() {
  for (;;) {
    beast::error_code error;
    tcp::socket socket =
        co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping || error == asio::error::operation_aborted) co_return;
    if (error) {  // such as too many open files: others may be closed soon
      asio::steady_timer pause(context, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const auto peer = socket.remote_endpoint(error);
    if (error || !peer.address().is_loopback() || open >= settings.most_connections) continue;
    asio::co_spawn(context, Serve(std::move(socket)), asio::detached);
  }
}

std::optional<Reply> Server::State::Refused(const Request& request) const {
  const base::Language language = LanguageOf(Field(request, http::field::accept_language));
  const auto hosts = request.count(http::field::host);
  const unsigned port = acceptor.local_endpoint().port();
  if (hosts != 1 || !IsOwnHost(request[http::field::host], port, settings.front))
    return Problem(421,
                   {"the Host header names no host of this machine",
                    "l’en-tête Host ne nomme aucun hôte de cet ordinateur"},
                   language, false);
  if (!request.body().empty() && request.method() != http::verb::post)
    return Problem(413, {"only POST has a body here", "seul POST a un corps ici"}, language, false);
  return std::nullopt;
}

asio::awaitable<void> Server::State::Serve(tcp::socket socket) {
  struct Counted {
    explicit Counted(size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    size_t& count_;
  } counted(open);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(settings.header_bytes * 2);
  beast::error_code error;
  const auto token = [&error] { return asio::redirect_error(asio::use_awaitable, error); };
  bool keep = true;
  while (keep && !stopping) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<uint32_t>(settings.header_bytes));
    parser.body_limit(settings.body_bytes);
    stream.expires_after(settings.idle);
    co_await http::async_read(stream, buffer, parser, token());
    if (error == http::error::end_of_stream || error == beast::error::timeout) break;
    const Request& request = parser.get();
    keep = !error && request.keep_alive();
    std::optional<Reply> reply = error ? Unreadable(error) : Refused(request);
    if (error && !reply) break;  // the connection broke
    if (!reply) {
      const Ask ask = AskOf(request, acceptor.local_endpoint().port());
      Api::Begun begun = api.Begin(ask);
      reply = std::move(begun.reply);
      if (!reply) {
        // Other threads judge, so that who asks much keeps nobody from being heard. Run waits for
        // them before anything here is taken down.
        stream.expires_never();
        asio::steady_timer done(context, asio::steady_timer::time_point::max());
        asio::post(judges, [&] {
          try {
            reply = begun.work();
          } catch (const std::exception&) {  // of a library; memory may have run out
            reply = Failure(LanguageOf(ask.language));
          }
          asio::post(context, [&] { done.cancel(); });
        });
        beast::error_code ended;
        co_await done.async_wait(asio::redirect_error(asio::use_awaitable, ended));
      }
    }
    const bool head = !error && request.method() == http::verb::head;
    Response response = ResponseOf(std::move(*reply), error ? 11 : request.version(), keep, head);
    http::response_serializer<http::string_body> serializer(response);
    if (head) serializer.split(true);
    stream.expires_after(settings.write);
    if (head)
      co_await http::async_write_header(stream, serializer, token());
    else
      co_await http::async_write(stream, serializer, token());
    if (error) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
  // To close while something is unread would take back the answer that was just sent.
  stream.expires_after(kParting);
  std::array<char, 4096> rest;
  for (size_t read = 0; !error && !stopping && read < kMostLeftUnread;)
    read += co_await stream.async_read_some(asio::buffer(rest), token());
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::Bind(const Settings& settings, const Api& api) {
  beast::error_code error;
  const auto address = asio::ip::make_address(settings.address, error);
  if (error || !address.is_loopback())
    return Error{
        Code::kInvalid,
        Filled("'{}' is not an address of this machine alone; 127.0.0.1 is",
               "« {} » n’est pas une adresse propre à cet ordinateur; 127.0.0.1 en est une",
               {settings.address}),
        {}};
  auto state = std::make_unique<State>(settings, api);
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
  const std::string host = local.address().is_v6() ? "[::1]" : local.address().to_string();
  return "http://" + host + ":" + std::to_string(local.port()) + "/";
}

void Server::Run() {
  asio::co_spawn(state_->context, state_->Accept(), asio::detached);
  state_->context.run();
  state_->judges.join();
}

void Server::Stop() {
  asio::post(state_->context, [state = state_.get()] {
    beast::error_code ignored;
    state->stopping = true;
    state->acceptor.close(ignored);
    auto last = std::make_shared<asio::steady_timer>(state->context, kLastAnswers);
    // Idle connections would keep the context alive for as long as they may wait.
    last->async_wait([state, last](const beast::error_code&) { state->context.stop(); });
    if (state->open == 0) state->context.stop();
  });
}

}  // namespace garant::server

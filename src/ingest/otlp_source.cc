#include "ingest/otlp_source.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <thread>

#include "ingest/otlp_inbox.h"

namespace garant::ingest {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using base::Ok;
using base::Result;
using base::Status;
using Parser = http::request_parser<http::string_body>;
using Response = http::response<http::string_body>;

constexpr size_t kHeaderBytes = 16U << 10U;
constexpr size_t kMostLeftUnread = 64U << 20U;
constexpr std::chrono::milliseconds kWrite{15'000};
constexpr std::chrono::milliseconds kParting{5'000};
constexpr std::chrono::milliseconds kLastAnswers{1'000};

OtlpHead HeadOf(const Parser::value_type& request) {
  const auto field = [&request](http::field name) {
    const auto found = request.find(name);
    return found == request.end() ? std::string() : std::string(found->value());
  };
  return {.method = std::string(request.method_string()),
          .target = std::string(request.target()),
          .type = field(http::field::content_type),
          .encoding = field(http::field::content_encoding),
          .authorization = field(http::field::authorization),
          .browser = request.count(http::field::origin) != 0 ||
                     request.find("Sec-Fetch-Site") != request.end()};
}

Response ResponseOf(OtlpReply reply, bool keep) {
  Response response;
  response.version(11);
  response.result(static_cast<unsigned>(reply.status));
  response.set(http::field::content_type, reply.media_type);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  response.keep_alive(keep);
  response.body() = std::move(reply.body);
  response.prepare_payload();
  return response;
}

tcp FamilyOf(int number) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  ::getsockname(number, reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
}

// One connection at a time counts among those that are open.
struct Counted {
  explicit Counted(size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  size_t& count_;
};

class OtlpSource final : public LineSource {
 public:
  OtlpSource(OtlpSettings settings, const base::Clock& clock)
      : settings_(std::move(settings)),
        gate_(settings_.terms, clock),
        inbox_(settings_.next),
        acceptor_(context_) {
    boost::system::error_code error;
    acceptor_.assign(FamilyOf(settings_.listening->number()),
                     ::fcntl(settings_.listening->number(), F_DUPFD_CLOEXEC, 0), error);
    asio::co_spawn(context_, Accept(), asio::detached);
    StartThread();
  }
  OtlpSource(const OtlpSource&) = delete;
  OtlpSource& operator=(const OtlpSource&) = delete;
  ~OtlpSource() override {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<LineBatch> Take(size_t most) override { return inbox_.Take(most); }
  void Refused(uint64_t sequence) override { inbox_.Refused(sequence); }
  Status LetGo() override {
    inbox_.LetGo();
    return Ok{};
  }
  Status Close() override {
    inbox_.Close();
    asio::post(context_, [this] { Stop(); });
    thread_.join();
    return Ok{};
  }
  [[nodiscard]] Untaken untaken() const override { return Untaken::kRepeated; }
  [[nodiscard]] std::vector<int> Descriptors() const override { return {inbox_.descriptor()}; }

 private:
  // Signals are for the thread that records.
  void StartThread() {
    sigset_t all{};
    sigset_t before{};
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { context_.run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void Stop() {
    boost::system::error_code ignored;
    stopping_ = true;
    acceptor_.close(ignored);
    if (open_ == 0) context_.stop();
    // Idle connections would keep the context alive for as long as they may wait.
    last_.expires_after(kLastAnswers);
    last_.async_wait([this](const boost::system::error_code&) { context_.stop(); });
  }

  asio::awaitable<void> Accept() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (stopping_ || error == asio::error::operation_aborted) co_return;
      if (error) {  // such as too many open files: others may be closed soon
        asio::steady_timer pause(context_, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (open_ < settings_.most_connections)
        asio::co_spawn(context_, Serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> Serve(tcp::socket socket) {
    const Counted counted(open_);
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer(kHeaderBytes * 2);
    bool keep = true;
    while (keep && !stopping_) keep = co_await ServeOne(stream, buffer);
    boost::system::error_code error;
    stream.socket().shutdown(tcp::socket::shutdown_send, error);
    // To close while something is unread would take back the answer that was just sent.
    stream.expires_after(kParting);
    std::array<char, 16'384> rest;
    for (size_t read = 0; !error && !stopping_ && read < kMostLeftUnread;)
      read += co_await stream.async_read_some(asio::buffer(rest),
                                              asio::redirect_error(asio::use_awaitable, error));
  }

  // Whether the connection goes on.
  asio::awaitable<bool> ServeOne(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
    boost::system::error_code error;
    const auto token = [&error] { return asio::redirect_error(asio::use_awaitable, error); };
    Parser parser;
    parser.header_limit(kHeaderBytes);
    parser.body_limit(boost::none);  // or a header would be refused for the length that it says
    stream.expires_after(settings_.idle);
    co_await http::async_read_header(stream, buffer, parser, token());
    if (error) co_return co_await AnswerUnreadable(stream, error);
    const OtlpHead head = HeadOf(parser.get());
    bool keep = parser.get().keep_alive();
    std::optional<OtlpReply> reply = gate_.JudgeHead(head);
    if (reply) {
      keep = false;  // its body stays unread
    } else {
      auto post = co_await ReadPost(stream, buffer, parser, head);
      if (!post) co_return false;          // it broke off: nothing was taken
      keep = keep && post->status != 413;  // its body may be unread
      reply = co_await Record(stream, std::move(*post));
    }
    Response response = ResponseOf(std::move(*reply), keep);
    stream.expires_after(kWrite);
    error = {};
    co_await http::async_write(stream, response, token());
    co_return keep && !error;
  }

  asio::awaitable<std::optional<OtlpPost>> ReadPost(beast::tcp_stream& stream,
                                                    beast::flat_buffer& buffer, Parser& parser,
                                                    const OtlpHead& head) {
    boost::system::error_code error;
    const auto token = [&error] { return asio::redirect_error(asio::use_awaitable, error); };
    if (const auto length = parser.content_length(); length && *length > kLargestOtlpBody)
      co_return gate_.TooLarge(head, {}, *length);
    parser.body_limit(kLargestOtlpBody);
    stream.expires_after(settings_.come_in);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      const http::response<http::empty_body> go_on(http::status::continue_, 11);
      co_await http::async_write(stream, go_on, token());
    }
    if (!error) co_await http::async_read(stream, buffer, parser, token());
    std::string& body = parser.get().body();
    if (error == http::error::body_limit) co_return gate_.TooLarge(head, body, body.size());
    if (error) co_return std::nullopt;
    co_return gate_.ReadBody(head, std::move(body));
  }

  asio::awaitable<bool> AnswerUnreadable(beast::tcp_stream& stream,
                                         boost::system::error_code error) {
    const bool malformed =
        error.category() == http::make_error_code(http::error::bad_target).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message;
    if (malformed || error == http::error::buffer_overflow) {
      Response response = ResponseOf({.status = 400,
                                      .media_type = "application/json",
                                      .body = OtlpRefusal(Encoding::kJson, 3, "this is not HTTP")},
                                     false);
      stream.expires_after(kWrite);
      co_await http::async_write(stream, response,
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    co_return false;
  }

  // Answers once it is in the trail, however long that takes; before somebody took it, only so
  // long.
  asio::awaitable<OtlpReply> Record(beast::tcp_stream& stream, OtlpPost post) {
    const Signal signal = post.signal;
    const Encoding encoding = post.encoding;
    const int status = post.status;
    std::optional<OtlpInbox::Outcome> outcome;
    asio::steady_timer done(context_, settings_.patience);
    const auto id = inbox_.Offer(std::move(post), [&](OtlpInbox::Outcome how) {
      asio::post(context_, [&, how] {
        outcome = how;
        done.cancel();
      });
    });
    if (!id) co_return OtlpGate::Later(encoding);
    stream.expires_never();
    boost::system::error_code ended;
    co_await done.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (!outcome && inbox_.Withdraw(*id)) co_return OtlpGate::Later(encoding);
    while (!outcome) {
      done.expires_at(asio::steady_timer::time_point::max());
      co_await done.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    }
    if (!outcome->kept) co_return OtlpGate::Later(encoding);
    co_return OtlpGate::Kept(signal, encoding, status, outcome->rejected);
  }

  OtlpSettings settings_;
  OtlpGate gate_;  // of the context's thread
  // What stands before the context outlives the coroutines in it.
  OtlpInbox inbox_;
  size_t open_ = 0;        // connections; touched by the context's thread alone
  bool stopping_ = false;  // likewise
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer last_{context_};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<LineSource> TakeOtlp(OtlpSettings settings, const base::Clock& clock) {
  return std::make_unique<OtlpSource>(std::move(settings), clock);
}

}  // namespace garant::ingest

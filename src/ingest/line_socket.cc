#include "ingest/line_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <list>

#include "ingest/line_splitter.h"
#include "ingest/stream.h"
#include "ingest/syslog_splitter.h"

namespace garant::ingest {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using Steady = std::chrono::steady_clock;

constexpr size_t kMostSenders = 64;
constexpr size_t kChunk = 64U << 10U;
constexpr std::chrono::seconds kMostShaking{10};

class LineSocket final : public LineSource {
 public:
  explicit LineSocket(LineSocketSettings settings)
      : settings_(std::move(settings)), chunk_(kChunk, '\0') {}
  LineSocket(const LineSocket&) = delete;
  LineSocket& operator=(const LineSocket&) = delete;
  ~LineSocket() override {
    if (!settings_.unlink.empty()) ::unlink(settings_.unlink.c_str());
  }

  Result<LineBatch> Take(size_t most) override {
    LineBatch batch;
    Accept();
    // Each time another one comes first, so that who writes much keeps nobody from being heard.
    if (senders_.size() > 1) senders_.splice(senders_.end(), senders_, senders_.begin());
    for (auto sender = senders_.begin(); sender != senders_.end();) {
      const bool open = Read(*sender, most, batch);
      sender = open ? std::next(sender) : senders_.erase(sender);
    }
    return batch;
  }
  Status LetGo() override { return Ok{}; }
  Status Close() override { return Ok{}; }
  [[nodiscard]] Untaken untaken() const override { return Untaken::kWaits; }

  [[nodiscard]] std::vector<int> Descriptors() const override {
    std::vector<int> numbers = {settings_.listening->number()};
    for (const Sender& sender : senders_) numbers.push_back(sender.stream->number());
    return numbers;
  }

 private:
  struct Sender {
    std::unique_ptr<Stream> stream;
    std::unique_ptr<Splitter> splitter;
    Steady::time_point since;
  };

  // Who comes when all places are taken waits.
  void Accept() {
    while (senders_.size() < kMostSenders) {
      auto socket = std::make_unique<base::Descriptor>(
          ::accept4(settings_.listening->number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket->number() < 0) return;
      auto stream = settings_.tls ? settings_.tls->Accept(std::move(socket), settings_.senders)
                                  : PlainStream(std::move(socket));
      if (stream) senders_.push_back({std::move(stream), MakeSplitter(), Steady::now()});
    }
  }

  [[nodiscard]] std::unique_ptr<Splitter> MakeSplitter() const {
    if (settings_.framing == Framing::kSyslog) return std::make_unique<SyslogSplitter>();
    return std::make_unique<LineSplitter>(0);
  }

  // False where the sender has ended.
  bool Read(Sender& sender, size_t most, LineBatch& batch) {
    const auto give = [&](Line line) {
      line.sender = sender.stream->sender();
      line.sequence = settings_.next[line.sender]++;
      batch.lines.push_back(std::move(line));
    };
    for (;;) {
      if (batch.lines.size() >= most) {
        batch.more = true;
        return true;
      }
      const Stream::Got got = sender.stream->Read(chunk_);
      if (got.state == Stream::State::kLater)
        return sender.stream->ready() || Steady::now() - sender.since < kMostShaking;
      if (got.state == Stream::State::kBytes)
        sender.splitter->Feed(std::string_view(chunk_).substr(0, got.size), give);
      if (got.state == Stream::State::kBytes && !sender.splitter->lost()) continue;
      End(sender, batch);
      if (auto rest = sender.splitter->Rest()) give(std::move(*rest));
      return false;
    }
  }

  static void End(const Sender& sender, LineBatch& batch) {
    const base::Text& why = sender.stream->problem();
    if (why.en.empty()) return;
    batch.problems.push_back(
        {Code::kUntrusted,
         Filled("a sender was turned away: {}", "un expéditeur a été éconduit : {}", {why}),
         {}});
  }

  LineSocketSettings settings_;
  std::string chunk_;
  std::list<Sender> senders_;
};

}  // namespace

std::unique_ptr<LineSource> TakeLineSocket(LineSocketSettings settings) {
  return std::make_unique<LineSocket>(std::move(settings));
}

}  // namespace garant::ingest

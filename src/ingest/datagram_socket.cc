#include "ingest/datagram_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "ingest/token_bucket.h"

namespace garant::ingest {
namespace {

using base::Ok;
using base::Result;
using base::Status;

class DatagramSocket final : public LineSource {
 public:
  DatagramSocket(DatagramSettings settings, const base::Clock& clock)
      : settings_(std::move(settings)),
        clock_(clock),
        bucket_(settings_.rate, clock.Now()),
        chunk_(kLongestLine + 1, '\0') {}
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;
  ~DatagramSocket() override {
    if (!settings_.unlink.empty()) ::unlink(settings_.unlink.c_str());
  }

  Result<LineBatch> Take(size_t most) override {
    LineBatch batch;
    // As many are looked at as would be taken: dropping is no reason to do nothing else.
    for (size_t looked = 0; looked < most; ++looked) {
      auto message = Receive();
      if (!message) {
        TellDropped(batch);
        return batch;
      }
      if (bucket_.Held(clock_.Now()) == 0) {
        ++dropped_;
        continue;
      }
      bucket_.Take(1);
      message->sequence = settings_.next++;
      batch.lines.push_back(std::move(*message));
    }
    batch.more = true;
    TellDropped(batch);
    return batch;
  }
  Status LetGo() override { return Ok{}; }
  Status Close() override { return Ok{}; }
  [[nodiscard]] Untaken untaken() const override { return Untaken::kLost; }
  [[nodiscard]] std::vector<int> Descriptors() const override {
    return {settings_.listening->number()};
  }

 private:
  std::optional<Line> Receive() {
    for (;;) {
      const ssize_t got = ::recv(settings_.listening->number(), chunk_.data(), kLongestLine,
                                 MSG_TRUNC | MSG_DONTWAIT);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return {};
      Line line;
      line.length = static_cast<uint64_t>(got);
      line.bytes.assign(chunk_, 0, std::min<size_t>(line.length, kLongestLine));
      if (line.bytes.size() == line.length && line.bytes.ends_with('\n')) {
        line.bytes.pop_back();
        --line.length;
      }
      if (line.length > 0) return line;
    }
  }

  void TellDropped(LineBatch& batch) {
    if (dropped_ == 0) return;
    SourceEvent event;
    event.happening = Happening::kGap;
    event.count = std::exchange(dropped_, 0);
    event.reason = Reason::kOverRate;
    event.next = settings_.next;
    batch.events.push_back(std::move(event));
  }

  DatagramSettings settings_;
  const base::Clock& clock_;
  TokenBucket bucket_;
  std::string chunk_;
  uint64_t dropped_ = 0;
};

}  // namespace

std::unique_ptr<LineSource> TakeDatagrams(DatagramSettings settings, const base::Clock& clock) {
  return std::make_unique<DatagramSocket>(std::move(settings), clock);
}

}  // namespace garant::ingest

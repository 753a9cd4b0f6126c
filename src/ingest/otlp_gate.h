#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "ingest/otlp.h"
#include "ingest/source_event.h"
#include "ingest/token_bucket.h"

// What is answered to what a sender of OTLP/HTTP asks. Knows nothing of sockets.
namespace garant::ingest {

struct OtlpHead {
  std::string method;
  std::string target;
  std::string type;           // Content-Type
  std::string encoding;       // Content-Encoding; empty where there is none
  std::string authorization;  // likewise
  bool browser = false;       // it has fields that only browsers send
};

struct OtlpReply {
  int status = 200;
  std::string media_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
};

// What is to be in the trail before anything is answered.
struct OtlpPost {
  Signal signal = Signal::kLogs;
  Encoding encoding = Encoding::kProtobuf;
  std::vector<std::string> records;
  std::optional<SourceEvent> refused{};  // in place of records: a body that is none
  int status = 200;                      // and what is answered then
};

class OtlpGate {
 public:
  struct Terms {
    uint64_t rate = kUsualRate;
    std::string token{};  // empty: none is asked
  };
  OtlpGate(Terms terms, const base::Clock& clock)
      : terms_(std::move(terms)), clock_(clock), bucket_(terms_.rate, clock.Now()) {}

  // A refusal that needs no body; nothing where one is to be read.
  [[nodiscard]] std::optional<OtlpReply> JudgeHead(const OtlpHead& head);
  [[nodiscard]] OtlpPost ReadBody(const OtlpHead& head, std::string body);
  // A body of more than kLargestOtlpBody, of which only the beginning was read.
  [[nodiscard]] OtlpPost TooLarge(const OtlpHead& head, std::string_view beginning,
                                  uint64_t length);

  [[nodiscard]] static OtlpReply Kept(Signal signal, Encoding encoding, int status,
                                      uint64_t rejected);
  // Nobody took it: it is to be sent again.
  [[nodiscard]] static OtlpReply Later(Encoding encoding);

 private:
  Terms terms_;
  const base::Clock& clock_;
  TokenBucket bucket_;
};

// Of a Content-Type; nothing where it is neither.
[[nodiscard]] std::optional<Encoding> EncodingOf(std::string_view type);

}  // namespace garant::ingest

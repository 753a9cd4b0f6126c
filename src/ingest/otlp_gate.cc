#include "ingest/otlp_gate.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/bytes.h"
#include "ingest/gzip.h"

namespace garant::ingest {
namespace {

constexpr std::string_view kBearer = "Bearer ";

// gRPC's codes, which the refusals of OTLP hold.
enum Grpc : int {
  kInvalidArgument = 3,
  kNotFound = 5,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kUnimplemented = 12,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

std::string_view MediaType(Encoding encoding) {
  return encoding == Encoding::kJson ? "application/json" : "application/x-protobuf";
}

OtlpReply Refusal(int status, Grpc code, Encoding encoding, const std::string& why) {
  return {status, std::string(MediaType(encoding)), OtlpRefusal(encoding, code, why), {}};
}

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

std::optional<Signal> SignalOf(std::string_view target) {
  const std::string_view path = PathOf(target);
  if (path == "/v1/logs") return Signal::kLogs;
  if (path == "/v1/traces") return Signal::kTraces;
  return {};
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return out;
}

bool IsToken(std::string_view authorization, std::string_view token) {
  if (Lower(authorization.substr(0, kBearer.size())) != Lower(kBearer)) return false;
  const auto given = base::Sha256(base::AsBytes(authorization.substr(kBearer.size())));
  const auto wanted = base::Sha256(base::AsBytes(token));
  return CRYPTO_memcmp(given.data(), wanted.data(), given.size()) == 0;
}

SourceEvent RefusedBody(Reason reason, std::string_view body, uint64_t length) {
  SourceEvent event;
  event.happening = Happening::kRefused;
  event.reason = reason;
  event.bytes = length;
  const auto kept = body.substr(0, kLongestLine);
  event.sealed.assign(kept.begin(), kept.end());
  return event;
}

}  // namespace

std::optional<Encoding> EncodingOf(std::string_view type) {
  std::string_view media = type.substr(0, type.find(';'));
  while (media.ends_with(' ')) media.remove_suffix(1);
  const std::string lower = Lower(media);
  if (lower == MediaType(Encoding::kProtobuf)) return Encoding::kProtobuf;
  if (lower == MediaType(Encoding::kJson)) return Encoding::kJson;
  return {};
}

std::optional<OtlpReply> OtlpGate::JudgeHead(const OtlpHead& head) {
  const auto known = EncodingOf(head.type);
  const Encoding encoding = known.value_or(Encoding::kJson);
  // A page that somebody on this machine opened must not write their evidence.
  if (head.browser) return Refusal(403, kPermissionDenied, encoding, "browsers are no senders");
  if (!SignalOf(head.target))
    return Refusal(404, kNotFound, encoding, "there are /v1/logs and /v1/traces");
  if (head.method != "POST") {
    auto reply = Refusal(405, kUnimplemented, encoding, "POST alone is taken");
    reply.headers.emplace_back("Allow", "POST");
    return reply;
  }
  if (!terms_.token.empty() && !IsToken(head.authorization, terms_.token)) {
    auto reply = Refusal(401, kUnauthenticated, encoding, "the token of this source is missing");
    reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    return reply;
  }
  if (!known)
    return Refusal(415, kInvalidArgument, encoding,
                   "the body is application/x-protobuf or application/json");
  const std::string packed = Lower(head.encoding);
  if (!packed.empty() && packed != "identity" && packed != "gzip") {
    auto reply = Refusal(415, kInvalidArgument, encoding, "the body is plain or gzip");
    reply.headers.emplace_back("Accept-Encoding", "gzip");
    return reply;
  }
  if (bucket_.Held(clock_.Now()) == 0) {
    auto reply = Refusal(429, kResourceExhausted, encoding, "more than this source may send");
    const auto wait = std::max<int64_t>(1, bucket_.Wait().count());
    reply.headers.emplace_back("Retry-After", std::to_string(wait));
    return reply;
  }
  return {};
}

OtlpPost OtlpGate::ReadBody(const OtlpHead& head, std::string body) {
  OtlpPost post;
  post.signal = SignalOf(head.target).value_or(Signal::kLogs);
  post.encoding = EncodingOf(head.type).value_or(Encoding::kJson);
  const auto refuse = [&](Reason reason, int status) {
    bucket_.Take(1);
    post.refused = RefusedBody(reason, body, body.size());
    post.status = status;
    return std::move(post);
  };
  if (Lower(head.encoding) == "gzip") {
    auto plain = Gunzip(body, kLargestOtlpBody);
    if (const auto* fault = std::get_if<GzipFault>(&plain))
      return *fault == GzipFault::kTooLarge ? refuse(Reason::kTooLong, 413)
                                            : refuse(Reason::kNotOtlp, 400);
    body = std::move(std::get<std::string>(plain));
  }
  auto read = ReadOtlp(post.signal, post.encoding, body, clock_.Now());
  if (const auto* fault = std::get_if<OtlpFault>(&read))
    return *fault == OtlpFault::kTooMuch ? refuse(Reason::kTooLong, 413)
                                         : refuse(Reason::kNotOtlp, 400);
  post.records = std::move(std::get<std::vector<std::string>>(read));
  bucket_.Take(std::max<size_t>(1, post.records.size()));
  return post;
}

OtlpPost OtlpGate::TooLarge(const OtlpHead& head, std::string_view beginning, uint64_t length) {
  OtlpPost post;
  post.signal = SignalOf(head.target).value_or(Signal::kLogs);
  post.encoding = EncodingOf(head.type).value_or(Encoding::kJson);
  bucket_.Take(1);
  post.refused = RefusedBody(Reason::kTooLong, beginning, length);
  post.status = 413;
  return post;
}

OtlpReply OtlpGate::Kept(Signal signal, Encoding encoding, int status, uint64_t rejected) {
  if (status == 413)
    return Refusal(
        status, kInvalidArgument, encoding,
        "at most 4 MiB, plain too, and 16384 records are taken at once; what this held is "
        "recorded as lost");
  if (status != 200)
    return Refusal(status, kInvalidArgument, encoding,
                   "this is no request of OTLP; it is kept sealed, and not to be sent again");
  return {200, std::string(MediaType(encoding)), OtlpAnswer(signal, encoding, rejected), {}};
}

OtlpReply OtlpGate::Later(Encoding encoding) {
  auto reply = Refusal(503, kUnavailable, encoding, "the trail takes nothing now");
  reply.headers.emplace_back("Retry-After", "2");
  return reply;
}

}  // namespace garant::ingest

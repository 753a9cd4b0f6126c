#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

// Requests of OTLP/HTTP, as protobuf or JSON, and their answers (docs/formats/ingest.md).
namespace garant::ingest {

enum class Signal : uint8_t { kLogs, kTraces };
enum class Encoding : uint8_t { kProtobuf, kJson };

enum class OtlpFault : uint8_t {
  kNotOtlp,  // it cannot be read, or has ids of a wrong length
  kTooMuch,  // more records, or longer ones, than are taken at once
};

constexpr size_t kLargestOtlpBody = 4U << 20U;  // as it is sent, and unpacked
constexpr size_t kMostOtlpRecords = 16'384;

// Each log record or span as one JSON object, with its resource and scope. The body is untrusted
// and at most kLargestOtlpBody long. `received` is the time of a log record that has none.
[[nodiscard]] std::variant<std::vector<std::string>, OtlpFault> ReadOtlp(Signal signal,
                                                                         Encoding encoding,
                                                                         std::string_view body,
                                                                         base::Time received);

// otlp_answer.cc: the answer to a request that was taken; of it `rejected` records can be followed
// by nobody.
[[nodiscard]] std::string OtlpAnswer(Signal signal, Encoding encoding, uint64_t rejected);
// What a refusal holds; `code` is gRPC's, as OTLP asks.
[[nodiscard]] std::string OtlpRefusal(Encoding encoding, int code, const std::string& message);

// otlp_json.cc: OTLP's JSON as protobuf's own library reads it, where ids are base64; nothing where
// it is no JSON, is nested too deeply or has an id that is none.
[[nodiscard]] std::optional<std::string> WithPlainIds(std::string_view json);

}  // namespace garant::ingest

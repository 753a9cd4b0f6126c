#include <google/protobuf/util/json_util.h>
#include <otlp.pb.h>

#include "ingest/otlp.h"

namespace garant::ingest {
namespace {

std::string Written(Encoding encoding, const google::protobuf::Message& message) {
  std::string out;
  if (encoding == Encoding::kProtobuf)
    message.SerializeToString(&out);
  else if (!google::protobuf::util::MessageToJsonString(message, &out).ok())
    out = "{}";
  return out;
}

}  // namespace

std::string OtlpAnswer(Signal signal, Encoding encoding, uint64_t rejected) {
  static const std::string kWhy =
      "no usable time, or longer than 32768 bytes: kept sealed, and not to be sent again";
  const auto count = static_cast<int64_t>(rejected);
  if (signal == Signal::kLogs) {
    wire::ExportLogsServiceResponse answer;
    if (count != 0) {
      answer.mutable_partial_success()->set_rejected_log_records(count);
      answer.mutable_partial_success()->set_error_message(kWhy);
    }
    return Written(encoding, answer);
  }
  wire::ExportTraceServiceResponse answer;
  if (count != 0) {
    answer.mutable_partial_success()->set_rejected_spans(count);
    answer.mutable_partial_success()->set_error_message(kWhy);
  }
  return Written(encoding, answer);
}

std::string OtlpRefusal(Encoding encoding, int code, const std::string& message) {
  wire::Status status;
  status.set_code(code);
  status.set_message(message);
  return Written(encoding, status);
}

}  // namespace garant::ingest

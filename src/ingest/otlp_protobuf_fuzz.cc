#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "ingest/otlp.h"

// Whatever comes, it is refused whole or becomes records that are one JSON object each.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant::ingest;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const Signal signal : {Signal::kLogs, Signal::kTraces}) {
    const auto read = ReadOtlp(signal, Encoding::kProtobuf, body, garant::base::Time{});
    const auto* records = std::get_if<std::vector<std::string>>(&read);
    if (records == nullptr) continue;
    if (records->size() > kMostOtlpRecords) std::abort();
    for (const std::string& record : *records)
      if (!nlohmann::json::parse(record, nullptr, false).is_object()) std::abort();
  }
  return 0;
}

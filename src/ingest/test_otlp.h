#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// OTLP as another hand than protobuf's library writes it, by the published numbers.
namespace garant::ingest::otlp {

inline std::string Varint(uint64_t number) {
  std::string out;
  for (; number >= 0x80; number >>= 7U) out += static_cast<char>(0x80U | (number & 0x7FU));
  return out + static_cast<char>(number);
}
inline std::string Bytes(unsigned field, std::string_view bytes) {
  return Varint(field << 3U | 2U) + Varint(bytes.size()) + std::string(bytes);
}
inline std::string Number(unsigned field, uint64_t number) {
  return Varint(field << 3U) + Varint(number);
}
inline std::string Fixed64(unsigned field, uint64_t number) {
  std::string out = Varint(field << 3U | 1U);
  for (unsigned i = 0; i < 8; ++i) out += static_cast<char>(number >> (8 * i));
  return out;
}
inline std::string Attribute(unsigned field, std::string_view key, std::string_view value) {
  return Bytes(field, Bytes(1, key) + Bytes(2, value));
}
inline std::string Text(std::string_view text) { return Bytes(1, text); }  // an AnyValue

constexpr uint64_t kNanoseconds = 1'795'465'799'250'000'000;  // 2026-11-23T20:29:59.25Z
inline const std::string kTrace("\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36",
                                16);
inline const std::string kSpan("\x00\xf0\x67\xaa\x0b\xa9\x02\xb7", 8);
inline const std::string kParent("\x01\x02\x03\x04\x05\x06\x07\x08", 8);

// Of one resource, service.name web.
inline std::string Logs(std::string_view records) {
  const std::string resource = Bytes(1, Attribute(1, "service.name", Text("web")));
  return Bytes(1, resource + Bytes(2, std::string(records)));
}
inline std::string Log(std::string_view more = {}, uint64_t time = kNanoseconds) {
  return Bytes(2, Fixed64(1, time) + Bytes(5, Text("Jeanne applied")) + Bytes(9, kTrace) +
                      Bytes(10, kSpan) + std::string(more));
}
inline std::string Spans(std::string_view more = {}) {
  const std::string span =
      Bytes(1, kTrace) + Bytes(2, kSpan) + Bytes(4, kParent) + Bytes(5, "GET /apply") +
      Number(6, 2) + Fixed64(7, kNanoseconds) + Fixed64(8, kNanoseconds + 12'400'000) +
      Attribute(9, "http.route", Text("/apply")) +
      Bytes(9, Bytes(1, "http.response.status_code") + Bytes(2, Number(3, 303))) +
      Bytes(15, Number(3, 1)) + std::string(more);
  const std::string resource = Bytes(1, Attribute(1, "service.name", Text("web")));
  return Bytes(1, resource + Bytes(2, Bytes(1, Bytes(1, "http")) + Bytes(2, span)));
}

}  // namespace garant::ingest::otlp

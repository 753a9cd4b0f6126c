#include "harden/tls_hello.h"

#include <array>

#include "base/bytes.h"

namespace garant::harden {
namespace {

constexpr uint8_t kAlert = 21;
constexpr uint8_t kHandshake = 22;
constexpr size_t kRecordHeader = 5;
constexpr size_t kMostRecord = 1U << 14U;

void Put16(std::string& out, size_t value) {
  out += static_cast<char>((value >> 8U) & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

void PutBlock(std::string& out, const std::string& block) {
  Put16(out, block.size());
  out += block;
}

void PutExtension(std::string& out, uint16_t type, const std::string& content) {
  Put16(out, type);
  PutBlock(out, content);
}

std::string List16(std::initializer_list<uint16_t> values) {
  std::string items;
  for (const uint16_t value : values) Put16(items, value);
  std::string list;
  PutBlock(list, items);
  return list;
}

std::string Extensions(const std::string& server_name) {
  std::string out;
  if (!server_name.empty()) {
    std::string name(1, '\0');
    PutBlock(name, server_name);
    std::string names;
    PutBlock(names, name);
    PutExtension(out, 0, names);
  }
  PutExtension(out, 10, List16({0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101}));
  PutExtension(out, 11, std::string("\x01\x00", 2));
  PutExtension(out, 13,
               List16({0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
                       0x0203, 0x0201, 0x0402, 0x0202}));
  PutExtension(out, 0xff01, std::string(1, '\0'));  // secure renegotiation
  return out;
}

uint16_t At(std::string_view bytes, size_t position) {
  return static_cast<uint16_t>((static_cast<uint8_t>(bytes[position]) << 8U) |
                               static_cast<uint8_t>(bytes[position + 1]));
}

// The handshake bytes of the records that are there in full, or nothing where one is no handshake.
std::optional<std::string> Handshake(std::string_view bytes) {
  std::string result;
  while (bytes.size() >= kRecordHeader) {
    const size_t length = At(bytes, 3);
    if (static_cast<uint8_t>(bytes[0]) != kHandshake || length == 0 || length > kMostRecord)
      return std::nullopt;
    if (bytes.size() < kRecordHeader + length) break;
    result += bytes.substr(kRecordHeader, length);
    bytes.remove_prefix(kRecordHeader + length);
    if (result.size() > 6 + 32) break;
  }
  return result;
}

}  // namespace

std::string ClientHello(uint16_t version, std::span<const uint16_t> suites,
                        const std::string& server_name) {
  std::string body;
  Put16(body, version);
  std::array<uint8_t, 32> random{};
  base::FillRandom(random);
  body += base::AsText(random);
  body += '\0';  // no session
  Put16(body, suites.size() * 2);
  for (const uint16_t suite : suites) Put16(body, suite);
  body += std::string("\x01\x00", 2);  // no compression
  if (version > kSsl3) PutBlock(body, Extensions(server_name));
  std::string handshake(1, '\x01');
  handshake += '\0';
  PutBlock(handshake, body);
  std::string record(1, static_cast<char>(kHandshake));
  Put16(record, version > 0x0301 ? 0x0301 : version);
  PutBlock(record, handshake);
  return record;
}

HelloAnswer ReadServerHello(std::string_view bytes, ServerHello& hello) {
  if (bytes.empty()) return HelloAnswer::kMore;
  if (static_cast<uint8_t>(bytes[0]) == kAlert) return HelloAnswer::kRefused;
  const auto handshake = Handshake(bytes);
  if (!handshake) return HelloAnswer::kRefused;
  constexpr size_t kSession = 4 + 2 + 32;  // type and length, version, random
  if (!handshake->empty() && (*handshake)[0] != 2) return HelloAnswer::kRefused;
  if (handshake->size() <= kSession) return HelloAnswer::kMore;
  const size_t suite = kSession + 1 + static_cast<uint8_t>((*handshake)[kSession]);
  if (handshake->size() < suite + 2) {
    // The whole message should have come with its record; what is cut short is no hello.
    return bytes.size() > kMostRecord ? HelloAnswer::kRefused : HelloAnswer::kMore;
  }
  hello.version = At(*handshake, 4);
  hello.suite = At(*handshake, suite);
  return HelloAnswer::kAccepted;
}

}  // namespace garant::harden

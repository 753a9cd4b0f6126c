#include "base/bytes.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

namespace garant::base {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error Bad(const char* en, const char* fr) { return Error{Code::kInvalid, {en, fr}, {}}; }

}  // namespace

std::string ToHex(ByteView bytes) {
  std::string text(bytes.size() * 2, '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = kHexDigits[bytes[i] >> 4U];
    text[2 * i + 1] = kHexDigits[bytes[i] & 15U];
  }
  return text;
}

Result<Bytes> FromHex(std::string_view text) {
  if (text.size() % 2 != 0)
    return Bad("hexadecimal text has an odd number of digits",
               "le texte hexadécimal a un nombre impair de chiffres");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = HexValue(text[i]);
    const int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0)
      return Bad("not a hexadecimal digit (0-9, a-f)",
                 "ce n’est pas un chiffre hexadécimal (0-9, a-f)");
    bytes.push_back(static_cast<uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string ToBase64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t block = (static_cast<uint32_t>(bytes[i]) << 16U) |
                           (left > 1 ? static_cast<uint32_t>(bytes[i + 1]) << 8U : 0U) |
                           (left > 2 ? static_cast<uint32_t>(bytes[i + 2]) : 0U);
    text += kBase64[block >> 18U];
    text += kBase64[(block >> 12U) & 63U];
    text += left > 1 ? kBase64[(block >> 6U) & 63U] : '=';
    text += left > 2 ? kBase64[block & 63U] : '=';
  }
  return text;
}

Result<Bytes> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0)
    return Bad("base64 text is not a multiple of four characters",
               "le nombre de caractères du texte en base64 n’est pas un multiple de quatre");
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    uint32_t block = 0;
    int padding = 0;
    for (size_t k = 0; k < 4; ++k) {
      const char c = text[i + k];
      if (c == '=' && i + 4 == text.size() && k >= 2) {
        ++padding;
        block <<= 6U;
        continue;
      }
      const size_t value = kBase64.find(c);
      if (value == std::string_view::npos || padding != 0)
        return Bad("not base64 (RFC 4648)", "ce n’est pas du base64 (RFC 4648)");
      block = (block << 6U) | static_cast<uint32_t>(value);
    }
    const uint32_t unused = padding == 2 ? 0xFFFFU : padding == 1 ? 0xFFU : 0U;
    if ((block & unused) != 0)
      return Bad("base64 text has stray bits in its padding",
                 "le remplissage du texte en base64 contient des bits de trop");
    bytes.push_back(static_cast<uint8_t>(block >> 16U));
    if (padding < 2) bytes.push_back(static_cast<uint8_t>(block >> 8U));
    if (padding < 1) bytes.push_back(static_cast<uint8_t>(block));
  }
  return bytes;
}

Digest Sha256(ByteView bytes) {
  Digest digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    std::abort();
  return digest;
}

std::string FormatDigest(const Digest& digest) { return "sha256:" + ToHex(digest); }

Result<Digest> ParseDigest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + 64)
    return Bad("a digest is written sha256: and 64 hexadecimal digits",
               "une empreinte s’écrit sha256: suivi de 64 chiffres hexadécimaux");
  const Bytes bytes = TRY(FromHex(text.substr(kPrefix.size())));
  Digest digest{};
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

void FillRandom(std::span<uint8_t> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
}

}  // namespace garant::base

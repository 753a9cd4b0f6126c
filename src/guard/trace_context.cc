#include "guard/trace_context.h"

#include <algorithm>
#include <optional>

namespace garant::guard {
namespace {

constexpr uint8_t kSampled = 0x01;

// Small letters only: the standard allows no others.
std::optional<uint8_t> Nibble(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

bool ReadHex(std::string_view text, std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const auto high = Nibble(text[2 * i]);
    const auto low = Nibble(text[2 * i + 1]);
    if (!high || !low) return false;
    out[i] = static_cast<uint8_t>(*high << 4U | *low);
  }
  return true;
}

char* WriteHex(std::span<const uint8_t> bytes, char* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4U];
    *out++ = kDigits[byte & 0x0FU];
  }
  return out;
}

bool IsZero(std::span<const uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](uint8_t byte) { return byte == 0; });
}

void FillNotZero(std::span<uint8_t> out, RandomPool& random) {
  do random.Fill(out);
  while (IsZero(out));
}

bool Read(std::string_view text, TraceContext& context) {
  constexpr uint8_t kForbiddenVersion = 0xff;
  std::array<uint8_t, 1> version{};
  std::array<uint8_t, 1> flags{};
  if (text.size() < kTraceparentBytes || text[2] != '-' || text[35] != '-' || text[52] != '-')
    return false;
  if (!ReadHex(text, version) || version[0] == kForbiddenVersion) return false;
  if (text.size() > kTraceparentBytes && (version[0] == 0 || text[kTraceparentBytes] != '-'))
    return false;
  if (!ReadHex(text.substr(3), context.trace) || IsZero(context.trace)) return false;
  if (!ReadHex(text.substr(36), context.parent) || IsZero(context.parent)) return false;
  if (!ReadHex(text.substr(53), flags)) return false;
  context.sampled = (flags[0] & kSampled) != 0;
  return true;
}

bool IsKeyStart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsKeyByte(char c) { return IsKeyStart(c) || c == '_' || c == '-' || c == '*' || c == '/'; }

// simple-key, or tenant@system.
bool IsKey(std::string_view key) {
  constexpr size_t kLongestKey = 256;
  constexpr size_t kLongestTenant = 241;
  constexpr size_t kLongestSystem = 14;
  const auto sound = [](std::string_view part, size_t most) {
    return !part.empty() && part.size() <= most && std::ranges::all_of(part, IsKeyByte);
  };
  const size_t at = key.find('@');
  const bool small = !key.empty() && key[0] >= 'a' && key[0] <= 'z';
  if (at == std::string_view::npos) return small && sound(key, kLongestKey);
  const std::string_view system = key.substr(at + 1);
  return IsKeyStart(key[0]) && sound(key.substr(0, at), kLongestTenant) &&
         sound(system, kLongestSystem) && system[0] >= 'a' && system[0] <= 'z';
}

bool IsValue(std::string_view value) {
  constexpr size_t kLongestValue = 256;
  return !value.empty() && value.size() <= kLongestValue && value.back() != ' ' &&
         std::ranges::all_of(value,
                             [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view KeyOf(std::string_view member) { return member.substr(0, member.find('=')); }

struct Members {
  std::array<std::string_view, kMostMembers> items;
  size_t count = 0;
  size_t bytes = 0;  // joined

  bool Add(std::string_view member) {
    const size_t equals = member.find('=');
    if (equals == std::string_view::npos || count == items.size()) return false;
    const std::string_view key = member.substr(0, equals);
    if (!IsKey(key) || !IsValue(member.substr(equals + 1))) return false;
    for (size_t i = 0; i < count; ++i)
      if (KeyOf(items[i]) == key) return false;
    bytes += member.size() + (count == 0 ? 0 : 1);
    items[count++] = member;
    return true;
  }

  void Remove(size_t index) {
    bytes -= items[index].size() + (count == 1 ? 0 : 1);
    std::copy(items.begin() + static_cast<ptrdiff_t>(index) + 1,
              items.begin() + static_cast<ptrdiff_t>(count),
              items.begin() + static_cast<ptrdiff_t>(index));
    --count;
  }

  void Shorten(size_t most) {
    constexpr size_t kLongMember = 128;
    for (size_t i = count; i-- > 0 && bytes > most;)
      if (items[i].size() > kLongMember) Remove(i);
    while (bytes > most) Remove(count - 1);
  }
};

}  // namespace

TraceContext Continue(std::span<const std::string_view> parents, RandomPool& random) noexcept {
  TraceContext context;
  context.continued = parents.size() == 1 && Read(parents[0], context);
  if (!context.continued) {
    context = {};
    FillNotZero(context.trace, random);
  }
  FillNotZero(context.span, random);
  return context;
}

void WriteTraceparent(const TraceContext& context,
                      std::span<char, kTraceparentBytes> out) noexcept {
  const std::array<uint8_t, 1> version = {0};
  const std::array<uint8_t, 1> flags = {context.sampled ? kSampled : uint8_t{0}};
  char* at = WriteHex(version, out.data());
  *at++ = '-';
  at = WriteHex(context.trace, at);
  *at++ = '-';
  at = WriteHex(context.span, at);
  *at++ = '-';
  WriteHex(flags, at);
}

std::string_view JoinTracestate(std::span<const std::string_view> states,
                                std::span<char, kMostTracestateBytes> out) noexcept {
  Members members;
  for (std::string_view state : states) {
    while (!state.empty()) {
      const size_t end = std::min(state.find(','), state.size());
      const std::string_view member = Trim(state.substr(0, end));
      state.remove_prefix(std::min(end + 1, state.size()));
      if (!member.empty() && !members.Add(member)) return {};
    }
  }
  members.Shorten(out.size());
  char* at = out.data();
  for (size_t i = 0; i < members.count; ++i) {
    if (i > 0) *at++ = ',';
    at = std::ranges::copy(members.items[i], at).out;
  }
  return {out.data(), static_cast<size_t>(at - out.data())};
}

}  // namespace garant::guard

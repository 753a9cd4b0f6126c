#include "ingest/combined.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool AreDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int HexOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Takes a line apart from its front. Once something is not as it should be, nothing is any more.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool sound() const { return sound_; }
  [[nodiscard]] bool AtEnd() const { return rest_.empty(); }
  bool Find(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void Skip(std::string_view text) { sound_ = Find(text) && sound_; }
  // Up to `end`, which is skipped too; never empty.
  std::string UpTo(std::string_view end) {
    const size_t at = rest_.find(end);
    if (at == 0 || at == std::string_view::npos) return Fail();
    std::string text(rest_.substr(0, at));
    rest_.remove_prefix(at + end.size());
    return text;
  }
  std::string Number() {
    size_t size = 0;
    while (size < rest_.size() && size < 19 && rest_[size] >= '0' && rest_[size] <= '9') ++size;
    if (size == 0) return Fail();
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  // Between quotes; "\xHH", "\"" and "\\" inside mean what nginx means by them.
  std::string Quoted() {
    Skip("\"");
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (Find("\"")) return text;
      if (c == '\\' && rest_.size() > 1) {
        Escaped(text);
      } else {
        text += c;
        rest_.remove_prefix(1);
      }
    }
    return Fail();
  }
  std::string Fail() {
    sound_ = false;
    rest_ = {};
    return {};
  }

 private:
  void Escaped(std::string& text) {
    if (rest_.size() >= 4 && rest_[1] == 'x' && HexOf(rest_[2]) >= 0 && HexOf(rest_[3]) >= 0) {
      text += static_cast<char>(HexOf(rest_[2]) * 16 + HexOf(rest_[3]));
      rest_.remove_prefix(4);
      return;
    }
    text += rest_[1];
    rest_.remove_prefix(2);
  }

  std::string_view rest_;
  bool sound_ = true;
};

// "27/Nov/2026:18:43:48 +0000" as RFC 3339; empty where it is none.
std::string TimeOf(std::string_view text) {
  if (text.size() != 26 || text[2] != '/' || text[6] != '/' || text[11] != ':' || text[14] != ':' ||
      text[17] != ':' || text[20] != ' ' || (text[21] != '+' && text[21] != '-'))
    return {};
  const auto* month = std::ranges::find(kMonths, text.substr(3, 3));
  const bool digits = AreDigits(text.substr(0, 2)) && AreDigits(text.substr(7, 4)) &&
                      AreDigits(text.substr(12, 2)) && AreDigits(text.substr(15, 2)) &&
                      AreDigits(text.substr(18, 2)) && AreDigits(text.substr(22, 4));
  if (month == kMonths.end() || !digits) return {};
  std::string number = std::to_string(month - kMonths.begin() + 1);
  if (number.size() == 1) number.insert(0, "0");
  return std::string(text.substr(7, 4)) + "-" + number + "-" + std::string(text.substr(0, 2)) +
         "T" + std::string(text.substr(12, 8)) + std::string(text.substr(21, 3)) + ":" +
         std::string(text.substr(24, 2));
}

void Put(Json& out, const char* name, const std::string& text) {
  if (text == "-" || text.empty()) return;
  // Escapes may have hidden bytes that are no text: the sealed line has them.
  if (base::IsUtf8(text)) out[name] = text;
}

void PutNumber(Json& out, const char* name, std::string_view text) {
  int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{})
    out[name] = number;
}

// "GET /apply?x=1 HTTP/1.1"; browsers and attackers send others, which stay sealed.
void PutRequest(Json& out, const std::string& request) {
  const size_t first = request.find(' ');
  const size_t last = request.rfind(' ');
  if (first == std::string::npos || last == first) return;
  Put(out, "method", request.substr(0, first));
  Put(out, "target", request.substr(first + 1, last - first - 1));
  Put(out, "protocol", request.substr(last + 1));
}

// What `common` lacks.
void ReadRest(Reader& reader, Json& out) {
  if (reader.AtEnd()) return;
  reader.Skip(" ");
  Put(out, "referrer", reader.Quoted());
  reader.Skip(" ");
  Put(out, "agent", reader.Quoted());
}

}  // namespace

std::variant<Json, Reason> ReadCombined(std::string_view line) {
  if (!base::IsUtf8(line)) return Reason::kNotUtf8;
  Json out = Json::object();
  Reader reader(line);
  Put(out, "client", reader.UpTo(" "));
  reader.UpTo(" ");
  Put(out, "user", reader.UpTo(" ["));  // of several words, where people chose so
  const std::string time = TimeOf(reader.UpTo("] "));
  Put(out, "time", time);
  PutRequest(out, reader.Quoted());
  reader.Skip(" ");
  const std::string status = reader.Number();
  PutNumber(out, "status", status);
  reader.Skip(" ");
  if (!reader.Find("-")) PutNumber(out, "sent", reader.Number());
  ReadRest(reader, out);
  if (!reader.sound() || !reader.AtEnd() || time.empty() || status.size() != 3)
    return Reason::kNotCombined;
  return out;
}

}  // namespace garant::ingest

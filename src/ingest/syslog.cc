#include "ingest/syslog.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/text.h"
#include "ingest/forms.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kCee = "@cee:";
constexpr size_t kLongestName = 32;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsPrintable(char c) { return c >= 33 && c <= 126; }
bool IsOfName(char c) { return IsPrintable(c) && c != '=' && c != ']' && c != '"'; }

// What RFC 3339 allows and RFC 5424 section 6.2.3 leaves of it.
bool IsTimestamp(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[17] == '6') return false;
  size_t at = 19;
  if (text[at] == '.') {
    const size_t begin = ++at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    if (at == begin || at - begin > 6) return false;
  }
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone.size() != 6) return false;
  return ParseTimestamp(text).has_value();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<Reason> Parse(Json& out) {
    if (!Priority(out) || !Skip("1 ")) return Reason::kNotSyslog;
    const auto time = Word(64);
    if (!time || (*time != "-" && !IsTimestamp(*time))) return Reason::kNotSyslog;
    Put(out, "time", *time);
    struct Part {
      const char* name;
      size_t most;
    };
    for (const Part part :
         {Part{"host", 255}, Part{"app", 48}, Part{"process", 128}, Part{"id", 32}}) {
      const auto word = Word(part.most);
      if (!word) return Reason::kNotSyslog;
      Put(out, part.name, *word);
    }
    if (!StructuredData(out)) return Reason::kNotSyslog;
    if (not_utf8_) return Reason::kNotUtf8;
    if (rest_.empty()) return {};
    return Skip(" ") ? Message(out) : Reason::kNotSyslog;
  }

 private:
  bool Skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  static void Put(Json& out, const char* name, std::string_view word) {
    if (word != "-") out[name] = word;
  }

  bool Priority(Json& out) {
    if (!Skip("<")) return false;
    size_t size = 0;
    int number = 0;
    while (size < rest_.size() && size < 3 && IsDigit(rest_[size]))
      number = number * 10 + (rest_[size++] - '0');
    const bool leading_zero = size > 1 && rest_[0] == '0';
    if (size == 0 || leading_zero || number > 191) return false;
    rest_.remove_prefix(size);
    out["facility"] = number / 8;
    out["severity"] = number % 8;
    return Skip(">");
  }

  // 1 to `most` printable characters and the space behind them.
  std::optional<std::string_view> Word(size_t most) {
    size_t size = 0;
    while (size < rest_.size() && IsPrintable(rest_[size])) ++size;
    if (size == 0 || size > most || size == rest_.size() || rest_[size] != ' ') return {};
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size + 1);
    return word;
  }

  std::optional<std::string> Name() {
    size_t size = 0;
    while (size < rest_.size() && IsOfName(rest_[size])) ++size;
    if (size == 0 || size > kLongestName) return {};
    std::string name(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return name;
  }

  bool StructuredData(Json& out) {
    if (Skip("-")) return true;
    if (!rest_.starts_with('[')) return false;
    Json data = Json::object();
    while (Skip("[")) {
      const auto id = Name();
      if (!id || data.contains(*id)) return false;  // section 6.3.2: each at most once
      Json& element = data[*id] = Json::object();
      while (Skip(" "))
        if (!Parameter(element)) return false;
      if (!Skip("]")) return false;
    }
    out["data"] = std::move(data);
    return true;
  }

  bool Parameter(Json& element) {
    const auto name = Name();
    if (!name || !Skip("=\"")) return false;
    std::string value;
    for (;;) {
      if (rest_.empty() || rest_.front() == ']') return false;
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') break;
      // Section 6.3.3: before anything else a backslash is one.
      const bool escapes =
          c == '\\' && !rest_.empty() && std::string_view("\"\\]").find(rest_[0]) < 3;
      value += escapes ? rest_[0] : c;
      if (escapes) rest_.remove_prefix(1);
    }
    if (!base::IsUtf8(value)) {
      not_utf8_ = true;
      return true;
    }
    Json& at = element[*name];
    if (at.is_null())
      at = std::move(value);
    else if (at.is_array())
      at.push_back(std::move(value));
    else
      at = Json::array({std::move(at), std::move(value)});
    return true;
  }

  std::optional<Reason> Message(Json& out) {
    const bool marked = Skip(kMark);
    if (!base::IsUtf8(rest_)) return marked ? std::optional(Reason::kNotUtf8) : std::nullopt;
    if (rest_.empty()) return {};
    out["message"] = rest_;
    std::string_view body = rest_.substr(std::min(rest_.find_first_not_of(' '), rest_.size()));
    if (body.starts_with(kCee)) body.remove_prefix(kCee.size());
    body.remove_prefix(std::min(body.find_first_not_of(' '), body.size()));
    if (!body.starts_with('{')) return {};
    Json json = Json::parse(body, nullptr, false);
    if (json.is_object()) out["body"] = std::move(json);
    return {};
  }

  std::string_view rest_;
  bool not_utf8_ = false;
};

}  // namespace

std::variant<Json, Reason> ReadSyslog(std::string_view message) {
  Json out = Json::object();
  if (const auto reason = Parser(message).Parse(out)) return *reason;
  return out;
}

}  // namespace garant::ingest

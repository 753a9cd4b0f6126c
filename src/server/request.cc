#include "server/request.h"

#include <algorithm>

namespace garant::server {
namespace {

constexpr size_t kNone = std::string_view::npos;

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Percent escapes, and in a query "+" for a space (as forms send it).
std::optional<std::string> Decoded(std::string_view text, bool query) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = Digit(text[i + 1]);
      const int low = Digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (query && c == '+') {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    out += c;
  }
  if (!base::IsUtf8(out)) return std::nullopt;
  return out;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The parts between separators, trimmed.
template <typename Take>
void Split(std::string_view text, char separator, const Take& take) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    take(Trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// The weight of an element of an Accept header in thousandths; 1000 where none is given, 0 where it
// cannot be read.
int Weight(std::string_view parameters) {
  int weight = 1000;
  Split(parameters, ';', [&](std::string_view parameter) {
    if (parameter.size() < 3 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=')
      return;
    const std::string_view value = parameter.substr(2);
    weight = 0;
    if (value[0] != '0' && value[0] != '1') return;
    int read = (value[0] - '0') * 1000;
    int place = 100;
    for (size_t i = 2; i < value.size() && i < 5 && value[1] == '.'; ++i, place /= 10) {
      if (value[i] < '0' || value[i] > '9') return;
      read += (value[i] - '0') * place;
    }
    weight = std::min(read, 1000);
  });
  return weight;
}

// Each element of an Accept header, in lower case, with its weight.
template <typename Take>
void Weigh(std::string_view header, const Take& take) {
  Split(header, ',', [&](std::string_view element) {
    const size_t semicolon = std::min(element.find(';'), element.size());
    take(Lower(Trimmed(element.substr(0, semicolon))), Weight(element.substr(semicolon)));
  });
}

}  // namespace

std::optional<Target> ParseTarget(std::string_view target) {
  if (!target.starts_with('/') || target.size() > kLongestTarget) return std::nullopt;
  target = target.substr(0, target.find('#'));
  const size_t mark = target.find('?');
  Target out;
  auto path = Decoded(target.substr(0, mark), false);
  if (!path) return std::nullopt;
  out.path = std::move(*path);
  bool sound = true;
  if (mark != kNone)
    Split(target.substr(mark + 1), '&', [&](std::string_view pair) {
      if (pair.empty()) return;
      const size_t equals = pair.find('=');
      auto name = Decoded(pair.substr(0, equals), true);
      auto value = Decoded(equals == kNone ? "" : pair.substr(equals + 1), true);
      sound =
          sound && name && value && out.query.emplace(std::move(*name), std::move(*value)).second;
    });
  if (!sound) return std::nullopt;
  return out;
}

std::optional<std::string_view> CookieOf(std::string_view header, std::string_view name) {
  std::optional<std::string_view> found;
  size_t times = 0;
  Split(header, ';', [&](std::string_view pair) {
    const size_t equals = pair.find('=');
    if (equals == kNone || pair.substr(0, equals) != name) return;
    ++times;
    found = pair.substr(equals + 1);
  });
  return times == 1 ? found : std::nullopt;
}

bool IsOwnHost(std::string_view host, unsigned port, std::string_view front) {
  std::string_view name = host;
  std::string_view at;
  const size_t colon = host.rfind(':');
  if (colon != kNone && host.find(']', colon) == kNone) {
    name = host.substr(0, colon);
    at = host.substr(colon + 1);
  }
  const std::string lower = Lower(name);
  if (!front.empty() && lower == Lower(front)) return true;
  if (lower != "localhost" && lower != "127.0.0.1" && lower != "[::1]") return false;
  return at == std::to_string(port) || (at.empty() && port == 80);
}

base::Language LanguageOf(std::string_view accept_language) {
  int english = 0;
  int french = 0;
  Weigh(accept_language, [&](const std::string& tag, int weight) {
    if (tag == "fr" || tag.starts_with("fr-")) french = std::max(french, weight);
    if (tag == "en" || tag.starts_with("en-")) {
      // Of two that weigh the same the first is preferred.
      english = std::max(english, weight == french ? weight - 1 : weight);
    }
  });
  return french > english ? base::Language::kFrench : base::Language::kEnglish;
}

bool IsJson(std::string_view media_type) {
  return Lower(Trimmed(media_type.substr(0, media_type.find(';')))) == "application/json";
}

bool WantsPage(std::string_view accept) {
  int page = 0;
  int json = 0;
  Weigh(accept, [&](const std::string& type, int weight) {
    if (type == "text/html" || type == "application/xhtml+xml") page = std::max(page, weight);
    if (type == "application/json" || type == "application/problem+json")
      json = std::max(json, weight);
  });
  return page > json;
}

}  // namespace garant::server

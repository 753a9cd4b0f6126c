#include <chrono>

#include "base/text.h"
#include "feed/escape.h"
#include "feed/forms.h"
#include "feed/kinds.h"
#include "feed/pieces.h"

// ArcSight's Common Event Format, version 0. Keys of its dictionary stand for what they mean there;
// others begin with "garant".
namespace garant::feed {
namespace {

using trail::Header;

constexpr size_t kMostInAKey = 64;

std::string Shown(const trail::FactValue& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return Line(nlohmann::json(std::get<std::vector<std::string>>(value)));
}

// What is no UTF-8 is replaced, as in JSON.
std::string Clean(std::string_view text) {
  if (base::IsUtf8(text)) return std::string(text);
  const std::string quoted = Line(nlohmann::json(std::string(text)));
  return nlohmann::json::parse(quoted).get<std::string>();
}

class Extension {
 public:
  void Put(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    text_ += text_.empty() ? "" : " ";
    text_ += key;
    text_ += "=" + EscapedInExtension(Clean(value));
  }
  void Put(std::string_view key, const int64_t* number) {
    if (number != nullptr) Put(key, std::to_string(*number));
  }
  void Put(std::string_view key, const std::optional<trail::Token>& token) {
    if (token) Put(key, TokenText(*token));
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

// CEF counts from 0 to 10: up to 3 low, up to 6 medium.
std::string_view SeverityText(int severity) {
  return severity <= 1 ? "1" : severity == 2 ? "3" : "5";
}

// Facts for which CEF's dictionary has a key.
bool HasKey(const trail::Fact& fact) {
  const bool text = std::holds_alternative<std::string>(fact.value);
  const bool number = std::holds_alternative<int64_t>(fact.value);
  return (text && (fact.name == "method" || fact.name == "reason")) ||
         (number && (fact.name == "received" || fact.name == "sent"));
}

}  // namespace

std::string EscapedInHeader(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '|') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string EscapedInExtension(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\\' || c == '=')
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

std::string KeyOfFact(std::string_view name) {
  std::string key = "garantFact";
  bool capital = true;
  for (const char c : name.substr(0, kMostInAKey)) {
    if (c == '@') key += "At";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) key += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = !letter;
  }
  return key;
}

std::string RenderCef(const Event& event, std::string_view version) {
  const trail::Entry& entry = *event.entry;
  const Header& header = entry.header;
  const std::string_view about = AboutKind(header.kind);
  std::string line = "CEF:0|Garant|Garant|" + EscapedInHeader(version) + "|" +
                     EscapedInHeader(header.kind) + "|" +
                     EscapedInHeader(about.empty() ? header.kind : about) + "|" +
                     std::string(SeverityText(SeverityOf(header))) + "|";
  Extension extension;
  extension.Put(
      "rt",
      std::to_string(
          std::chrono::floor<std::chrono::milliseconds>(entry.time).time_since_epoch().count()));
  extension.Put("externalId", std::to_string(entry.index));
  extension.Put("deviceExternalId", event.origin);
  extension.Put("outcome", header.outcome);
  extension.Put("suid", header.actor);
  if (const std::string* method = TextIn(header, "method")) extension.Put("requestMethod", *method);
  if (const std::string* reason = TextIn(header, "reason")) extension.Put("reason", *reason);
  extension.Put("in", NumberIn(header, "received"));
  extension.Put("out", NumberIn(header, "sent"));
  extension.Put("garantService", header.service);
  extension.Put("garantPart", header.part);
  extension.Put("garantRoute", header.route);
  extension.Put("garantSource", header.source);
  if (header.sequence) extension.Put("garantSequence", std::to_string(*header.sequence));
  extension.Put("garantCategories", Joined(header.categories));
  std::vector<std::string> subjects;
  subjects.reserve(header.subjects.size());
  for (const trail::Token& subject : header.subjects) subjects.push_back(TokenText(subject));
  extension.Put("garantSubjects", Joined(subjects));
  extension.Put("garantSession", header.session);
  extension.Put("garantTrace", header.trace);
  for (const trail::Fact& fact : header.facts)
    if (!HasKey(fact)) extension.Put(KeyOfFact(fact.name), Shown(fact.value));
  if (!entry.parts.empty()) extension.Put("garantSealed", Line(PartsJson(event)));
  return line + extension.text();
}

}  // namespace garant::feed

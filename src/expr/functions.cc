#include "expr/functions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace garant::expr {
namespace {

Value Within(const Value& time, const Value& period, Caller& caller, uint8_t& /*worlds*/) {
  const base::Time now = caller.options().now;
  int64_t age = 0;
  if (__builtin_sub_overflow(now.time_since_epoch().count(), time.number(), &age)) {
    return Value::UnknownFor(Unknown::kOverflow);
  }
  return Value::Bool(age >= 0 && age <= period.number());
}

Value Size(const Value& value, const Value& /*none*/, Caller& caller, uint8_t& /*worlds*/) {
  if (value.kind() == Kind::kText) return Value::Int(static_cast<int64_t>(value.text().size()));
  const std::span<const Value> items = value.list().items;
  caller.Spend(items.size() * 64);
  Answer all;
  for (const Value& item : items) all = And(all, Standing(item, caller.options()));
  if (all.truth != Truth::kTrue) return ValueOf(all);
  return Value::Int(static_cast<int64_t>(items.size()));
}

Value Lower(const Value& text, const Value& /*none*/, Caller& caller, uint8_t& /*worlds*/) {
  caller.Spend(text.text().size());
  std::string lower(text.text());
  for (char& c : lower) c = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
  return Value::Text(caller.Keep(lower));
}

// RFC 3986 section 3.2: what stands between the user information and the port, in lower case.
Value Host(const Value& url, const Value& /*none*/, Caller& caller, uint8_t& /*worlds*/) {
  std::string_view text = url.text();
  caller.Spend(text.size());
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return Value::Absent();
  text = text.substr(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (const size_t user = text.rfind('@'); user != std::string_view::npos)
    text = text.substr(user + 1);
  const size_t port = text.rfind(':');
  if (port != std::string_view::npos && text.find(']', port) == std::string_view::npos)
    text = text.substr(0, port);
  if (text.empty()) return Value::Absent();
  std::string host(text);
  for (char& c : host) c = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 'a' - 'A' : 0));
  return Value::Text(caller.Keep(host));
}

Value StartsWith(const Value& text, const Value& part, Caller& /*caller*/, uint8_t& /*worlds*/) {
  return Value::Bool(text.text().starts_with(part.text()));
}

Value EndsWith(const Value& text, const Value& part, Caller& /*caller*/, uint8_t& /*worlds*/) {
  return Value::Bool(text.text().ends_with(part.text()));
}

Value Contains(const Value& text, const Value& part, Caller& caller, uint8_t& /*worlds*/) {
  caller.Spend(text.text().size() * (part.text().size() / 64 + 1));
  return Value::Bool(text.text().find(part.text()) != std::string_view::npos);
}

// A byte of UTF-8 without its case: ASCII letters, and after 0xC3 those of Latin-1 but the signs
// of multiplication and division (U+00C0 to U+00DE).
unsigned char Folded(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte >= 'A' && byte <= 'Z') return static_cast<unsigned char>(byte + ('a' - 'A'));
  const bool latin = byte >= 0x80 && byte <= 0x9E && byte != 0x97;
  if (latin && at > 0 && text[at - 1] == '\xC3') return static_cast<unsigned char>(byte + 0x20);
  return byte;
}

// Whether the part's first and last byte stand at their distance anywhere in the text, case or not.
// It takes some bytes for the same that are not (0x20 is all that two cases differ in), never the
// other way; and as nothing branches, it looks at many places at once.
bool MayMention(std::string_view in, std::string_view wanted) {
  const auto rough = [](char c) {
    return static_cast<unsigned char>(static_cast<unsigned char>(c) | 0x20U);
  };
  const char* const firsts = in.data();
  const char* const lasts = in.data() + wanted.size() - 1;
  const unsigned char first = rough(wanted.front());
  const unsigned char last = rough(wanted.back());
  const size_t places = in.size() - wanted.size() + 1;
  unsigned char found = 0;
  for (size_t at = 0; at < places; ++at)
    found |= static_cast<unsigned char>(static_cast<unsigned char>(rough(firsts[at]) == first) &
                                        static_cast<unsigned char>(rough(lasts[at]) == last));
  return found != 0;
}

Value Mentions(const Value& text, const Value& part, Caller& caller, uint8_t& /*worlds*/) {
  const std::string_view in = text.text();
  const std::string_view wanted = part.text();
  caller.Spend(in.size() * (wanted.size() / 64 + 1));
  if (wanted.empty()) return Value::Bool(true);
  if (wanted.size() > in.size() || !MayMention(in, wanted)) return Value::Bool(false);
  for (size_t at = 0; at + wanted.size() <= in.size(); ++at) {
    size_t same = 0;
    while (same < wanted.size() && Folded(in, at + same) == Folded(wanted, same)) ++same;
    if (same == wanted.size()) return Value::Bool(true);
  }
  return Value::Bool(false);
}

Value AllIn(const Value& items, const Value& list, Caller& caller, uint8_t& worlds) {
  Answer all;
  for (const Value& item : items.list().items) {
    caller.Spend(list.list().items.size() * 64);
    all = And(all, In(item, list));
    if (all.truth == Truth::kFalse) break;
  }
  worlds |= all.worlds;
  return ValueOf(all);
}

Value AnyIn(const Value& items, const Value& list, Caller& caller, uint8_t& worlds) {
  Answer any = Decided(false, 0);
  for (const Value& item : items.list().items) {
    caller.Spend(list.list().items.size() * 64);
    any = Or(any, In(item, list));
    if (any.truth == Truth::kTrue) break;
  }
  worlds |= any.worlds;
  return ValueOf(any);
}

constexpr std::array kTimeAndDuration = {Parameter::kTime, Parameter::kDuration};
constexpr std::array kTwoTexts = {Parameter::kText, Parameter::kText};
constexpr std::array kTwoLists = {Parameter::kScalars, Parameter::kScalars};
constexpr std::array kOneText = {Parameter::kText};
constexpr std::array kSized = {Parameter::kListOrText};

constexpr std::array<Function, 10> kFunctions = {{
    {"within", "within(time, duration)", "the time lies in the period that ends now",
     "le moment tombe dans la période qui se termine maintenant", "within(now, P30D)",
     kTimeAndDuration, Kind::kBool, Within},
    {"size", "size(list or text)", "how many elements the list has, or bytes the text",
     "le nombre d’éléments de la liste, ou d’octets du texte", "size(\"abc\") == 3", kSized,
     Kind::kInt, Size},
    {"lower", "lower(text)", "the text with its ASCII letters in lower case",
     "le texte, ses lettres ASCII en minuscules", "lower(\"HTTPS\") == \"https\"", kOneText,
     Kind::kText, Lower},
    {"host", "host(url)", "the host of an address, in lower case; absent where there is none",
     "l’hôte d’une adresse, en minuscules; absent s’il n’y en a pas",
     "host(\"https://Example.org:8443/a\") == \"example.org\"", kOneText, Kind::kText, Host},
    {"starts-with", "starts-with(text, part)", "the text begins with the part",
     "le texte commence par la partie", "starts-with(\"/clerk/list\", \"/clerk/\")", kTwoTexts,
     Kind::kBool, StartsWith},
    {"ends-with", "ends-with(text, part)", "the text ends with the part",
     "le texte se termine par la partie", "ends-with(\"a.css\", \".css\")", kTwoTexts, Kind::kBool,
     EndsWith},
    {"contains", "contains(text, part)", "the part stands somewhere in the text",
     "la partie se trouve dans le texte", "contains(\"a=1; Secure\", \"Secure\")", kTwoTexts,
     Kind::kBool, Contains},
    {"mentions", "mentions(text, part)",
     "the part stands somewhere in the text, whatever the case of Latin letters",
     "la partie se trouve dans le texte, quelle que soit la casse des lettres latines",
     "mentions(\"The Privacy Act\", \"privacy act\")", kTwoTexts, Kind::kBool, Mentions},
    {"all-in", "all-in(list, list)", "every element of the first list is in the second",
     "chaque élément de la première liste est dans la seconde", "all-in([1, 2], [1, 2, 3])",
     kTwoLists, Kind::kBool, AllIn},
    {"any-in", "any-in(list, list)", "some element of the first list is in the second",
     "un élément de la première liste est dans la seconde", "any-in([\"a\", \"b\"], [\"b\"])",
     kTwoLists, Kind::kBool, AnyIn},
}};

}  // namespace

std::span<const Function> Functions() { return kFunctions; }

int FindFunction(std::string_view name) {
  for (size_t i = 0; i < kFunctions.size(); ++i) {
    if (kFunctions[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::string_view NearestFunction(std::string_view name) {
  std::array<std::string_view, kFunctions.size() + 2> names;
  size_t count = 0;
  for (const Function& function : kFunctions) names[count++] = function.name;
  names[count++] = "count";
  names[count++] = "latest";
  return base::Nearest(name, names.data(), count);
}

}  // namespace garant::expr

#include "service/canonical.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"

namespace garant::service {
namespace {

using expr::Kind;
using expr::Value;

void Write(const Value& value, std::string& out);

void WriteRecord(const expr::Record& record, std::string& out) {
  std::vector<std::pair<std::string_view, const Value*>> members;
  for (size_t i = 0; i < record.fields.size(); ++i)
    if (record.fields[i].kind() != Kind::kAbsent)
      members.emplace_back(record.type->fields[i].name, &record.fields[i]);
  // Names are ASCII, so that bytes sort as the UTF-16 units of RFC 8785 do.
  std::sort(members.begin(), members.end());
  out += '{';
  for (size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    out += JsonString(members[i].first) + ':';
    Write(*members[i].second, out);
  }
  out += '}';
}

void WriteList(const expr::List& list, std::string& out) {
  out += '[';
  for (size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) out += ',';
    Write(list.items[i], out);
  }
  out += ']';
}

void Write(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kBool:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::kInt:
      out += std::to_string(value.number());
      return;
    case Kind::kText:
      out += JsonString(value.text());
      return;
    case Kind::kTime:
      out += JsonString(base::FormatDate(value.time()));
      return;
    case Kind::kDuration:
      out += JsonString(base::FormatDuration(value.duration()));
      return;
    case Kind::kList:
      return WriteList(value.list(), out);
    case Kind::kRecord:
      return WriteRecord(value.record(), out);
    case Kind::kAbsent:
    case Kind::kUnknown:
      out += "null";
      return;
  }
}

}  // namespace

std::string CanonicalJson(const Value& value) {
  std::string out;
  Write(value, out);
  return out;
}

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (static_cast<uint8_t>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  return out + "\"";
}

}  // namespace garant::service

#include "feed/pieces.h"

#include "base/text.h"
#include "feed/kinds.h"

namespace garant::feed {
namespace {

using Json = nlohmann::json;

std::string_view StateName(PartState state) {
  switch (state) {
    case PartState::kSealed:
      return "sealed";
    case PartState::kOpened:
      return "opened";
    case PartState::kGone:
      return "gone";
    case PartState::kUntrusted:
      break;
  }
  return "untrusted";
}

// 9, 10, 11, 20 as "0.9", "1.0", "1.1", "2".
std::string Dotted(int64_t number) {
  constexpr int64_t kTen = 10;
  if (number <= 0) return {};
  const std::string whole = std::to_string(number / kTen);
  return number == 2 * kTen ? whole : whole + "." + std::to_string(number % kTen);
}

}  // namespace

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string TokenText(const trail::Token& token) { return base::ToHex(token); }

Json FactsJson(const trail::Header& header) {
  Json facts = Json::object();
  for (const trail::Fact& fact : header.facts)
    std::visit([&](const auto& value) { facts[fact.name] = value; }, fact.value);
  return facts;
}

Json PartsJson(const Event& event) {
  Json parts = Json::array();
  for (size_t i = 0; i < event.entry->parts.size(); ++i) {
    const trail::SealedPart& sealed = event.entry->parts[i];
    const PartState state = i < event.parts.size() ? event.parts[i].state : PartState::kSealed;
    Json part = {{"category", sealed.category}, {"state", StateName(state)}};
    if (state == PartState::kOpened) {
      const std::string_view content = base::AsText(event.parts[i].content);
      if (base::IsUtf8(content))
        part["text"] = content;
      else
        part["base64"] = base::ToBase64(event.parts[i].content);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

Json RestJson(const Event& event) {
  const trail::Header& header = event.entry->header;
  Json rest = Json::object();
  if (!header.part.empty()) rest["part"] = header.part;
  if (!header.route.empty()) rest["route"] = header.route;
  if (!header.categories.empty()) rest["categories"] = header.categories;
  if (!header.outcome.empty()) rest["outcome"] = header.outcome;
  if (header.sequence) rest["sequence"] = *header.sequence;
  for (const trail::Token& subject : header.subjects)
    rest["subjects"].push_back(TokenText(subject));
  if (header.session) rest["session"] = TokenText(*header.session);
  if (!header.facts.empty()) rest["facts"] = FactsJson(header);
  if (!event.entry->parts.empty()) rest["sealed"] = PartsJson(event);
  return rest;
}

std::string HttpVersion(const trail::Header& header) {
  const int64_t* number = NumberIn(header, "http");
  return header.kind == "request" && number != nullptr ? Dotted(*number) : std::string();
}

std::string TlsVersion(const trail::Header& header) {
  const int64_t* number = NumberIn(header, "tls");
  return header.kind == "request" && number != nullptr ? Dotted(*number) : std::string();
}

}  // namespace garant::feed

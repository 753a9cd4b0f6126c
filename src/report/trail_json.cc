#include "report/trail_json.h"

#include <map>
#include <nlohmann/json.hpp>

namespace garant::report {
namespace {

std::string TextOf(const trail::Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* text = std::get_if<std::string>(&fact.value)) return *text;
  return {};
}

nlohmann::json TextJson(const base::Text& text) { return {{"en", text.en}, {"fr", text.fr}}; }

nlohmann::json GapJson(const trail::Gap& gap) {
  nlohmann::json json = {{"kind", trail::GapKindName(gap.kind)}, {"text", TextJson(TextOf(gap))}};
  if (!gap.source.empty()) json["source"] = gap.source;
  if (!gap.part.empty()) json["part"] = gap.part;
  if (gap.from) json["from"] = base::FormatTime(*gap.from);
  if (gap.until) json["until"] = base::FormatTime(*gap.until);
  if (gap.count > 0) json["count"] = gap.count;
  if (gap.first) json["first"] = *gap.first;
  if (gap.last) json["last"] = *gap.last;
  if (gap.entry) json["entry"] = *gap.entry;
  return json;
}

nlohmann::json LookJson(const reading::Look& look) {
  const bool of_trail = look.at == reading::Look::At::kTrail;
  nlohmann::json json = {{"entry", look.entry},
                         {"time", base::FormatTime(look.time)},
                         {"at", of_trail ? "trail" : "service"},
                         {"self", look.self},
                         {"source", look.source},
                         {"outcome", look.outcome},
                         {"categories", look.categories}};
  if (look.request) json["request"] = *look.request;
  if (look.actor) json["actor"] = base::ToHex(*look.actor);
  if (!look.person.empty()) json["person"] = look.person;
  if (!look.role.empty()) json["role"] = look.role;
  if (!look.roles.empty()) json["roles"] = look.roles;
  if (!look.purpose.empty()) json["purpose"] = look.purpose;
  if (!look.route.empty()) json["route"] = look.route;
  if (!look.method.empty()) json["method"] = look.method;
  if (!look.part.empty()) json["part"] = look.part;
  if (look.status) json["status"] = *look.status;
  return json;
}

// "1", "2", … in the order in which they come.
class SpanNumbers {
 public:
  std::string Of(const std::string& span) {
    if (span.empty()) return {};
    return std::to_string(numbers_.emplace(span, numbers_.size() + 1).first->second);
  }

 private:
  std::map<std::string, size_t> numbers_;
};

}  // namespace

nlohmann::json EntryJson(const trail::Entry& entry) {
  nlohmann::json json = {{"index", entry.index},
                         {"time", base::FormatTime(entry.time)},
                         {"kind", entry.header.kind},
                         {"service", entry.header.service},
                         {"source", entry.header.source},
                         {"facts", nlohmann::json::object()},
                         {"parts", nlohmann::json::array()}};
  if (!entry.header.route.empty()) json["route"] = entry.header.route;
  if (!entry.header.part.empty()) json["part"] = entry.header.part;
  if (!entry.header.outcome.empty()) json["outcome"] = entry.header.outcome;
  if (!entry.header.categories.empty()) json["categories"] = entry.header.categories;
  if (entry.header.sequence) json["sequence"] = *entry.header.sequence;
  for (const trail::Fact& fact : entry.header.facts)
    std::visit([&](const auto& value) { json["facts"][fact.name] = value; }, fact.value);
  for (const trail::SealedPart& part : entry.parts)
    json["parts"].push_back({{"category", part.category}, {"bytes", part.ciphertext.size()}});
  return json;
}

std::string Readable(base::ByteView bytes) {
  const std::string_view text = base::AsText(bytes);
  const bool readable =
      base::IsUtf8(text) && text.find(std::string_view("\0", 1)) == std::string_view::npos;
  return readable ? std::string(text) : base::ToHex(bytes);
}

void AddOpened(const reading::Opened& opened, nlohmann::json& parts) {
  static constexpr const char* kNotOpened[] = {"", "withheld", "key-gone", "broken"};
  for (size_t number = 0; number < opened.parts.size(); ++number) {
    const reading::Part& part = opened.parts[number];
    if (part.state == reading::PartState::kOpened)
      parts[number]["opened"] = Readable(part.bytes);
    else
      parts[number]["not_opened"] = kNotOpened[static_cast<size_t>(part.state)];
  }
}

nlohmann::json LooksJson(const reading::Looks& looks) {
  nlohmann::json json = {{"looks", nlohmann::json::array()}, {"unseen", nlohmann::json::array()}};
  for (const reading::Look& look : looks.looks) json["looks"].push_back(LookJson(look));
  for (const reading::Unseen& one : looks.unseen)
    json["unseen"].push_back({{"what", one.what}, {"text", TextJson(one.text)}});
  json["next"] = looks.next ? nlohmann::json(*looks.next) : nlohmann::json(nullptr);
  return json;
}

nlohmann::json JourneyJson(const trail::Journey& journey) {
  nlohmann::json json = {{"steps", nlohmann::json::array()},
                         {"edges", nlohmann::json::array()},
                         {"gaps", nlohmann::json::array()},
                         {"keys_gone", journey.keys_gone}};
  SpanNumbers numbers;
  for (const trail::Step& step : journey.steps) {
    const trail::Header& header = step.entry.header;
    json["steps"].push_back({{"entry", step.entry.index},
                             {"time", base::FormatTime(step.entry.time)},
                             {"kind", header.kind},
                             {"part", header.part},
                             {"route", header.route},
                             {"outcome", header.outcome},
                             {"event", TextOf(step.entry, "event")},
                             {"source", header.source},
                             {"span", numbers.Of(step.span)},
                             {"parent", numbers.Of(step.parent)},
                             {"depth", step.depth},
                             {"orphan", step.orphan}});
  }
  for (const trail::Edge& edge : journey.edges)
    json["edges"].push_back({{"from", edge.from}, {"to", edge.to}});
  for (const trail::Gap& gap : journey.gaps) json["gaps"].push_back(GapJson(gap));
  return json;
}

}  // namespace garant::report

#include "feed/forms.h"

#include "feed/pieces.h"

namespace garant::feed {
namespace {

constexpr std::string_view kNames[] = {"jsonl", "ocsf", "ecs", "cef"};

// The clear header as it is, and nothing said in another's words.
std::string RenderLines(const Event& event) {
  const trail::Entry& entry = *event.entry;
  nlohmann::json json = RestJson(event);
  json["origin"] = event.origin;
  json["index"] = entry.index;
  json["time"] = base::FormatTime(entry.time);
  json["kind"] = entry.header.kind;
  if (!entry.header.service.empty()) json["service"] = entry.header.service;
  if (!entry.header.source.empty()) json["source"] = entry.header.source;
  if (entry.header.actor) json["actor"] = TokenText(*entry.header.actor);
  if (entry.header.trace) json["trace"] = TokenText(*entry.header.trace);
  return Line(json);
}

}  // namespace

std::string_view FormName(Form form) { return kNames[static_cast<size_t>(form)]; }

std::optional<Form> ParseForm(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<Form>(i);
  return std::nullopt;
}

std::string IdentityOf(const Event& event) {
  return std::string(event.origin) + "/" + std::to_string(event.entry->index);
}

std::string Render(Form form, const Event& event, std::string_view version) {
  switch (form) {
    case Form::kOcsf:
      return RenderOcsf(event, version);
    case Form::kEcs:
      return RenderEcs(event, version);
    case Form::kCef:
      return RenderCef(event, version);
    case Form::kLines:
      break;
  }
  return RenderLines(event);
}

}  // namespace garant::feed

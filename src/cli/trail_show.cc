#include <limits>
#include <nlohmann/json.hpp>

#include "cli/trail_search.h"
#include "cli/workspace.h"
#include "report/trail_json.h"

namespace garant::cli {
namespace {

using base::Status;

std::string FactText(const trail::FactValue& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string joined;
  for (const std::string& text : std::get<std::vector<std::string>>(value))
    joined += (joined.empty() ? "" : ",") + text;
  return joined;
}

// What is no text is shown by its digits.
std::string Readable(base::ByteView bytes) {
  const std::string_view text = base::AsText(bytes);
  const bool readable =
      base::IsUtf8(text) && text.find(std::string_view("\0", 1)) == std::string_view::npos;
  return readable ? std::string(text) : base::ToHex(bytes);
}

void ShowText(const Invocation& call, const trail::Entry& entry, const trail::KeyRing* keys) {
  std::ostream& out = *call.out;
  out << entry.index << "  " << base::FormatTime(entry.time) << "  " << entry.header.kind;
  if (!entry.header.route.empty()) out << "  " << Shown(entry.header.route);
  if (!entry.header.outcome.empty()) out << "  " << Shown(entry.header.outcome);
  if (!entry.header.part.empty()) out << "  " << Shown(entry.header.part);
  if (!entry.header.source.empty()) {
    out << "  (" << Shown(entry.header.source);
    if (entry.header.sequence) out << " " << *entry.header.sequence;
    out << ")";
  }
  out << "\n";
  for (const trail::Fact& fact : entry.header.facts)
    out << "    " << Shown(fact.name) << ": " << Shown(FactText(fact.value)) << "\n";
  for (uint32_t number = 0; number < entry.parts.size(); ++number) {
    const trail::SealedPart& part = entry.parts[number];
    out << "    "
        << Shown(call.Say(base::Filled("sealed {}, {} bytes", "scellé : {}, {} octets",
                                       {part.category, part.ciphertext.size()})))
        << "\n";
    if (keys == nullptr) continue;
    auto bytes = keys->OpenPart(entry, number);
    out << (bytes ? Shown(Readable(*bytes)) : "    " + call.Say(bytes.error().message)) << "\n";
  }
}

nlohmann::json ToJson(const trail::Entry& entry, const trail::KeyRing* keys) {
  nlohmann::json json = report::EntryJson(entry);
  for (uint32_t number = 0; keys != nullptr && number < entry.parts.size(); ++number)
    if (auto bytes = keys->OpenPart(entry, number))
      json["parts"][number]["opened"] = Readable(*bytes);
  return json;
}

void Show(const Invocation& call, const trail::Entry& entry, const trail::KeyRing* keys) {
  if (call.Value("format") == "json")
    *call.out << ToJson(entry, keys).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
              << "\n";
  else
    ShowText(call, entry, keys);
}

// Page by page, so that a long trail need not be in memory.
Status ShowFound(const Invocation& call, const trail::TrailReader& reader,
                 const trail::KeyRing* keys, trail::Search search) {
  constexpr size_t kPage = 1000;
  size_t left = search.most;
  do {
    search.most = std::min(left, kPage);
    const trail::FoundEntries found = TRY(trail::Find(reader, search));
    for (const trail::Entry& entry : found.entries)
      Show(call, entry, call.Has("open") ? keys : nullptr);
    left -= found.entries.size();
    search.from = found.next;
  } while (search.from && left > 0);
  return base::Ok{};
}

}  // namespace

int RunTrailShow(const Invocation& call) {
  int status = kMet;
  const auto places = PlacesOfTrail(call, status);
  if (!places) return status;
  auto reader = trail::TrailReader::Open(places->trail);
  if (!reader) return call.Fail(reader.error());
  std::optional<trail::KeyRing> keys;
  if (call.Has("open") || NeedsKeys(call)) {
    auto ring = trail::KeyRing::Open(places->trail, places->root_key);
    if (!ring) return call.Fail(ring.error());
    keys = std::move(*ring);
  }
  const trail::KeyRing* const ring = keys ? &*keys : nullptr;
  if (!call.argument.empty()) {
    const auto index = NumberOption("INDEX", call.argument, std::numeric_limits<uint64_t>::max());
    if (!index || *index >= reader->size())
      return call.Misuse({"the trail has no entry " + call.argument + "; it has " +
                              std::to_string(reader->size()) + ", counted from 0",
                          "le journal n’a pas d’entrée " + call.argument + "; il en a " +
                              std::to_string(reader->size()) + ", comptées à partir de 0"});
    const auto entry = reader->Read(*index);
    if (!entry) return call.Fail(entry.error());
    Show(call, *entry, call.Has("open") ? ring : nullptr);
    return kMet;
  }
  auto search = SearchOf(call, *reader, ring);
  if (!search) return call.Fail(search.error());
  const auto shown = ShowFound(call, *reader, ring, std::move(*search));
  return shown ? kMet : call.Fail(shown.error());
}

}  // namespace garant::cli

#include <limits>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/reading_options.h"
#include "cli/search_options.h"
#include "cli/trail_search.h"
#include "report/trail_json.h"
#include "trail/search/search.h"
#include "trail/search/search_proof.h"
#include "trail/store/reader.h"
#include "trail/tree/witnessed.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Status;
using base::Text;
using reading::Opened;
using reading::PartState;
using trail::Entry;

std::string FactText(const trail::FactValue& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::string joined;
  for (const std::string& text : std::get<std::vector<std::string>>(value))
    joined += (joined.empty() ? "" : ",") + text;
  return joined;
}

void ShowParts(const Invocation& call, const Entry& entry, const Opened* opened) {
  std::ostream& out = *call.out;
  for (size_t number = 0; number < entry.parts.size(); ++number) {
    const trail::SealedPart& part = entry.parts[number];
    out << "    "
        << Shown(call.Say(base::Filled("sealed {}, {} bytes", "scellé : {}, {} octets",
                                       {part.category, part.ciphertext.size()})))
        << "\n";
    if (opened == nullptr) continue;
    const reading::Part& one = opened->parts[number];
    out << (one.state == PartState::kOpened ? Shown(report::Readable(one.bytes))
                                            : "    " + Shown(call.Say(one.why)))
        << "\n";
  }
}

void ShowText(const Invocation& call, const Entry& entry, const Opened* opened) {
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
  ShowParts(call, entry, opened);
}

void Show(const Invocation& call, const Entry& entry, const Opened* opened) {
  if (call.Value("format") != "json") return ShowText(call, entry, opened);
  nlohmann::json json = report::EntryJson(entry);
  if (opened != nullptr) report::AddOpened(*opened, json["parts"]);
  *call.out << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

// `opening` is null where nothing is to be opened. What is opened was recorded before.
Status ShowAll(const Invocation& call, std::span<const Entry> entries,
               const reading::Opening* opening) {
  if (opening == nullptr) {
    for (const Entry& entry : entries) Show(call, entry, nullptr);
    return Ok{};
  }
  const auto opened = TRY(opening->Open(entries, base::SystemClock().Now()));
  for (size_t i = 0; i < entries.size(); ++i) Show(call, entries[i], &opened[i]);
  return Ok{};
}

// Page by page, so that a long trail need not be in memory.
Status ShowFound(const Invocation& call, const trail::TrailReader& reader, trail::Search search,
                 const reading::Opening* opening) {
  constexpr size_t kPage = 1000;
  size_t left = search.most;
  bool any = false;
  if (call.Has("from"))
    search.from =
        TRY(NumberOption("--from", call.Value("from"), std::numeric_limits<uint64_t>::max()));
  do {
    search.most = std::min(left, kPage);
    const trail::FoundEntries found = TRY(trail::Find(reader, search));
    TRY(ShowAll(call, found.entries, opening));
    any = any || !found.entries.empty();
    left -= found.entries.size();
    search.from = found.next;
  } while (search.from && left > 0);
  if (!any) *call.err << call.Say({"No entry fits.", "Aucune entrée ne correspond."}) << "\n";
  if (search.from)
    *call.err << call.Say(Filled("There may be more: --from {}",
                                 "Il peut y en avoir d’autres : --from {}", {*search.from}))
              << "\n";
  return Ok{};
}

int ShowOne(const Invocation& call, const trail::TrailReader& reader,
            const reading::Opening* opening) {
  const auto index = NumberOption("INDEX", call.argument, std::numeric_limits<uint64_t>::max());
  if (!index || *index >= reader.size())
    return call.Misuse({"the trail has no entry " + call.argument + "; it has " +
                            std::to_string(reader.size()) + ", counted from 0",
                        "le journal n’a pas d’entrée " + call.argument + "; il en a " +
                            std::to_string(reader.size()) + ", comptées à partir de 0"});
  const auto entry = reader.Read(*index);
  if (!entry) return call.Fail(entry.error());
  const auto shown = ShowAll(call, {&*entry, 1}, opening);
  return shown ? kMet : call.Fail(shown.error());
}

// What is sealed leaves with an entry that says so, or not at all.
Status RecordSealed(const Invocation& call, const trail::SearchProof& proof, ReadingRoom& room) {
  std::vector<Entry> handed;
  for (const auto& [index, leaf] : proof.leaves) {
    if (!leaf.bytes) continue;
    Entry entry = TRY(trail::DecodeEntry(*leaf.bytes));
    if (!entry.parts.empty()) handed.push_back(std::move(entry));
  }
  return room.Open(FiltersOf(call), "trail.prove").Hand(handed, base::SystemClock().Now());
}

// For somebody who does not have the trail: all that was found, whatever is shown of it here.
Status Prove(const Invocation& call, const Places& places, const trail::TrailReader& reader,
             const trail::Search& search, ReadingRoom* room) {
  const auto cosigned = TRY(trail::ReadCosigned(places.trail));
  const auto proof = TRY(trail::ProveSearch(
      reader, search, trail::WithCosignatures(reader.note(), cosigned),
      call.Has("sealed") ? trail::SealedEntries::kGiveAlong : trail::SealedEntries::kKeepBack));
  const std::string text = proof.ToString();
  if (text.size() > trail::kLargestSearchProof)
    return Error{Code::kInvalid,
                 {"the proof would be larger than 64 MiB; search for less, or a shorter time",
                  "la preuve dépasserait 64 Mio; cherchez moins, ou sur moins de temps"},
                 {}};
  if (call.Has("sealed")) TRY(RecordSealed(call, proof, *room));
  TRY(base::WriteFileDurably(call.Value("prove"), text));
  *call.err << Shown(call.Say(Filled("{}: covers entries {} to {} (exclusive) of {}",
                                     "{} : couvre les entrées {} à {} (exclue) de {}",
                                     {call.Value("prove"), proof.from, proof.end, reader.size()})))
            << "\n";
  return base::Ok{};
}

std::optional<Text> Misfit(const Invocation& call) {
  if (call.Has("sealed") && !call.Has("prove"))
    return Text{"--sealed goes with --prove", "--sealed va avec --prove"};
  if (call.Has("prove") && !call.argument.empty())
    return Text{"--prove shows a search; of one entry, garant trail prove",
                "--prove montre une recherche; pour une entrée, garant trail prove"};
  if (!call.argument.empty()) {
    std::string more;
    for (const Option& option : kSearchOptions)
      if (call.Has(option.name)) more += " --" + std::string(option.name);
    for (const char* name : {"newest", "most", "from"})
      if (call.Has(name)) more += " --" + std::string(name);
    if (!more.empty())
      return Filled(
          "an index names one entry, and a search finds others: leave out{}, or the index",
          "un numéro désigne une entrée, et une recherche en trouve d’autres : "
          "omettez{}, ou le numéro",
          {more});
  }
  if (call.Has("prove") && (call.Has("most") || call.Has("from")))
    return Text{"--prove shows all that a search finds: leave --most and --from out",
                "--prove montre tout ce que trouve une recherche : omettez --most et --from"};
  return {};
}

}  // namespace

int RunTrailShow(const Invocation& call) {
  if (const auto misfit = Misfit(call)) return call.Misuse(*misfit);
  int status = kMet;
  std::unique_ptr<ReadingRoom> room;
  const bool opens_sealed = call.Has("open") || call.Has("sealed");
  if (opens_sealed) room = ReadingRoom::Enter(call, status);
  if (opens_sealed && room == nullptr) return status;
  const std::optional<Places> places = room ? room->places() : PlacesOfTrail(call, status);
  if (!places) return status;
  std::optional<trail::TrailReader> opened;
  if (!room) {
    auto trail = trail::TrailReader::Open(places->trail);
    if (!trail) return call.Fail(trail.error());
    opened = std::move(*trail);
  }
  const trail::TrailReader& reader = room ? room->trail() : *opened;
  std::optional<reading::Opening> opening;
  if (call.Has("open")) opening.emplace(room->Open(FiltersOf(call), "trail.show"));
  const reading::Opening* const opens = opening ? &*opening : nullptr;
  if (!call.argument.empty()) return ShowOne(call, reader, opens);
  std::optional<trail::KeyRing> ring;
  if (!room && NeedsKeys(call)) {
    auto keys = trail::KeyRing::Open(places->trail, places->root_key);
    if (!keys) return call.Fail(keys.error());
    ring = std::move(*keys);
  }
  const trail::KeyRing* const keys = room ? &room->keys() : ring ? &*ring : nullptr;
  auto search = SearchOf(call, reader, keys);
  if (!search) return call.Fail(search.error());
  if (call.Has("prove"))
    if (const auto proved = Prove(call, *places, reader, *search, room.get()); !proved)
      return call.Fail(proved.error());
  const auto shown = ShowFound(call, reader, std::move(*search), opens);
  return shown ? kMet : call.Fail(shown.error());
}

}  // namespace garant::cli

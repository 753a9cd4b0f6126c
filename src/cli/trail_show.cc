#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/workspace.h"
#include "report/trail_json.h"
#include "trail/keys.h"
#include "trail/reader.h"
#include "trail/search.h"
#include "trail/search_proof.h"
#include "trail/witnessed.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Status;
using base::Text;

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

Error Misused(const Text& message) { return {Code::kInvalid, message, {}}; }

Result<uint64_t> NumberOf(std::string_view name, const std::string& text, uint64_t most) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem == std::errc() && stop == end && number <= most) return number;
  return Misused(Filled("{} takes a number of at most {}, not '{}'",
                        "{} prend un nombre d’au plus {}, et non « {} »", {name, most, text}));
}

// What is looked for by who or what it was needs the keys that its tokens are drawn from.
Status AddTokens(const Invocation& call, const trail::TrailReader& reader,
                 const trail::KeyRing* keys, trail::Search& search) {
  const bool person = call.Has("subject") || call.Has("actor");
  if (person != call.Has("issuer"))
    return Misused({"--subject and --actor name a person together with --issuer",
                    "--subject et --actor désignent une personne, avec --issuer"});
  if (keys == nullptr) return base::Ok{};
  for (const auto& [name, key] :
       {std::pair("subject", trail::RunKey::kSubject), std::pair("actor", trail::RunKey::kActor)})
    if (call.Has(name))
      search.all_of.push_back(
          trail::ByPerson(key, {call.Value("issuer"), call.Value(name)}, reader, *keys));
  if (call.Has("session")) search.all_of.push_back(trail::BySession(call.Value("session"), *keys));
  if (call.Has("trace")) search.all_of.push_back(TRY(trail::ByTrace(call.Value("trace"), *keys)));
  return base::Ok{};
}

Result<trail::Search> SearchOf(const Invocation& call, const trail::TrailReader& reader,
                               const trail::KeyRing* keys) {
  trail::Search search;
  for (const trail::RunKey key : {trail::RunKey::kKind, trail::RunKey::kPart,
                                  trail::RunKey::kCategory, trail::RunKey::kOutcome}) {
    const std::string name(trail::RunKeyName(key));
    if (call.Has(name)) search.all_of.push_back(trail::ByText(key, call.Value(name)));
  }
  TRY(AddTokens(call, reader, keys, search));
  if (call.Has("since")) search.since = TRY(base::ParseTime(call.Value("since")));
  if (call.Has("until")) search.until = TRY(base::ParseTime(call.Value("until")));
  search.source = call.Value("source");
  if (call.Has("newest")) search.order = trail::SearchOrder::kNewestFirst;
  search.most = std::numeric_limits<size_t>::max();
  if (call.Has("most")) search.most = TRY(NumberOf("--most", call.Value("most"), 1'000'000'000));
  return search;
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

// For somebody who does not have the trail: all that was found, whatever is shown of it here.
Status Prove(const Invocation& call, const Places& places, const trail::TrailReader& reader,
             const trail::Search& search) {
  const auto cosigned = TRY(trail::ReadCosigned(places.trail));
  const auto proof = TRY(trail::ProveSearch(
      reader, search, trail::WithCosignatures(reader.note(), cosigned),
      call.Has("sealed") ? trail::SealedEntries::kGiveAlong : trail::SealedEntries::kKeepBack));
  const std::string text = proof.ToString();
  if (text.size() > trail::kLargestSearchProof)
    return Misused({"the proof would be larger than 64 MiB; search for less, or a shorter time",
                    "la preuve dépasserait 64 Mio; cherchez moins, ou sur moins de temps"});
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
  if (call.Has("prove") && call.Has("most"))
    return Text{"--prove shows all that a search finds: leave --most out",
                "--prove montre tout ce que trouve une recherche : omettez --most"};
  return {};
}

}  // namespace

int RunTrailShow(const Invocation& call) {
  if (const auto misfit = Misfit(call)) return call.Misuse(*misfit);
  int status = kMet;
  const auto places = PlacesOfTrail(call, status);
  if (!places) return status;
  auto reader = trail::TrailReader::Open(places->trail);
  if (!reader) return call.Fail(reader.error());
  std::optional<trail::KeyRing> keys;
  bool needs_keys = false;
  for (const char* name : {"open", "subject", "actor", "session", "trace"})
    needs_keys = needs_keys || call.Has(name);
  if (needs_keys) {
    auto ring = trail::KeyRing::Open(places->trail, places->root_key);
    if (!ring) return call.Fail(ring.error());
    keys = std::move(*ring);
  }
  const trail::KeyRing* const ring = keys ? &*keys : nullptr;
  if (!call.argument.empty()) {
    const auto index = NumberOf("INDEX", call.argument, std::numeric_limits<uint64_t>::max());
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
  if (call.Has("prove"))
    if (const auto proved = Prove(call, *places, *reader, *search); !proved)
      return call.Fail(proved.error());
  const auto shown = ShowFound(call, *reader, ring, std::move(*search));
  return shown ? kMet : call.Fail(shown.error());
}

}  // namespace garant::cli

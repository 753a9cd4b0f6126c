#include <charconv>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/proof_file.h"
#include "cli/workspace.h"
#include "proof/vouched.h"
#include "report/trail_json.h"
#include "trail/keys.h"
#include "trail/reader.h"
#include "trail/timestamp.h"
#include "trail/verify.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Result;
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

// What witnesses saw of a trail that holds in itself; false where it is another than this.
Result<bool> SayWitnessed(const Invocation& call, const Places& places) {
  const auto vouched = TRY(proof::ReadVouched(places.trail, places.witnesses));
  const trail::TrailReader reader = TRY(trail::TrailReader::Open(places.trail));
  if (!vouched.policy) {
    *call.out << call.Say({"Unwitnessed: no file says which witnesses count (--witnesses).",
                           "Sans témoin : aucun fichier ne dit quels témoins comptent "
                           "(--witnesses)."})
              << "\n";
    return true;
  }
  const trail::HashSource& hashes = reader.hashes();
  const auto witnessed =
      trail::CheckWitnessed(vouched.notes, *vouched.policy, reader.verifier_key(), hashes);
  if (!witnessed) {
    *call.out << places.trail << "/cosigned: " << Shown(call.Say(witnessed.error().message))
              << "\n";
    return false;
  }
  if (witnessed->size == 0) {
    *call.out << call.Say({"Unwitnessed: no checkpoint has its quorum.",
                           "Sans témoin : aucun point de contrôle n’a son quorum."})
              << "\n";
    return true;
  }
  std::string names;
  for (const std::string& name : witnessed->by) names += (names.empty() ? "" : ", ") + name;
  *call.out << Shown(call.Say(
                   Filled("Witnessed through entry {} by {}, on {}.",
                          "Devant témoin jusqu’à l’entrée {} : {}, le {}.",
                          {witnessed->size - 1, names, base::FormatTime(witnessed->time)})))
            << "\n";
  return true;
}

// When an authority saw the trail; false where a stamp does not hold.
Result<bool> SayStamped(const Invocation& call, const Places& places) {
  if (!call.Has("tsa-certificates")) return true;
  const trail::TrailReader reader = TRY(trail::TrailReader::Open(places.trail));
  const trail::HashSource& hashes = reader.hashes();
  const auto stamps = trail::ReadStamps(places.trail, call.Value("tsa-certificates"),
                                        reader.verifier_key(), hashes);
  if (!stamps && stamps.error().code != base::Code::kUntrusted) return std::move(stamps).error();
  if (!stamps) {
    *call.out << Shown(call.Say(stamps.error().message)) << "\n";
    return false;
  }
  if (stamps->empty()) {
    *call.out << call.Say({"No checkpoint was time-stamped.",
                           "Aucun point de contrôle n’a été horodaté."})
              << "\n";
    return true;
  }
  const trail::StampedCheckpoint& last = stamps->back();
  *call.out << Shown(call.Say(Filled("{} time-stamps hold; the last: {} entries on {} by {}.",
                                     "{} horodatages tiennent; le dernier : {} entrées le {} par "
                                     "{}.",
                                     {uint64_t{stamps->size()}, last.size,
                                      base::FormatTime(last.stamp.time), last.stamp.authority})))
            << "\n";
  return true;
}

}  // namespace

int RunTrailVerify(const Invocation& call) {
  if (call.Has("proof")) return CheckProofFile(call);
  for (const char* name : {"checkpoint", "entry"})
    if (call.Has(name))
      return call.Misuse(Filled("--{} goes with --proof", "--{} va avec --proof", {name}));
  int status = kMet;
  const auto places = PlacesOfTrail(call, status);
  if (!places) return status;
  std::optional<std::string> root_key;
  if (!places->root_key.empty() && (call.Has("root-key") || trail::HasCustody(places->root_key)))
    root_key = places->root_key;
  std::optional<std::string> pinned;
  if (call.Has("trail-key")) pinned = call.Value("trail-key");
  auto report = trail::Verify(places->trail, root_key, pinned);
  if (!report) return call.Fail(report.error());
  for (const trail::Fault& fault : report->faults)
    *call.out << places->trail << "/" << Shown(fault.ToString(call.language)) << "\n";
  for (const Text& note : report->notes) *call.out << Shown(call.Say(note)) << "\n";
  const std::string count = std::to_string(report->entries);
  bool as_seen = true;
  if (report->ok()) {
    const auto said = SayWitnessed(call, *places);
    if (!said) return call.Fail(said.error());
    const auto stamped = SayStamped(call, *places);
    if (!stamped) return call.Fail(stamped.error());
    as_seen = *said && *stamped;
  }
  if (report->ok() && as_seen) {
    *call.out << call.Say({"The trail holds: " + count + " entries under " +
                               std::to_string(report->checkpoints) + " signed checkpoints, root " +
                               base::ToBase64(report->root) + ".",
                           "Le journal tient : " + count + " entrées sous " +
                               std::to_string(report->checkpoints) +
                               " points de contrôle signés, racine " +
                               base::ToBase64(report->root) + "."})
              << "\n";
    return kMet;
  }
  *call.out << call.Say({"The trail does NOT hold.", "Le journal ne tient PAS."}) << "\n";
  return base::ExitStatus(base::Code::kUntrusted);
}

int RunTrailShow(const Invocation& call) {
  int status = kMet;
  const auto places = PlacesOfTrail(call, status);
  if (!places) return status;
  auto reader = trail::TrailReader::Open(places->trail);
  if (!reader) return call.Fail(reader.error());
  std::optional<trail::KeyRing> keys;
  if (call.Has("open")) {
    auto ring = trail::KeyRing::Open(places->trail, places->root_key);
    if (!ring) return call.Fail(ring.error());
    keys = std::move(*ring);
  }
  uint64_t first = 0;
  uint64_t last = reader->size();
  if (!call.argument.empty()) {
    const char* end = call.argument.data() + call.argument.size();
    const auto [stop, problem] = std::from_chars(call.argument.data(), end, first);
    if (problem != std::errc() || stop != end || first >= reader->size())
      return call.Misuse({"the trail has no entry " + call.argument + "; it has " +
                              std::to_string(reader->size()) + ", counted from 0",
                          "le journal n’a pas d’entrée " + call.argument + "; il en a " +
                              std::to_string(reader->size()) + ", comptées à partir de 0"});
    last = first + 1;
  }
  for (uint64_t index = first; index < last; ++index) {
    auto entry = reader->Read(index);
    if (!entry) return call.Fail(entry.error());
    if (call.Has("kind") && entry->header.kind != call.Value("kind")) continue;
    if (call.Value("format") == "json")
      *call.out << ToJson(*entry, keys ? &*keys : nullptr)
                       .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                << "\n";
    else
      ShowText(call, *entry, keys ? &*keys : nullptr);
  }
  return kMet;
}

}  // namespace garant::cli

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/proof_file.h"
#include "cli/trail_key.h"
#include "cli/workspace.h"
#include "proof/vouched.h"
#include "report/trail_json.h"
#include "trail/keys/keys.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/tree/timestamp.h"
#include "trail/upkeep/verify.h"

namespace garant::cli {
namespace {

using base::Error;
using base::Filled;
using base::Result;
using base::Text;

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
    return !call.Has("witnesses");  // who names them asks for it
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
    return false;
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

// The checkpoint of --checkpoint, where it is one of this log at all: what is not says nothing of
// the trail. One of this log's name by another key is left to be found untrue.
Result<std::optional<std::string>> ReadEarlier(const Invocation& call, const Places& places,
                                               const std::optional<trail::VerifierKey>& pinned) {
  if (!call.Has("checkpoint")) return std::optional<std::string>();
  const std::string file = call.Value("checkpoint");
  std::string text = TRY(ReadNamed(file, trail::kLargestNote));
  const auto note = trail::Note::Parse(text);
  const auto checkpoint =
      note ? trail::ParseCheckpoint(note->text) : Result<trail::Checkpoint>(note.error());
  const auto refuse = [&file](const Text& why) {
    return Error{base::Code::kInvalid,
                 Filled("{} is no checkpoint of this log: {}; give the one that you kept",
                        "{} n’est pas un point de contrôle de ce journal : {}; donnez celui que "
                        "vous avez conservé",
                        {file, why}),
                 {}};
  };
  if (!checkpoint) return refuse(checkpoint.error().message);
  std::string log = pinned ? pinned->name : "";
  if (!pinned)
    if (const auto own = base::ReadFile(trail::VerifierKeyPath(places.trail), 4096))
      if (const auto key = trail::VerifierKey::Parse(own->substr(0, own->find('\n'))))
        log = key->name;
  if (!log.empty() && checkpoint->origin != log)
    return refuse(Filled("it is of {}, and this is {}", "il est de {}, et celui-ci est {}",
                         {checkpoint->origin, log}));
  return std::optional(std::move(text));
}

}  // namespace

int RunTrailVerify(const Invocation& call) {
  if (call.Has("proof")) return CheckProofFile(call);
  if (call.Has("entry"))
    return call.Misuse({"--entry goes with --proof", "--entry va avec --proof"});
  int status = kMet;
  const auto places = PlacesOfTrail(call, status);
  if (!places) return status;
  if (call.Has("root-key") && call.Value("root-key").empty())
    return call.Misuse({"--root-key is empty; leave it out, or name the root key",
                        "--root-key est vide; omettez-la, ou nommez la clé racine"});
  std::optional<std::string> root_key;
  if (!places->root_key.empty() && (call.Has("root-key") || trail::HasCustody(places->root_key)))
    root_key = places->root_key;
  const auto key = TrailKeyOf(call);
  if (!key) return call.Fail(key.error());
  std::optional<std::string> pinned;
  if (*key) pinned = (*key)->ToString();
  const auto earlier = ReadEarlier(call, *places, *key);
  if (!earlier) return call.Fail(earlier.error());
  const std::optional<std::string>& since = *earlier;
  auto report = trail::Verify(places->trail, root_key, pinned, since);
  if (!report) return call.Fail(report.error());
  for (const trail::Fault& fault : report->faults)
    *call.out << (fault.file.empty() ? "" : places->trail + "/")
              << Shown(fault.ToString(call.language)) << "\n";
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

}  // namespace garant::cli

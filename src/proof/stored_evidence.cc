#include "proof/stored_evidence.h"

#include <limits>
#include <optional>

#include "base/file.h"
#include "trail/entry/observation_kinds.h"
#include "trail/keys/keys.h"
#include "trail/search/search.h"
#include "trail/tree/checkpoint.h"

namespace garant::proof {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

// A file that a trail must have and this one has not, though others of it are there; empty where
// nothing is missing, or where there is no trail at all.
std::string MissingPart(const std::string& trail) {
  bool any = trail::TrailExists(trail);
  std::string missing = any ? "" : "segments";
  for (const char* part : {"checkpoints", "log.vkey", "keys/table"}) {
    const bool here = base::Exists(trail + "/" + part);
    any = any || here;
    if (!here && missing.empty()) missing = part;
  }
  return any ? missing : std::string();
}

// What a trail's own files get wrong is evidence that does not hold, whatever is wrong with them.
Error Distrust(Error error, const std::string& trail) {
  const bool own = error.code == Code::kInvalid || error.code == Code::kNotFound ||
                   error.code == Code::kGone || error.code == Code::kUnsupported;
  if (!own) return error;
  const std::string place = error.where.file.empty() ? trail : trail + "/" + error.where.file;
  return Error{Code::kUntrusted, Filled("{}: {}", "{} : {}", {place, error.message}), {}};
}

Status CheckParts(const TrailPlace& place) {
  const std::string missing = MissingPart(place.folder);
  if (!missing.empty())
    return Error{
        Code::kUntrusted,
        Filled("{} lacks its file '{}': somebody took it away, or making the trail stopped "
               "half-way; look with `garant trail verify`",
               "{} n’a pas son fichier « {} » : quelqu’un l’a retiré, ou la création du "
               "journal s’est arrêtée à mi-chemin; voyez avec `garant trail verify`",
               {place.folder, missing}),
        {}};
  return Ok{};
}

// Most of a long trail is neither an observation nor an act.
Result<std::vector<trail::Entry>> ReadEntries(const trail::TrailReader& reader,
                                              std::string_view service_id,
                                              StoredEvidence& evidence) {
  trail::Criterion kinds{trail::RunKey::kKind, {base::Bytes(kActKind.begin(), kActKind.end())}};
  for (const trail::ObservationKind& kind : trail::ObservationKinds())
    kinds.any_of.emplace_back(kind.name.begin(), kind.name.end());
  trail::Search search;
  search.all_of.push_back(std::move(kinds));
  search.most = std::numeric_limits<size_t>::max();
  std::vector<trail::Entry> acts;
  for (trail::Entry& entry : TRY(trail::Find(reader, search)).entries) {
    if (entry.header.kind == kActKind)
      acts.push_back(std::move(entry));
    else if (entry.header.service == service_id &&
             trail::FindObservationKind(entry.header.kind) != nullptr)
      evidence.observations.push_back(TRY(trail::FromEntry(entry)));
  }
  return acts;
}

Result<trail::Witnessed> WitnessedOf(const TrailPlace& place, const trail::TrailReader& reader,
                                     const Vouched& vouched) {
  if (!vouched.policy || vouched.notes.empty()) return trail::Witnessed{};
  const trail::HashSource& hashes = reader.hashes();
  auto witnessed =
      trail::CheckWitnessed(vouched.notes, *vouched.policy, reader.verifier_key(), hashes);
  if (!witnessed) return Distrust(std::move(witnessed).error(), place.folder);
  return witnessed;
}

}  // namespace

Result<std::optional<trail::TrailReader>> OpenEvidence(const TrailPlace& place) {
  TRY(CheckParts(place));
  if (!trail::TrailExists(place.folder)) {
    if (!place.verifier_key.empty())
      return Error{
          Code::kUntrusted,
          Filled("there is no trail in {}, and --trail-key asks for one",
                 "il n’y a pas de journal dans {}, et --trail-key en demande un", {place.folder}),
          {}};
    return std::optional<trail::TrailReader>();
  }
  std::optional<std::string> pinned;
  if (!place.verifier_key.empty()) {
    TRY(trail::VerifierKey::Parse(place.verifier_key));
    pinned = place.verifier_key;
  }
  auto reader = trail::TrailReader::Open(place.folder, pinned);
  if (!reader) return Distrust(std::move(reader).error(), place.folder);
  return std::optional(std::move(*reader));
}

Result<StoredEvidence> ReadEvidence(const TrailPlace& place, const trail::TrailReader* reader,
                                    std::string_view service_id, const Vouched& vouched) {
  StoredEvidence evidence;
  evidence.exists = reader != nullptr;
  if (!evidence.exists) {
    if (vouched.notes.empty()) return evidence;
    return Error{
        Code::kUntrusted,
        Filled("witnesses saw a trail in {}, and there is none",
               "des témoins ont vu un journal dans {}, et il n’y en a pas", {place.folder}),
        {}};
  }
  evidence.witnessed = TRY(WitnessedOf(place, *reader, vouched));
  auto acts = ReadEntries(*reader, service_id, evidence);
  if (!acts) return Distrust(std::move(acts).error(), place.folder);
  evidence.entries = reader->size();
  if (trail::HasCustody(place.root_key)) {
    TRY(trail::OpenCustody(place.root_key, place.folder));
    auto keys = trail::KeyRing::Open(place.folder, place.root_key);
    if (!keys) return Distrust(std::move(keys).error(), place.folder);
    evidence.acts = ReadActs(*acts, &*keys);
  } else {
    evidence.keys_at_hand = false;
    evidence.acts = ReadActs(*acts, nullptr);
  }
  return evidence;
}

Result<StoredEvidence> ReadEvidence(const TrailPlace& place, std::string_view service_id) {
  const Vouched vouched = TRY(ReadVouched(place.folder, place.witnesses));
  const auto reader = TRY(OpenEvidence(place));
  return ReadEvidence(place, reader ? &*reader : nullptr, service_id, vouched);
}

}  // namespace garant::proof

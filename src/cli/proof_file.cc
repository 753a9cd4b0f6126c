#include "cli/proof_file.h"

#include "base/file.h"
#include "cli/trail_key.h"
#include "cli/workspace.h"
#include "trail/entry/entry.h"
#include "trail/search/search_proof.h"
#include "trail/tree/proof_text.h"
#include "verify/search_statement.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Error Invalid(const base::Text& message) { return {Code::kInvalid, message, {}}; }

// What the proof is checked with: --trail-key, or the trail's own, which is believed then.
Result<trail::VerifierKey> LogKey(const Invocation& call, int& status) {
  if (const auto named = TRY(TrailKeyOf(call))) return *named;
  const auto places = PlacesOfTrail(call, status);
  if (!places) return Invalid({});
  return OwnTrailKey(call, places->trail);
}

Result<base::Bytes> EntryOf(const Invocation& call, const trail::InclusionText& proof) {
  if (call.Has("entry")) {
    const std::string bytes = TRY(base::ReadFile(call.Value("entry"), trail::kMaxEntryBytes));
    if (proof.entry && base::AsText(*proof.entry) != bytes)
      return Invalid({"the proof holds another entry than --entry",
                      "la preuve contient une autre entrée que --entry"});
    const base::ByteView view = base::AsBytes(bytes);
    return base::Bytes(view.begin(), view.end());
  }
  if (!proof.entry)
    return Invalid(
        {"the proof does not hold the entry, since parts of it are sealed: give its "
         "bytes with --entry",
         "la preuve ne contient pas l’entrée, dont des parties sont scellées : donnez "
         "ses octets avec --entry"});
  return *proof.entry;
}

Status ShowInclusion(const Invocation& call, const trail::InclusionText& proof,
                     const trail::VerifierKey& log) {
  const base::Bytes bytes = TRY(EntryOf(call, proof));
  const trail::Checkpoint checkpoint = TRY(trail::CheckInclusion(proof, bytes, log));
  const trail::Entry entry = TRY(trail::DecodeEntry(bytes));
  if (entry.index != proof.index)
    return Error{Code::kUntrusted,
                 Filled("the entry at {} says that it is entry {}",
                        "l’entrée à {} dit être l’entrée {}", {proof.index, entry.index}),
                 {}};
  *call.out << Shown(call.Say(Filled("Entry {} stands in the trail {}, under its checkpoint of {} "
                                     "entries: {}, {}.",
                                     "L’entrée {} figure au journal {}, sous son point de contrôle "
                                     "de {} entrées : {}, {}.",
                                     {entry.index, checkpoint.origin, checkpoint.size,
                                      base::FormatTime(entry.time), entry.header.kind})))
            << "\n";
  return Ok{};
}

Status ShowConsistency(const Invocation& call, const trail::ConsistencyText& proof,
                       const trail::VerifierKey& log) {
  if (!call.Has("checkpoint"))
    return Invalid(
        Filled("the proof is from {} entries on: give the checkpoint of that size, as "
               "you kept it, with --checkpoint",
               "la preuve part de {} entrées : donnez avec --checkpoint le point de "
               "contrôle de cette taille, tel que vous l’avez conservé",
               {proof.old_size}));
  const std::string text = TRY(base::ReadFile(call.Value("checkpoint"), trail::kLargestNote));
  const trail::Note note = TRY(trail::Note::Parse(text));
  const trail::Checkpoint old = TRY(trail::OpenCheckpoint(note, log));
  const trail::Checkpoint now = TRY(trail::CheckConsistency(proof, old, log));
  *call.out << Shown(call.Say(Filled("The trail {} of {} entries continues the one of {} entries.",
                                     "Le journal {} de {} entrées continue celui de {} entrées.",
                                     {now.origin, now.size, old.size})))
            << "\n";
  return Ok{};
}

Status CheckSearchFile(const Invocation& call, const std::string& text, int& status) {
  for (const char* name : {"entry", "checkpoint"})
    if (call.Has(name))
      return Invalid(Filled("--{} goes with another proof than that of a search",
                            "--{} va avec une autre preuve que celle d’une recherche", {name}));
  const auto proof = TRY(trail::SearchProof::Parse(text));
  const trail::VerifierKey log = TRY(LogKey(call, status));
  const auto checked = TRY(trail::CheckSearch(proof, log));
  for (const base::Text& line : verify::StatementOf(proof, checked))
    *call.out << Shown(call.Say(line)) << "\n";
  if (!verify::ShowsAll(proof, checked)) status = kNotMet;
  return Ok{};
}

Status Check(const Invocation& call, int& status) {
  const std::string text = TRY(base::ReadFile(call.Value("proof"), trail::kLargestSearchProof));
  if (text.starts_with("garant/search/")) return CheckSearchFile(call, text, status);
  const trail::ProofText proof = TRY(trail::ProofText::Parse(text));
  if (!proof.inclusion && call.Has("entry"))
    return Invalid({"this proof is of no entry", "cette preuve ne porte sur aucune entrée"});
  if (!proof.consistency && call.Has("checkpoint"))
    return Invalid({"this proof is from no earlier checkpoint: make it with --from",
                    "cette preuve ne part d’aucun point de contrôle antérieur : faites-la avec "
                    "--from"});
  const trail::VerifierKey log = TRY(LogKey(call, status));
  if (proof.inclusion) TRY(ShowInclusion(call, *proof.inclusion, log));
  if (proof.consistency) TRY(ShowConsistency(call, *proof.consistency, log));
  return Ok{};
}

}  // namespace

int CheckProofFile(const Invocation& call) {
  int status = kMet;
  const Status checked = Check(call, status);
  if (status != kMet) return status;
  return checked ? kMet : call.Fail(checked.error());
}

}  // namespace garant::cli

#include "cli/reading_options.h"
#include "trail/store/reader.h"
#include "trail/tree/proof_text.h"
#include "trail/tree/witnessed.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

Result<uint64_t> NumberOf(const char* what, const std::string& text, uint64_t least,
                          uint64_t most) {
  const auto number = trail::ParseDecimal(text);
  if (number && *number >= least && *number <= most) return *number;
  return Error{Code::kInvalid,
               Filled("{} takes a number from {} to {}, not '{}'",
                      "{} prend un nombre de {} à {}, et non « {} »", {what, least, most, text}),
               {}};
}

// `room` is null where nothing that is sealed is to be given along.
Result<trail::InclusionText> ProveEntry(const Invocation& call, const trail::TrailReader& reader,
                                        const std::string& note, const trail::HashSource& hashes,
                                        ReadingRoom* room) {
  if (reader.size() == 0)
    return Error{
        Code::kNotFound, {"the trail has no entry yet", "le journal n’a encore aucune entrée"}, {}};
  const uint64_t index = TRY(NumberOf("INDEX", call.argument, 0, reader.size() - 1));
  trail::InclusionText proof;
  proof.index = index;
  proof.hashes = TRY(trail::InclusionProof(hashes, index, reader.size()));
  proof.note = note;
  const base::Bytes leaf = TRY(reader.ReadLeaf(index));
  // Nothing is handed out that does not hold.
  TRY(trail::CheckInclusion(proof, leaf, reader.verifier_key()));
  const trail::Entry entry = TRY(reader.Read(index));
  if (entry.parts.empty() || room != nullptr) proof.entry = leaf;
  // What is sealed leaves with an entry that says so, or not at all.
  if (room != nullptr)
    TRY(room->Open({}, "trail.prove").Hand({&entry, 1}, base::SystemClock().Now()));
  return proof;
}

Result<trail::ConsistencyText> ProveFrom(const Invocation& call, const trail::TrailReader& reader,
                                         const std::string& note, const trail::HashSource& hashes) {
  trail::ConsistencyText proof;
  proof.old_size = TRY(NumberOf("--from", call.Value("from"), 1, reader.size()));
  proof.hashes = TRY(trail::ConsistencyProof(hashes, proof.old_size, reader.size()));
  proof.note = note;
  trail::Checkpoint old = reader.checkpoint();
  old.size = proof.old_size;
  old.root = TRY(trail::TreeRoot(hashes, old.size));
  TRY(trail::CheckConsistency(proof, old, reader.verifier_key()));
  return proof;
}

Result<trail::ProofText> Prove(const Invocation& call, const Places& places, ReadingRoom* room) {
  const auto cosigned = TRY(trail::ReadCosigned(places.trail));
  const trail::TrailReader reader = TRY(trail::TrailReader::Open(places.trail));
  const std::string note = trail::WithCosignatures(reader.note(), cosigned);
  const trail::HashSource& hashes = reader.hashes();
  trail::ProofText proof;
  if (!call.argument.empty()) proof.inclusion = TRY(ProveEntry(call, reader, note, hashes, room));
  if (call.Has("from")) proof.consistency = TRY(ProveFrom(call, reader, note, hashes));
  return proof;
}

}  // namespace

int RunTrailProve(const Invocation& call) {
  if (call.argument.empty() && !call.Has("from"))
    return call.Misuse({"name an entry, or with --from an earlier size",
                        "nommez une entrée, ou avec --from une taille antérieure"});
  if (call.argument.empty() && call.Has("sealed"))
    return call.Misuse({"--sealed goes with an entry", "--sealed va avec une entrée"});
  int status = kMet;
  std::unique_ptr<ReadingRoom> room;
  if (call.Has("sealed")) room = ReadingRoom::Enter(call, status);
  if (call.Has("sealed") && room == nullptr) return status;
  const std::optional<Places> places = room ? room->places() : PlacesOfTrail(call, status);
  if (!places) return status;
  const auto proof = Prove(call, *places, room.get());
  if (!proof) return call.Fail(proof.error());
  *call.out << proof->ToString();
  return kMet;
}

}  // namespace garant::cli

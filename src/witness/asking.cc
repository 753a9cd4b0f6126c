#include "witness/asking.h"

#include <algorithm>

#include "trail/tree/proof_text.h"

namespace garant::witness {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;
using trail::Policy;

constexpr int kMostTries = 3;
constexpr size_t kMostSaid = 200;  // of a refusal, in bytes

Error Of(const Policy::Witness& witness, Code code, const Text& why) {
  return Error{code, Filled("the witness {}: {}", "le témoin {} : {}", {witness.name, why}), {}};
}

std::string AddressOf(const Policy::Witness& witness) {
  return witness.url + (witness.url.ends_with('/') ? "" : "/") + "add-checkpoint";
}

// In one line of readable ASCII: anybody may have written it.
std::string Quoted(std::string_view said) {
  std::string out;
  for (const char c : said.substr(0, kMostSaid)) out += c >= 0x20 && c < 0x7f ? c : ' ';
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

Error Refused(const Policy::Witness& witness, const HttpAnswer& answer) {
  const uint64_t status = static_cast<uint64_t>(std::max(answer.status, 0));
  switch (answer.status) {
    case 403:
      return Of(witness, Code::kPermission,
                {"it knows another key of this log (403)",
                 "il connaît une autre clé de ce journal (403)"});
    case 404:
      return Of(witness, Code::kNotFound,
                {"it does not know this log (404)", "il ne connaît pas ce journal (404)"});
    case 422:
      return Of(witness, Code::kUntrusted,
                {"the trail does not continue what it saw (422): entries were changed",
                 "le journal ne continue pas ce qu’il a vu (422) : des entrées ont été modifiées"});
    default:
      return Of(
          witness, Code::kIo,
          Filled("it answered {}: {}", "il a répondu {} : {}", {status, Quoted(answer.body)}));
  }
}

Result<trail::NoteSignature> Taken(const Policy::Witness& witness, const Candidate& candidate,
                                   const HttpAnswer& answer) {
  const auto note = trail::Note::Parse(candidate.note.ToString() + answer.body);
  if (!note)
    return Of(witness, Code::kUntrusted,
              Filled("what it gave is no cosignature: {}",
                     "ce qu’il a donné n’est pas une cosignature : {}", {note.error().message}));
  const auto held = trail::VerifyCosignature(*note, witness.key);
  if (!held)
    return Of(witness, Code::kUntrusted,
              Filled("what it gave does not hold: {}", "ce qu’il a donné ne tient pas : {}",
                     {held.error().message}));
  const auto found = std::ranges::find_if(
      note->signatures, [&](const auto& signature) { return signature.IsBy(witness.key); });
  return *found;
}

// The size that a refusal names, where we can start from it.
Result<uint64_t> NextSize(const Policy::Witness& witness, const Candidate& candidate, uint64_t from,
                          const HttpAnswer& answer) {
  std::string_view body = answer.body;
  if (!answer.media_type.starts_with("text/x.tlog.size") || !body.ends_with('\n'))
    return Refused(witness, answer);
  body.remove_suffix(1);
  const auto size = trail::ParseDecimal(body);
  if (!size) return Refused(witness, answer);
  if (*size > candidate.checkpoint.size)
    return Of(witness, Code::kUntrusted,
              Filled("it saw {} entries, and the trail has {}: entries were taken back",
                     "il a vu {} entrées, et le journal en a {} : des entrées ont été retirées",
                     {*size, candidate.checkpoint.size}));
  if (*size == from && from == candidate.checkpoint.size)
    return Of(witness, Code::kUntrusted,
              Filled("it saw other entries among the first {}: they were changed",
                     "il a vu d’autres entrées parmi les {} premières : elles ont été modifiées",
                     {from}));
  return *size;
}

}  // namespace

Result<trail::NoteSignature> AskWitness(const Policy::Witness& witness, uint64_t from,
                                        const Candidate& candidate, HttpPoster& poster) {
  if (witness.url.empty())
    return Of(witness, Code::kInvalid,
              {"the policy has no address of it", "la politique n’en donne aucune adresse"});
  from = std::min(from, candidate.checkpoint.size);
  for (int tries = 0; tries < kMostTries; ++tries) {
    trail::ConsistencyText request;
    request.old_size = from;
    request.note = candidate.note.ToString();
    if (from > 0)
      request.hashes =
          TRY(trail::ConsistencyProof(candidate.hashes, from, candidate.checkpoint.size));
    const auto posted =
        poster.Post(AddressOf(witness), "text/plain; charset=utf-8", request.ToString());
    if (!posted) return Of(witness, posted.error().code, posted.error().message);
    const HttpAnswer& answer = *posted;
    if (answer.status == 200) return Taken(witness, candidate, answer);
    if (answer.status != 409) return Refused(witness, answer);
    from = TRY(NextSize(witness, candidate, from, answer));
  }
  return Of(witness, Code::kConflict,
            {"it names another size each time (409); others ask it too",
             "il nomme chaque fois une autre taille (409); d’autres le lui demandent aussi"});
}

uint64_t LastCosigned(const Policy::Witness& witness, const std::vector<trail::Note>& notes) {
  uint64_t last = 0;
  for (const trail::Note& note : notes) {
    const auto checkpoint = trail::ParseCheckpoint(note.text);
    if (checkpoint && trail::VerifyCosignature(note, witness.key))
      last = std::max(last, checkpoint->size);
  }
  return last;
}

}  // namespace garant::witness

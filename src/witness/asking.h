#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/policy.h"
#include "trail/tree/proofs.h"
#include "witness/http.h"

namespace garant::witness {

// A checkpoint of a trail, which witnesses are asked to cosign.
struct Candidate {
  const trail::Note& note;  // with the log's signature
  const trail::Checkpoint& checkpoint;
  const trail::HashSource& hashes;
};

// Asks one witness (C2SP tlog-witness add-checkpoint). `from` is the size that it cosigned last, as
// far as is known; it is asked again from the size that it names. Gives its cosignature, verified.
// kUntrusted: the witness saw another trail, or a larger one, or what it gave does not hold: an
// alarm. Any other error: it did not cosign, and says why.
[[nodiscard]] base::Result<trail::NoteSignature> AskWitness(const trail::Policy::Witness& witness,
                                                            uint64_t from,
                                                            const Candidate& candidate,
                                                            HttpPoster& poster);

// The largest checkpoint of these that the witness cosigned; 0 where there is none.
[[nodiscard]] uint64_t LastCosigned(const trail::Policy::Witness& witness,
                                    const std::vector<trail::Note>& notes);

}  // namespace garant::witness

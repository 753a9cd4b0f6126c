#include "witness/ledger.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "trail/tree/merkle.h"
#include "trail/tree/proof_text.h"

namespace garant::witness {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using trail::Checkpoint;
using trail::ConsistencyText;
using trail::Note;
using trail::VerifierKey;

Ledger::Answer Said(int status, std::string_view why) {
  return {.status = status, .body = std::string(why) + "\n"};
}

// C2SP tlog-witness: what the client must start from.
Ledger::Answer Conflict(uint64_t size) {
  return {.status = 409, .body = std::to_string(size) + "\n", .media_type = "text/x.tlog.size"};
}

// Which of the logs signed it; nothing where none did, or a signature does not hold.
const VerifierKey* SignerOf(const Note& note, const std::vector<VerifierKey>& logs) {
  const VerifierKey* signer = nullptr;
  for (const VerifierKey& log : logs) {
    if (trail::OpenCheckpoint(note, log)) signer = &log;
  }
  return signer;
}

Result<int> Lock(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  const int number = errno;
  if (file >= 0) ::close(file);
  if (number == EWOULDBLOCK)
    return Error{
        Code::kConflict,
        Filled("another witness works in {}", "un autre témoin travaille dans {}", {folder}),
        {}};
  return Error{Code::kIo,
               Filled("cannot lock {}: {}", "impossible de verrouiller {} : {}",
                      {path, base::SystemText(number)}),
               {}};
}

}  // namespace

std::string Ledger::PathOf(const std::string& folder, std::string_view origin) {
  return folder + "/" + base::ToHex(base::Sha256(base::AsBytes(origin))) + ".checkpoint";
}

Result<std::unique_ptr<Ledger>> Ledger::Open(Settings settings) {
  TRY(base::MakeFolder(settings.folder));
  const int lock = TRY(Lock(settings.folder));
  std::unique_ptr<Ledger> ledger(new Ledger(std::move(settings), lock));
  TRY(ledger->Load());
  return ledger;
}

Status Ledger::Load() {
  for (const VerifierKey& log : settings_.logs) {
    const Seen seen = TRY(LoadOne(log));
    Seen& known = seen_[log.name];
    if (seen.size > 0) known = seen;
  }
  return Ok{};
}

// Another key of the same origin may have signed what lies there.
Result<Ledger::Seen> Ledger::LoadOne(const VerifierKey& log) const {
  const std::string path = PathOf(settings_.folder, log.name);
  if (!base::Exists(path)) return Seen{};
  const std::string text = TRY(base::ReadFile(path, trail::kLargestNote));
  const auto note = Note::Parse(text);
  const VerifierKey* signer = note ? SignerOf(*note, settings_.logs) : nullptr;
  const auto checkpoint = note ? trail::ParseCheckpoint(note->text) : note.error();
  if (signer == nullptr || !checkpoint || checkpoint->origin != log.name ||
      !trail::VerifyCosignature(*note, settings_.key))
    return Error{Code::kUntrusted,
                 Filled("{} is not what this witness cosigned of {}; put it back from a copy, or "
                        "take it away to believe that log anew",
                        "{} n’est pas ce que ce témoin a cosigné de {}; rétablissez-le d’une "
                        "copie, ou retirez-le pour croire ce journal à nouveau",
                        {path, log.name}),
                 {}};
  return Seen{checkpoint->size, checkpoint->root};
}

Ledger::Judged Ledger::Judge(const std::string& text) const {
  Judged out;
  auto note = Note::Parse(text);
  auto checkpoint = note ? trail::ParseCheckpoint(note->text) : note.error();
  if (!checkpoint) {
    out.status = 400;
    return out;
  }
  if (!seen_.contains(checkpoint->origin)) {
    out.status = 404;
    return out;
  }
  const VerifierKey* signer = SignerOf(*note, settings_.logs);
  if (signer == nullptr) {
    out.status = 403;
    return out;
  }
  std::erase_if(note->signatures, [&](const auto& by) { return !by.IsBy(*signer); });
  out.note = std::move(*note);
  out.checkpoint = std::move(*checkpoint);
  return out;
}

Ledger::Answer Ledger::Remember(Seen& seen, Judged judged, base::Time now) const {
  const trail::NoteSignature cosignature =
      trail::Cosign(judged.note.text, now, settings_.key, settings_.seed);
  judged.note.signatures.push_back(cosignature);
  const std::string path = PathOf(settings_.folder, judged.checkpoint.origin);
  if (!base::WriteFileDurably(path, judged.note.ToString(), base::FileMode::kPrivate))
    return Said(500, "the checkpoint could not be kept, so it is not cosigned");
  seen = {judged.checkpoint.size, judged.checkpoint.root};
  return {.status = 200, .body = cosignature.ToLine()};
}

Ledger::Answer Ledger::AddCheckpoint(std::string_view request, base::Time now) {
  const auto parsed = ConsistencyText::Parse(request);
  if (!parsed) return Said(400, parsed.error().message.en);
  Judged judged = Judge(parsed->note);
  if (judged.status == 404) return Said(404, "this log is not known here");
  if (judged.status == 403) return Said(403, "no key that is known here for this log signed it");
  if (judged.status != 0) return Said(judged.status, "not a checkpoint");
  const Checkpoint& checkpoint = judged.checkpoint;
  if (parsed->old_size > checkpoint.size)
    return Said(400, "the old size is larger than the checkpoint's");
  // From here on until it is kept nobody else may move what is remembered.
  const std::lock_guard lock(mutex_);
  Seen& seen = seen_.find(checkpoint.origin)->second;
  if (parsed->old_size != seen.size) return Conflict(seen.size);
  if (seen.size == 0) {
    if (!parsed->hashes.empty()) return Said(422, "a proof from size 0 must be empty");
    if (checkpoint.size == 0) return Said(422, "a tree without entries is not cosigned");
    return Remember(seen, std::move(judged), now);
  }
  if (seen.size == checkpoint.size && seen.root != checkpoint.root) return Conflict(seen.size);
  const Status consistent = trail::VerifyConsistency(seen.size, checkpoint.size, seen.root,
                                                     checkpoint.root, parsed->hashes);
  if (!consistent) return Said(422, consistent.error().message.en);
  return Remember(seen, std::move(judged), now);
}

}  // namespace garant::witness

#include "trail/tree/witnessed.h"

#include <algorithm>

#include "base/file.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr size_t kMostNotes = 2;

Error Untrusted(base::Text message) { return Error{Code::kUntrusted, std::move(message), {}}; }

Error Changed(const std::string& path, const base::Text& why) {
  return Untrusted(Filled("{} was changed: {}", "{} a été modifié : {}", {path, why}));
}

// Of each of the policy's witnesses when it cosigned; nothing where it did not.
using Times = std::vector<std::optional<base::Time>>;
Result<Times> TimesOf(const Note& note, const Policy& policy) {
  Times times;
  for (const Policy::Witness& witness : policy.witnesses()) {
    auto time = VerifyCosignature(note, witness.key);
    if (!time && time.error().code != Code::kNotFound) return std::move(time).error();
    times.push_back(time ? std::optional(*time) : std::nullopt);
  }
  return times;
}

bool IsQuorum(const Times& times, const Policy& policy) {
  std::vector<bool> cosigned;
  for (const auto& time : times) cosigned.push_back(time.has_value());
  return policy.IsQuorum(cosigned);
}

Error Contradicts(const std::string& witness, uint64_t seen, uint64_t size) {
  if (seen > size)
    return Untrusted(
        Filled("the witness {} saw {} entries, and the trail has {}: entries were "
               "taken back",
               "le témoin {} a vu {} entrées, et le journal en a {} : des entrées ont "
               "été retirées",
               {witness, seen, size}));
  return Untrusted(
      Filled("the witness {} saw other entries among the first {} than the trail has: "
             "they were changed",
             "le témoin {} a vu d’autres entrées parmi les {} premières que celles du "
             "journal : elles ont été modifiées",
             {witness, seen}));
}

uint64_t SizeOf(const Note& note) {
  const auto checkpoint = ParseCheckpoint(note.text);
  return checkpoint ? checkpoint->size : 0;
}

// One more note among those that ascend.
void Merge(std::vector<Note>& notes, const Note& note) {
  const auto same = std::ranges::find(notes, note.text, &Note::text);
  if (same == notes.end()) {
    const uint64_t size = SizeOf(note);
    const auto larger =
        std::ranges::find_if(notes, [&](const Note& one) { return SizeOf(one) > size; });
    notes.insert(larger, note);
    return;
  }
  for (const NoteSignature& signature : note.signatures) {
    // A witness that cosigns anew says it of a later time.
    std::erase_if(same->signatures, [&](const NoteSignature& known) {
      return known.name == signature.name && known.id == signature.id;
    });
    same->signatures.push_back(signature);
  }
}

}  // namespace

Result<std::vector<Note>> ReadCosigned(const std::string& folder) {
  const std::string path = CosignedPath(folder);
  std::vector<Note> notes;
  if (!base::Exists(path)) return notes;
  const std::string text = TRY(base::ReadFile(path, kMostNotes * kLargestNote));
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t length = FirstCosignedLength(rest);
    if (length == 0) return Changed(path, {"it ends inside a note", "il se termine dans une note"});
    auto note = Note::Parse(rest.substr(0, length));
    if (!note) return Changed(path, note.error().message);
    const auto checkpoint = ParseCheckpoint(note->text);
    if (!checkpoint) return Changed(path, checkpoint.error().message);
    if (notes.size() == kMostNotes || (!notes.empty() && SizeOf(notes.back()) >= checkpoint->size))
      return Changed(path, {"its notes do not ascend", "ses notes ne sont pas croissantes"});
    notes.push_back(std::move(*note));
    rest.remove_prefix(length);
  }
  return notes;
}

Result<Witnessed> CheckWitnessed(std::span<const Note> notes, const Policy& policy,
                                 const VerifierKey& log, const HashSource& hashes) {
  Witnessed out;
  for (const Note& note : notes) {
    const Checkpoint checkpoint = TRY(OpenCheckpoint(note, log));
    const Times times = TRY(TimesOf(note, policy));
    Witnessed so_far{.size = checkpoint.size, .by = {}};
    for (size_t i = 0; i < times.size(); ++i) {
      const std::optional<base::Time>& time = times[i];
      if (!time) continue;
      so_far.by.push_back(policy.witnesses()[i].name);
      so_far.time = std::max(so_far.time, *time);
    }
    if (so_far.by.empty()) continue;
    // One witness is enough to contradict.
    if (checkpoint.size > hashes.size() ||
        TRY(TreeRoot(hashes, checkpoint.size)) != checkpoint.root)
      return Contradicts(so_far.by.front(), checkpoint.size, hashes.size());
    if (IsQuorum(times, policy)) out = std::move(so_far);
  }
  return out;
}

Result<std::vector<Note>> KeepCosigned(const std::string& folder, const Note& note,
                                       const Policy& policy) {
  std::vector<Note> notes = TRY(ReadCosigned(folder));
  Merge(notes, note);
  std::optional<size_t> newest_quorum;
  for (size_t i = 0; i < notes.size(); ++i) {
    const Times times = TRY(TimesOf(notes[i], policy));
    if (IsQuorum(times, policy)) newest_quorum = i;
  }
  std::vector<Note> kept;
  if (newest_quorum) kept.push_back(notes[*newest_quorum]);
  if (!newest_quorum || *newest_quorum + 1 < notes.size()) kept.push_back(notes.back());
  std::string text;
  for (const Note& one : kept) text += one.ToString();
  TRY(base::WriteFileDurably(CosignedPath(folder), text));
  return kept;
}

std::string WithCosignatures(const std::string& note, std::span<const Note> notes) {
  auto own = Note::Parse(note);
  if (!own) return note;
  for (const Note& kept : notes) {
    if (kept.text != own->text) continue;
    for (const NoteSignature& signature : kept.signatures)
      if (std::ranges::find(own->signatures, signature) == own->signatures.end())
        own->signatures.push_back(signature);
  }
  return own->ToString();
}

}  // namespace garant::trail

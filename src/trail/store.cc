#include "trail/store.h"

#include "base/file.h"
#include "trail/entry.h"
#include "trail/merkle.h"
#include "trail/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr size_t kLengthBytes = 4;
constexpr size_t kLeafBytes = 32;

Error Untrusted(const base::Text& message) {
  return Error{
      Code::kUntrusted,
      Filled("{}; `garant trail verify` says where", "{}; `garant trail verify` dit où", {message}),
      {}};
}

std::string_view WithoutLineEnd(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

Status LoadVerifierKey(const std::string& folder, const std::optional<std::string>& pinned,
                       LoadedTrail& out) {
  const std::string text = TRY(base::ReadFile(VerifierKeyPath(folder), 4096));
  if (!text.ends_with('\n'))
    return Untrusted(Filled("{} was changed", "{} a été modifié", {VerifierKeyPath(folder)}));
  out.key = TRY(VerifierKey::Parse(WithoutLineEnd(text)));
  if (pinned && WithoutLineEnd(*pinned) != WithoutLineEnd(text))
    return Untrusted(Filled("{} is not the verifier key that you expect",
                            "{} n’est pas la clé de vérification attendue",
                            {VerifierKeyPath(folder)}));
  return Ok{};
}

Status LoadLastCheckpoint(const std::string& folder, LoadedTrail& out) {
  const std::string text = TRY(base::ReadFile(CheckpointsPath(folder), kMaxStoreBytes));
  std::string_view rest = text;
  std::string_view last;
  while (const size_t length = FirstNoteLength(rest)) {
    last = rest.substr(0, length);
    rest.remove_prefix(length);
  }
  out.checkpoints_size = text.size();
  out.checkpoints_end = text.size() - rest.size();
  if (last.empty())
    return Untrusted(Filled("{} holds no checkpoint", "{} ne contient aucun point de contrôle",
                            {CheckpointsPath(folder)}));
  Result<Checkpoint> checkpoint = OpenCheckpoint(last, out.key);
  if (!checkpoint)
    return Untrusted(
        Filled("{}: {}", "{} : {}", {CheckpointsPath(folder), checkpoint.error().message}));
  out.checkpoint = *checkpoint;
  out.note = std::string(last);
  return Ok{};
}

Status LoadEntries(const std::string& folder, LoadedTrail& out) {
  const std::string path = LogPath(folder);
  out.log = TRY(base::ReadFile(path, kMaxStoreBytes));
  if (!out.log.starts_with(kLogMagic))
    return Untrusted(Filled("{} is not a log, or was changed",
                            "{} n’est pas un fichier d’entrées, ou a été modifié", {path}));
  const std::string_view log = out.log;
  out.log_end = kLogMagic.size();
  Frontier tree;
  for (uint64_t i = 0; i < out.checkpoint.size; ++i) {
    const Frame frame = ReadFrame(log, out.log_end);
    if (frame.state == Frame::State::kTorn)
      return Untrusted(Filled("{} ends before entry {} of {}",
                              "{} se termine avant l’entrée {} sur {}",
                              {path, i, out.checkpoint.size}));
    if (frame.state == Frame::State::kDamaged)
      return Untrusted(
          Filled("{}: entry {} was changed", "{} : l’entrée {} a été modifiée", {path, i}));
    tree.Append(frame.leaf);
    out.leaves.push_back(frame.leaf);
    out.places.push_back({frame.entry_offset, frame.entry_length});
    out.log_end = frame.end;
  }
  if (tree.Root() != out.checkpoint.root)
    return Untrusted(Filled("{} does not hold the entries that were signed",
                            "{} ne contient pas les entrées qui ont été signées", {path}));
  return Ok{};
}

}  // namespace

Digest PutFrame(std::string& out, ByteView entry) {
  const Digest leaf = LeafHash(entry);
  const auto length = BigEndian(entry.size());
  out += base::AsText(ByteView(length).last<kLengthBytes>());
  out += base::AsText(entry);
  out += base::AsText(leaf);
  return leaf;
}

Frame ReadFrame(std::string_view log, size_t offset) {
  Frame frame;
  WireReader in(base::AsBytes(log.substr(offset)), offset);
  const auto length = static_cast<size_t>(in.Integer(kLengthBytes));
  if (!in.ok()) return frame;
  if (length == 0 || length > kMaxEntryBytes) {
    frame.state = Frame::State::kDamaged;
    return frame;
  }
  if (in.left() < length + kLeafBytes) return frame;
  frame.entry_offset = in.offset();
  frame.entry_length = length;
  frame.leaf = LeafHash(in.Take(length));
  frame.stored_leaf = in.Array<kLeafBytes>();
  frame.end = in.offset();
  frame.state = frame.leaf == frame.stored_leaf ? Frame::State::kSound : Frame::State::kDamaged;
  return frame;
}

// The checkpoint is read before the log, so that a writer at work cannot make them disagree.
Result<LoadedTrail> LoadTrail(const std::string& folder, const std::optional<std::string>& pinned) {
  LoadedTrail out;
  TRY(LoadVerifierKey(folder, pinned, out));
  TRY(LoadLastCheckpoint(folder, out));
  TRY(LoadEntries(folder, out));
  return out;
}

}  // namespace garant::trail

#include "trail/store/log_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "trail/entry/entry.h"
#include "trail/entry/wire.h"
#include "trail/store/paths.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;

constexpr std::string_view kBatchMark = "BTCH";
constexpr uint64_t kLeastRoom = 256U << 10U;  // taken ahead: as much as there is, within these
constexpr uint64_t kMostRoom = 32U << 20U;

// What stands before the frames of a batch, and behind.
base::Bytes BatchHead(size_t frames, uint32_t entries) {
  base::Bytes head;
  PutText(head, kBatchMark);
  PutInteger(head, entries, 4);
  PutInteger(head, frames, 4);
  return head;
}
base::Bytes BatchTail(std::string_view note) {
  base::Bytes tail;
  PutInteger(tail, note.size(), 2);
  PutText(tail, note);
  return tail;
}

struct Batch {
  uint64_t entries = 0;
  ByteView frames;
  size_t frames_offset = 0;
  std::string_view note;
  size_t end = 0;
};

// Nothing where there is no whole one.
std::optional<Batch> TakeBatch(ByteView bytes, size_t offset) {
  WireReader in(bytes.subspan(offset), offset);
  if (base::AsText(in.Take(kBatchMark.size())) != kBatchMark) return {};
  Batch batch;
  batch.entries = in.Integer(4);
  const auto length = static_cast<size_t>(in.Integer(4));
  batch.frames_offset = in.offset();
  batch.frames = in.Take(length);
  batch.note = base::AsText(in.Take(static_cast<size_t>(in.Integer(2))));
  batch.end = in.offset();
  if (!in.ok()) return {};
  return batch;
}

// Takes a frame; an empty entry where there is none.
struct Frame {
  ByteView entry;
  size_t offset = 0;
  Digest leaf{};
};
Frame TakeFrame(WireReader& in) {
  Frame frame;
  const auto length = static_cast<size_t>(in.Integer(4));
  frame.offset = in.offset();
  if (length == 0 || length > kMaxEntryBytes) return frame;
  frame.entry = in.Take(length);
  frame.leaf = in.Array<32>();
  if (!in.ok()) frame.entry = {};
  return frame;
}

bool Holds(const Frame& frame) {
  return !frame.entry.empty() && LeafHash(frame.entry) == frame.leaf;
}

// What the lines of a note say that the signature is over.
std::string NoteBody(const VerifierKey& key, const Frontier& tree) {
  return key.name + "\n" + std::to_string(tree.size()) + "\n" + base::ToBase64(tree.Root()) +
         "\n\n";
}

class LogLoader {
 public:
  LogLoader(ByteView bytes, const VerifierKey& key, const Frontier& tree)
      : bytes_(bytes), key_(key), before_(tree), tree_(tree) {}

  Result<LoadedLog> Load(uint64_t first) {
    log_.first = first;
    TRY(CheckHeader(first));
    while (const auto batch = TakeBatch(bytes_, end_))
      if (!AddBatch(*batch)) break;
    DropUnsigned();
    if (ends_.empty())
      return Error{Code::kInvalid,
                   {"not even its first batch holds", "même son premier lot ne tient pas"},
                   {}};
    const Result<Checkpoint> checkpoint = OpenCheckpoint(ends_.back().note, key_);
    log_.checkpoint = *checkpoint;
    log_.note = ends_.back().note;
    log_.last = ends_.size() < 2 ? 0 : ends_[ends_.size() - 2].end;  // 0: the header, too
    log_.used = ends_.back().end;
    LookBehind();
    return std::move(log_);
  }
  [[nodiscard]] const Frontier& tree() const { return tree_; }

 private:
  struct End {
    size_t entries;
    size_t end;
    std::string_view note;
  };

  Status CheckHeader(uint64_t first) {
    const std::string_view text = base::AsText(bytes_);
    if (text.starts_with("garant-log/") && !text.starts_with(kLogMagic))
      return Error{
          Code::kUnsupported,
          {"written by another version of garant", "écrit par une autre version de garant"},
          {}};
    if (!text.starts_with(kLogMagic) || bytes_.size() < kLogHeaderBytes ||
        WireReader(bytes_.subspan(kLogMagic.size())).Integer(8) != first)
      return Error{Code::kInvalid,
                   {"it is no log, or another one than its name says",
                    "ce n’est pas un journal, ou pas celui que dit son nom"},
                   {}};
    end_ = kLogHeaderBytes;
    return Ok{};
  }

  bool AddBatch(const Batch& batch) {
    const size_t before = log_.leaves.size();
    Frontier grown = tree_;
    WireReader in(batch.frames, batch.frames_offset);
    for (uint64_t i = 0; i < batch.entries; ++i) {
      const size_t offset = in.AtEnd() ? end_ : in.offset();  // fewer than the batch says
      const Frame frame = TakeFrame(in);
      if (!Holds(frame)) {
        // An entry that holds where the batch ends before it does: what the batch says is wrong.
        WireReader beyond(bytes_.subspan(offset), offset);
        if (Holds(TakeFrame(beyond))) return Bad(before, log_.first + before, end_);
        return Bad(before, log_.first + log_.leaves.size(), offset);
      }
      grown.Append(frame.leaf);
      log_.places.push_back({frame.offset, static_cast<uint32_t>(frame.entry.size())});
      log_.leaves.push_back(frame.leaf);
    }
    const bool empty = batch.entries == 0 && !ends_.empty();
    if (!in.AtEnd() || empty || !batch.note.starts_with(NoteBody(key_, grown)))
      return Bad(before, log_.first + before, end_);
    tree_ = std::move(grown);
    end_ = batch.end;
    ends_.push_back({log_.leaves.size(), end_, batch.note});
    log_.notes.push_back({end_ - batch.note.size(), static_cast<uint32_t>(batch.note.size())});
    return true;
  }

  bool Bad(size_t keep, uint64_t entry, size_t offset) {
    log_.leaves.resize(keep);
    log_.places.resize(keep);
    log_.bad_entry = entry;
    log_.bad_offset = offset;
    return false;
  }

  // The signature of the last note is over all that the ones before it are over.
  void DropUnsigned() {
    const size_t all = ends_.size();
    while (!ends_.empty() && !OpenCheckpoint(ends_.back().note, key_)) ends_.pop_back();
    if (ends_.size() == all) return;
    log_.notes.resize(ends_.size());
    const size_t keep = ends_.empty() ? 0 : ends_.back().entries;
    Bad(keep, log_.first + keep, ends_.empty() ? kLogHeaderBytes : ends_.back().end);
    tree_ = before_;
    for (const Digest& leaf : log_.leaves) tree_.Append(leaf);
  }

  // A batch is written only when the one before it is durable: so what a crash tore has at most its
  // own note.
  void LookBehind() {
    const ByteView rest = bytes_.subspan(log_.used);
    const auto last = std::find_if(rest.rbegin(), rest.rend(), [](uint8_t b) { return b != 0; });
    log_.behind = static_cast<uint64_t>(rest.rend() - last);
    const std::string_view text = base::AsText(rest.first(log_.behind));
    const std::string start = key_.name + "\n";
    size_t notes = 0;
    for (size_t at = text.find(start); at != std::string_view::npos && notes < 2;
         at = text.find(start, at + 1)) {
      const std::string_view from = text.substr(at);
      const auto note = OpenCheckpoint(from.substr(0, FirstNoteLength(from)), key_);
      if (note && note->size > log_.checkpoint.size) ++notes;
    }
    log_.damaged = notes > 1;
  }

  ByteView bytes_;
  const VerifierKey& key_;
  Frontier before_;
  Frontier tree_;
  LoadedLog log_;
  size_t end_ = 0;
  std::vector<End> ends_;
};

}  // namespace

bool HashesHold(const LogFrames& frames, std::span<uint8_t> bytes, ManyHashes& hashes) {
  std::array<std::span<uint8_t>, kHashedAtOnce> some;
  std::array<Digest, kHashedAtOnce> made;
  for (size_t first = 0; first < frames.entries.size(); first += some.size()) {
    const size_t count = std::min(some.size(), frames.entries.size() - first);
    for (size_t i = 0; i < count; ++i) {
      const ByteView entry = frames.entries[first + i];
      some[i] = bytes.subspan(static_cast<size_t>(entry.data() - bytes.data()), entry.size());
    }
    HashLeaves(std::span(some).first(count), made, hashes);
    if (!std::equal(made.begin(), made.begin() + static_cast<ptrdiff_t>(count),
                    frames.leaves.begin() + static_cast<ptrdiff_t>(first)))
      return false;
  }
  return true;
}

Result<LogWriter> LogWriter::Create(base::Disk& disk, const std::string& folder, uint64_t first,
                                    std::string_view frames, uint32_t entries,
                                    std::string_view note) {
  base::Bytes header;
  PutText(header, kLogMagic);
  PutInteger(header, first, 8);
  PutBytes(header, BatchHead(frames.size(), entries));
  PutText(header, frames);
  PutBytes(header, BatchTail(note));
  const std::string path = SegmentPath(folder, first, kLogSuffix);
  const std::string unfinished = path + std::string(kUnfinishedSuffix);
  LogWriter log(TRY(disk.Open(unfinished)), first, 0);
  TRY(log.file_->Cut(0));
  TRY(log.MakeRoom(header.size()));
  TRY(log.file_->WriteAt(0, header));
  TRY(log.file_->Sync());
  TRY(disk.Rename(unfinished, path));
  TRY(disk.SyncFolder(SegmentsPath(folder)));
  log.file_ = TRY(disk.Open(path));  // whose errors name it so
  log.used_ = header.size();
  return log;
}

Result<LogWriter> LogWriter::Continue(base::Disk& disk, const std::string& folder, uint64_t first,
                                      ByteView bytes, uint64_t last) {
  LogWriter log(TRY(disk.Open(SegmentPath(folder, first, kLogSuffix))), first, bytes.size());
  TRY(log.file_->Cut(bytes.size()));
  TRY(log.file_->WriteAt(last, bytes.subspan(last)));
  TRY(log.file_->Sync());
  return log;
}

Status LogWriter::MakeRoom(uint64_t end) {
  if (end <= room_) return Ok{};
  const uint64_t most = std::clamp(planned_ - std::min(planned_, end), kLeastRoom, kMostRoom);
  const uint64_t ahead = std::clamp(used_, kLeastRoom, most);
  if (file_->Allocate(end + ahead)) {
    room_ = end + ahead;
    return Ok{};
  }
  TRY(file_->Allocate(end));
  room_ = end;
  return Ok{};
}

Status LogWriter::Append(std::span<const std::string_view> frames, uint32_t entries,
                         std::string_view note) {
  size_t length = 0;
  for (const std::string_view piece : frames) length += piece.size();
  const base::Bytes before = BatchHead(length, entries);
  const base::Bytes behind = BatchTail(note);
  const uint64_t end = used_ + before.size() + length + behind.size();
  TRY(MakeRoom(end));
  touched_ = true;
  uint64_t at = used_;
  const auto put = [&](ByteView bytes) {
    at += bytes.size();
    return file_->WriteAt(at - bytes.size(), bytes);
  };
  TRY(put(before));
  for (const std::string_view piece : frames) TRY(put(base::AsBytes(piece)));
  TRY(put(behind));
  TRY(file_->Sync());
  touched_ = false;
  used_ = end;
  return Ok{};
}

Status LogWriter::Finish() {
  TRY(file_->Cut(used_));
  room_ = used_;
  return file_->Sync();
}

Result<LoadedLog> LoadLog(ByteView bytes, uint64_t first, const VerifierKey& key, Frontier& tree) {
  LogLoader loader(bytes, key, tree);
  LoadedLog log = TRY(loader.Load(first));
  tree = loader.tree();
  return log;
}

Result<LogFrames> ReadFrames(ByteView bytes, uint64_t first, uint64_t end) {
  LogFrames out;
  uint64_t index = WireReader(bytes.subspan(kLogMagic.size())).Integer(8);
  size_t at = kLogHeaderBytes;
  while (index < end) {
    const auto batch = TakeBatch(bytes, at);
    if (!batch) break;
    WireReader in(batch->frames, batch->frames_offset);
    for (uint64_t i = 0; i < batch->entries && index < end; ++i, ++index) {
      const Frame frame = TakeFrame(in);
      if (frame.entry.empty()) break;
      if (index < first) continue;
      out.entries.push_back(frame.entry);
      out.leaves.push_back(frame.leaf);
    }
    at = batch->end;
  }
  if (out.entries.size() != end - first)
    return Error{Code::kInvalid,
                 {"a log holds fewer entries than it should",
                  "un journal contient moins d’entrées qu’il ne devrait"},
                 {}};
  return out;
}

}  // namespace garant::trail

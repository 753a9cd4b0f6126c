#include "trail/upkeep/export_tiles.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/file.h"
#include "trail/entry/wire.h"
#include "trail/store/entry_bundle.h"
#include "trail/store/paths.h"
#include "trail/tree/tile_path.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
namespace fs = std::filesystem;

std::string CheckpointFile(const std::string& folder) { return folder + "/checkpoint"; }

// A file below `tile`; nothing where it is none of an export. One whose writing broke off is of the
// tile that it was to be.
std::optional<TilePath> TileOf(const fs::directory_entry& file, const std::string& folder,
                               bool* unfinished) {
  std::error_code error;
  std::string name = file.path().lexically_relative(folder).generic_string();
  *unfinished = name.ends_with(kUnfinishedSuffix);
  if (*unfinished) name.resize(name.size() - kUnfinishedSuffix.size());
  if (!file.is_regular_file(error) || file.is_symlink(error)) return std::nullopt;
  return TilePath::Parse(name);
}

// All files below `tile`, links too.
Result<std::vector<fs::directory_entry>> FilesBelow(const std::string& folder) {
  std::vector<fs::directory_entry> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder + "/tile", error), end; !error && at != end;
       at.increment(error))
    if (std::error_code unknown; !at->is_directory(unknown) || at->is_symlink(unknown))
      files.push_back(*at);
  if (!error || error == std::errc::no_such_file_or_directory) return files;
  return Error{Code::kIo,
               Filled("cannot read {}: {}", "impossible de lire {} : {}",
                      {folder + "/tile", base::SystemText(error.value())}),
               {}};
}

class Exporter {
 public:
  Exporter(const TrailReader& reader, const std::string& folder, TilesOf what)
      : reader_(reader), folder_(folder), what_(what) {}

  Result<ExportedTiles> Run(const std::string& note) {
    TRY(CheckIsForTiles(reader_, folder_));
    TRY(base::MakeFolder(folder_));
    for (unsigned level = 0; WidthOfTile(reader_.size(), level, 0) != 0; ++level)
      TRY(WriteLevel({.entries = false, .level = level}));
    if (what_ == TilesOf::kTreeAndEntries)
      TRY(WriteLevel({.entries = true, .number = reader_.kept_from() / kTileWidth}));
    TRY(base::WriteFileDurably(CheckpointFile(folder_), note));
    TRY(RemoveOld());
    return written_;
  }

 private:
  [[nodiscard]] bool IsNeeded(const TilePath& path) const {
    if (path.width != WidthOfTile(reader_.size(), path.level, path.number)) return false;
    return !path.entries ||
           (what_ == TilesOf::kTreeAndEntries && path.number >= reader_.kept_from() / kTileWidth);
  }

  Status RemoveOld() {
    for (const fs::directory_entry& file : TRY(FilesBelow(folder_))) {
      bool unfinished = false;
      const auto path = TileOf(file, folder_, &unfinished);
      if (!path || (!unfinished && IsNeeded(*path))) continue;
      std::error_code error;
      if (!fs::remove(file.path(), error) || error)
        return Error{Code::kIo,
                     Filled("cannot remove {}: {}", "impossible de supprimer {} : {}",
                            {file.path().string(), base::SystemText(error.value())}),
                     {}};
      ++written_.removed;
      fs::remove(file.path().parent_path(), error);  // where nothing else lies in it
    }
    return Ok{};
  }

  Status WriteLevel(TilePath path) {
    for (;; ++path.number) {
      path.width = WidthOfTile(reader_.size(), path.level, path.number);
      if (path.width == 0) return Ok{};
      const std::string file = folder_ + "/" + path.ToString();
      if (path.entries && TRY(HoldsItsEntries(file, path))) continue;
      const Bytes bytes = path.entries ? TRY(Bundle(path)) : TRY(Hashes(path));
      if (!path.entries && Holds(file, bytes)) continue;
      TRY(Write(file, bytes));
      ++(path.entries ? written_.bundles : written_.tiles);
    }
  }

  static bool Holds(const std::string& file, const Bytes& bytes) {
    const auto there = base::ReadFile(file, bytes.size());
    return there && *there == base::AsText(bytes);
  }

  // By their hashes: that takes less than making it anew.
  [[nodiscard]] Result<bool> HoldsItsEntries(const std::string& file, const TilePath& path) const {
    const auto there = base::ReadFile(file, kLargestBundle);
    if (!there) return false;
    const auto leaves = SplitBundle(base::AsBytes(*there), path.width);
    if (!leaves) return false;
    const std::vector<Digest> hashes = TRY(reader_.hashes().Tile(0, path.number, path.width));
    return std::ranges::equal(*leaves, hashes, {}, LeafHash);
  }

  [[nodiscard]] Result<Bytes> Hashes(const TilePath& path) const {
    Bytes bytes;
    for (const Digest& hash : TRY(reader_.hashes().Tile(path.level, path.number, path.width)))
      PutBytes(bytes, hash);
    return bytes;
  }

  [[nodiscard]] Result<Bytes> Bundle(const TilePath& path) const {
    Bytes bytes;
    for (unsigned i = 0; i < path.width; ++i) {
      const Bytes leaf = TRY(reader_.ReadLeaf(path.number * kTileWidth + i));
      PutInteger(bytes, leaf.size(), 2);
      PutBytes(bytes, leaf);
    }
    return bytes;
  }

  // Under its own name only when it is whole.
  static Status Write(const std::string& path, const Bytes& bytes) {
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    const std::string unfinished = path + std::string(kUnfinishedSuffix);
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (file) fs::rename(unfinished, path, error);
    if (file && !error) return Ok{};
    return Error{Code::kIo,
                 Filled("{} cannot be written; is there room?",
                        "impossible d’écrire {}; reste-t-il de la place?", {path}),
                 {}};
  }

  const TrailReader& reader_;
  const std::string& folder_;
  const TilesOf what_;
  ExportedTiles written_;
};

}  // namespace

Status CheckIsForTiles(const TrailReader& reader, const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) || fs::is_empty(folder, error)) return Ok{};
  const auto conflict = [&folder](const base::Text& why) {
    return Error{Code::kConflict,
                 Filled("{} {}; name a new folder, or that of an earlier export of this trail",
                        "{} {}; nommez un nouveau dossier, ou celui d’une exportation antérieure "
                        "de ce journal",
                        {folder, why}),
                 {}};
  };
  if (!base::Exists(CheckpointFile(folder)))
    return conflict({"holds something else", "contient autre chose"});
  const std::string text = TRY(base::ReadFile(CheckpointFile(folder), kLargestNote));
  const auto note = Note::Parse(text);
  const auto old =
      note ? OpenCheckpoint(*note, reader.verifier_key()) : Result<Checkpoint>(note.error());
  if (!old)
    return conflict(Filled("has a checkpoint that is not this trail's ({})",
                           "a un point de contrôle qui n’est pas de ce journal ({})",
                           {old.error().message}));
  if (old->size > reader.size() || TRY(TreeRoot(reader.hashes(), old->size)) != old->root)
    return Error{Code::kUntrusted,
                 Filled("this trail does not continue the one in {}",
                        "ce journal ne continue pas celui qui est dans {}", {folder}),
                 {}};
  for (const fs::directory_entry& file : TRY(FilesBelow(folder)))
    if (bool unfinished = false; !TileOf(file, folder, &unfinished))
      return conflict(Filled("has a file among its tiles that is none, {}",
                             "a parmi ses tuiles un fichier qui n’en est pas une, {}",
                             {file.path().lexically_relative(folder).generic_string()}));
  return Ok{};
}

Result<ExportedTiles> ExportTiles(const TrailReader& reader, const std::string& note, TilesOf what,
                                  const std::string& folder) {
  return Exporter(reader, folder, what).Run(note);
}

}  // namespace garant::trail

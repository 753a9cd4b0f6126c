#include "trail/export_tiles.h"

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "trail/tile_path.h"
#include "trail/wire.h"

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

class Exporter {
 public:
  Exporter(const TrailReader& reader, const std::string& folder)
      : reader_(reader), folder_(folder) {}

  Result<ExportedTiles> Run(const std::string& note, TilesOf what) {
    TRY(base::MakeFolder(folder_));
    TRY(CheckFolder());
    for (unsigned level = 0; WidthOfTile(reader_.size(), level, 0) != 0; ++level)
      TRY(WriteLevel({.entries = false, .level = level}));
    if (what == TilesOf::kTreeAndEntries)
      TRY(WriteLevel({.entries = true, .number = reader_.kept_from() / kTileWidth}));
    TRY(base::WriteFileDurably(CheckpointFile(), note));
    return written_;
  }

 private:
  [[nodiscard]] std::string CheckpointFile() const { return folder_ + "/checkpoint"; }

  Status CheckFolder() const {
    std::error_code error;
    if (fs::is_empty(folder_, error)) return Ok{};
    if (!base::Exists(CheckpointFile()))
      return Error{Code::kConflict,
                   Filled("{} holds something else; name a new folder, or that of an earlier "
                          "export of this trail",
                          "{} contient autre chose; nommez un nouveau dossier, ou celui d’une "
                          "exportation antérieure de ce journal",
                          {folder_}),
                   {}};
    const std::string text = TRY(base::ReadFile(CheckpointFile(), kLargestNote));
    const Note note = TRY(Note::Parse(text));
    const Checkpoint old = TRY(OpenCheckpoint(note, reader_.verifier_key()));
    if (old.size <= reader_.size() && TRY(TreeRoot(reader_.hashes(), old.size)) == old.root)
      return Ok{};
    return Error{Code::kUntrusted,
                 Filled("this trail does not continue the one in {}",
                        "ce journal ne continue pas celui qui est dans {}", {folder_}),
                 {}};
  }

  Status WriteLevel(TilePath path) {
    for (;; ++path.number) {
      path.width = WidthOfTile(reader_.size(), path.level, path.number);
      if (path.width == 0) return Ok{};
      const std::string file = folder_ + "/" + path.ToString();
      if (path.width == kTileWidth && base::Exists(file)) continue;
      const Bytes bytes = path.entries ? TRY(Bundle(path)) : TRY(Hashes(path));
      TRY(Write(file, bytes));
      ++(path.entries ? written_.bundles : written_.tiles);
    }
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
    const std::string unfinished = path + ".new";
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
  ExportedTiles written_;
};

}  // namespace

Result<ExportedTiles> ExportTiles(const TrailReader& reader, const std::string& note, TilesOf what,
                                  const std::string& folder) {
  return Exporter(reader, folder).Run(note, what);
}

}  // namespace garant::trail

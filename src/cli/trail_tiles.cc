#include "cli/trail_keys.h"
#include "trail/tree/witnessed.h"
#include "trail/upkeep/export_tiles.h"

namespace garant::cli {
namespace {

using base::Ok;
using base::Result;
using base::Status;

constexpr int kMostTries = 3;

// Entries leave the trail here, sealed parts as ciphertext: never without an entry that says so,
// and how many. What says which index a segment has comes behind it unasked, and is given too: then
// that was too few, and another says it.
Result<trail::TrailReader> RecordReading(OpenedTrail& opened, const std::string& folder) {
  trail::Trail& trail = *opened.trail;
  uint64_t kept_from = 0;
  {
    const auto reader = TRY(trail::TrailReader::Open(trail.folder()));
    TRY(trail::CheckIsForTiles(reader, folder));
    kept_from = reader.kept_from();
  }
  TRY(trail.WaitForSealing());
  for (int tries = 0; tries < kMostTries; ++tries) {
    const uint64_t size = trail.size() + 1;
    trail::Draft draft;
    draft.time = opened.clock.Now();
    draft.kind = "reading";
    draft.service = opened.service;
    draft.source = "cli.tiles";
    draft.outcome = "given";
    draft.facts = {{"count", static_cast<int64_t>(size - kept_from)},
                   {"first", static_cast<int64_t>(kept_from)},
                   {"role", std::string("auditor")}};
    TRY(trail.Append({&draft, 1}));
    if (trail.size() == size) break;
  }
  return trail::TrailReader::Open(trail.folder());
}

Status Export(const Invocation& call, const std::vector<trail::Note>& cosigned,
              const trail::TrailReader& reader, trail::TilesOf what) {
  const std::string note = trail::WithCosignatures(reader.note(), cosigned);
  const auto written = TRY(trail::ExportTiles(reader, note, what, call.argument));
  *call.out
      << Shown(call.Say(base::Filled(
             "{}: {} entries under their checkpoint; {} tiles and {} bundles written. The key "
             "to check them with, to be kept elsewhere: {}",
             "{} : {} entrées sous leur point de contrôle; {} tuiles et {} lots écrits. La "
             "clé qui les vérifie, à conserver ailleurs : {}",
             {call.argument, reader.size(), written.tiles, written.bundles,
              reader.verifier_key().ToString()})))
      << "\n";
  if (written.removed != 0)
    *call.out << call.Say(base::Filled(
                     "{} files of an earlier export that this checkpoint does not need were "
                     "removed.",
                     "{} fichiers d’une exportation antérieure dont ce point de contrôle n’a pas "
                     "besoin ont été supprimés.",
                     {written.removed}))
              << "\n";
  if (reader.kept_from() != 0 && what == trail::TilesOf::kTreeAndEntries)
    *call.out << call.Say(base::Filled(
                     "Entries below {} were deleted when their time had come; their hashes are "
                     "there (garant-verify --kept-from {}).",
                     "Les entrées avant {} ont été supprimées à leur échéance; leurs empreintes y "
                     "sont (garant-verify --kept-from {}).",
                     {reader.kept_from(), reader.kept_from()}))
              << "\n";
  return Ok{};
}

}  // namespace

int RunTrailTiles(const Invocation& call) {
  if (call.argument.empty())
    return call.Misuse({"name the folder to export to", "nommez le dossier où exporter"});
  if (const auto wrong = MayBeACopy(call); wrong && !call.Has("tree-only"))
    return call.Misuse(*wrong);
  int status = kMet;
  auto what = trail::TilesOf::kTree;
  std::vector<trail::Note> cosigned;
  // Until the trail is read as of the reading nobody else appends, whose entries it would not
  // count.
  const auto open = [&]() -> Result<std::optional<trail::TrailReader>> {
    std::unique_ptr<OpenedTrail> opened;
    std::string folder;
    if (call.Has("tree-only")) {
      folder = TrailFolder(call, status);
      if (folder.empty()) return std::optional<trail::TrailReader>();
    } else {
      what = trail::TilesOf::kTreeAndEntries;
      opened = OpenForKeys(call, status);
      if (!opened) return std::optional<trail::TrailReader>();
      folder = opened->trail->folder();
    }
    cosigned = TRY(trail::ReadCosigned(folder));
    if (!opened) return std::optional(TRY(trail::TrailReader::Open(folder)));
    return std::optional(TRY(RecordReading(*opened, call.argument)));
  };
  const auto reader = open();
  if (!reader) return call.Fail(reader.error());
  if (!*reader) return status;
  const auto done = Export(call, cosigned, **reader, what);
  return done ? kMet : call.Fail(done.error());
}

}  // namespace garant::cli

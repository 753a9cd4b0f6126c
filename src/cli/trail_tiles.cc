#include "cli/trail_keys.h"
#include "trail/export_tiles.h"
#include "trail/witnessed.h"

namespace garant::cli {
namespace {

using base::Ok;
using base::Result;
using base::Status;

// Entries leave the trail here, sealed parts as ciphertext: never without an entry that says so.
Status RecordReading(trail::Trail& trail, const std::string& service, base::Time now) {
  const auto reader = TRY(trail::TrailReader::Open(trail.folder()));
  trail::Draft draft;
  draft.time = now;
  draft.kind = "reading";
  draft.service = service;
  draft.source = "cli.tiles";
  draft.outcome = "given";
  draft.facts = {{"count", static_cast<int64_t>(reader.size() - reader.kept_from())},
                 {"first", static_cast<int64_t>(reader.kept_from())},
                 {"role", std::string("auditor")}};
  TRY(trail.Append({&draft, 1}));
  return Ok{};
}

Status Export(const Invocation& call, const std::string& trail, trail::TilesOf what) {
  const auto cosigned = TRY(trail::ReadCosigned(trail));
  const auto reader = TRY(trail::TrailReader::Open(trail));
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
  int status = kMet;
  std::string folder;
  if (call.Has("tree-only")) {
    folder = TrailFolder(call, status);
    if (folder.empty()) return status;
  } else {
    const auto opened = OpenForKeys(call, status);
    if (!opened) return status;
    folder = opened->trail->folder();
    const auto recorded = RecordReading(*opened->trail, opened->service, base::SystemClock().Now());
    if (!recorded) return call.Fail(recorded.error());
  }
  const auto what = call.Has("tree-only") ? trail::TilesOf::kTree : trail::TilesOf::kTreeAndEntries;
  const auto done = Export(call, folder, what);
  return done ? kMet : call.Fail(done.error());
}

}  // namespace garant::cli

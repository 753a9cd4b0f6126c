#include "server/api.h"
#include "server/query.h"
#include "trail/entry/wire.h"
#include "trail/tree/tile_path.h"
#include "trail/tree/witnessed.h"

// The trail as C2SP tlog-tiles has it.
namespace garant::server {
namespace {

using base::Bytes;
using base::Filled;
using base::Text;
using trail::TilePath;

constexpr std::string_view kBytes = "application/octet-stream";
constexpr std::string_view kYear = "max-age=31536000, immutable";
// A partial tile never changes either, but is of no use once there is a longer one.
constexpr std::string_view kHour = "max-age=3600";

Reply NotThere(base::Language language) {
  return Problem(
      404,
      {"the tree of this trail has no such tile", "l’arbre de ce journal n’a pas de telle tuile"},
      language, false);
}

bool IsThere(const TilePath& path, uint64_t size) {
  return path.width <= trail::WidthOfTile(size, path.level, path.number);
}

// What a bundle's reader is told to have read, before anything is given out.
trail::Draft ReadingOf(const TilePath& path, std::string_view service, base::Time now) {
  trail::Draft draft;
  draft.time = now;
  draft.kind = "reading";
  draft.service = service;
  draft.source = "server.tiles";
  draft.outcome = "given";
  draft.facts = {{"count", int64_t{path.width}},
                 {"first", static_cast<int64_t>(path.number * trail::kTileWidth)},
                 {"role", std::string("auditor")}};
  return draft;
}

}  // namespace

Reply Api::Checkpoint(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto cosigned = desk_.Cosigned();
  if (!cosigned) return NoTrail(cosigned.error(), asked.language);
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  return {.media_type = "text/plain; charset=utf-8",
          .body = trail::WithCosignatures((*reader)->published_note(), *cosigned),
          .headers = {{"Cache-Control", "no-cache"}}};
}

Reply Api::Tile(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto path = TilePath::Parse("tile/" + asked.part);
  if (!path || path->entries) return NotThere(asked.language);
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  if (!IsThere(*path, (*reader)->size())) return NotThere(asked.language);
  const auto hashes = (*reader)->hashes().Tile(path->level, path->number, path->width);
  if (!hashes) return NoTrail(hashes.error(), asked.language);
  Reply reply;
  reply.media_type = kBytes;
  for (const base::Digest& hash : *hashes) reply.body += base::AsText(hash);
  const bool whole = path->width == trail::kTileWidth;
  reply.headers = {{"Cache-Control", std::string(tree_.is_public ? "public, " : "private, ") +
                                         std::string(whole ? kYear : kHour)}};
  return reply;
}

// What is sealed leaves here as ciphertext: for an auditor alone, and never without an entry that
// says so. It is not kept by any cache, since another reading would leave no trace.
Reply Api::Bundle(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto path = TilePath::Parse("tile/entries/" + asked.part);
  if (!path) return NotThere(asked.language);
  if (tree_.readings == nullptr)
    return Problem(403,
                   {"this server records no readings, and gives out no entries without",
                    "ce serveur ne consigne pas les lectures, et ne donne aucune entrée "
                    "sans cela"},
                   asked.language, false);
  const auto reader = desk_.Trail();
  if (!reader) return NoTrail(reader.error(), asked.language);
  if (!IsThere(*path, (*reader)->size())) return NotThere(asked.language);
  Bytes bundle;
  for (unsigned i = 0; i < path->width; ++i) {
    const auto leaf = (*reader)->ReadLeaf(path->number * trail::kTileWidth + i);
    if (!leaf) return NoTrail(leaf.error(), asked.language);
    trail::PutInteger(bundle, leaf->size(), 2);
    trail::PutBytes(bundle, *leaf);
  }
  const trail::Draft reading = ReadingOf(*path, tree_.service, base::SystemClock().Now());
  if (const auto recorded = tree_.readings->Append({&reading, 1}); !recorded)
    return Problem(503,
                   Filled("the reading could not be recorded: {}",
                          "la lecture n’a pu être consignée\u00a0: {}", {recorded.error().message}),
                   asked.language, false);
  return {.media_type = std::string(kBytes), .body = std::string(base::AsText(bundle))};
}

}  // namespace garant::server

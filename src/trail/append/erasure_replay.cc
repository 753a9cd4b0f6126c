#include "trail/append/erasure_replay.h"

#include <limits>
#include <map>
#include <set>
#include <utility>

#include "trail/keys/key_vault.h"
#include "trail/search/search.h"
#include "trail/store/reader.h"

namespace garant::trail {

using base::Bytes;
using base::Ok;
using base::Result;
using base::Status;

Result<std::vector<uint64_t>> EntriesOnErasure(const TrailReader& reader, uint64_t from) {
  Search search;
  search.all_of = {{RunKey::kKind,
                    {Bytes(kErasureKind.begin(), kErasureKind.end()),
                     Bytes(kHoldKind.begin(), kHoldKind.end())}}};
  search.from = from;
  search.most = std::numeric_limits<size_t>::max();
  std::vector<uint64_t> indices;
  for (const Entry& entry : TRY(Find(reader, search)).entries) indices.push_back(entry.index);
  return indices;
}

Status ErasureReplay::Take(base::ByteView leaf, KeyStore& keys) {
  if (!MayTellOfErasures(leaf)) return Ok{};
  const Entry entry = TRY(DecodeEntry(leaf));
  if (auto tombstone = ToTombstone(entry)) tombstones_.push_back(std::move(*tombstone));
  if (const auto hold = ToHold(entry, keys)) keys.PutHold(*hold);
  return Ok{};
}

bool ErasureReplay::Apply(KeyStore& keys) const {
  SubjectTable& subjects = keys.subjects();
  std::set<RecordId> records;
  for (const Tombstone& one : tombstones_) records.insert(one.record);
  std::map<RecordId, Key> there;
  if (!records.empty())
    for (const SubjectPage& page : subjects.pages())
      for (const SubjectRow& row : page.rows)
        if (records.contains(row.record)) there.emplace(row.record, row.lookup_id);
  bool any = false;
  for (const Tombstone& one : tombstones_) {
    const auto row = there.find(one.record);
    const bool erased = row != there.end() && subjects.Erase(row->second, one.held);
    any = (erased || subjects.KeepHeld(one.record, one.held)) || any;
  }
  return any;
}

Status ErasureReplay::CarryOut(KeyVault& vault, uint64_t size) const {
  const bool any = Apply(vault.keys());
  vault.keys().SetApplied(size);
  return any ? vault.Rekey() : vault.Keep();
}

}  // namespace garant::trail

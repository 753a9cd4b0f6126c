#include "trail/keys/subjects.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"

namespace garant::trail {
namespace {

constexpr uint32_t kGone = 0xffffffff;
constexpr size_t kNowhere = static_cast<size_t>(-1);
constexpr size_t kFewestSlots = 64;

bool IsAmong(const std::vector<std::string>& categories, const std::string& category) {
  return std::ranges::find(categories, category) != categories.end();
}

}  // namespace

Key CategoryKey(const Key& subject_root, std::string_view category) {
  return HmacSha256(subject_root, {base::AsBytes("garant/category/1"), base::AsBytes(category)});
}

const SubjectRow& SubjectTable::At(uint32_t place) const {
  return pages_[(place - 1) / kRowsPerPage].rows[(place - 1) % kRowsPerPage];
}

size_t SubjectTable::SlotOf(const Key& lookup_id) const {
  if (slots_.empty()) return kNowhere;
  uint64_t hash = 0;
  std::memcpy(&hash, lookup_id.data(), sizeof hash);
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) return kNowhere;
    if (slots_[slot] != kGone && At(slots_[slot]).lookup_id == lookup_id) return slot;
  }
}

void SubjectTable::Enter(const Key& lookup_id, uint32_t place) {
  uint64_t hash = 0;
  std::memcpy(&hash, lookup_id.data(), sizeof hash);
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot] != 0 && slots_[slot] != kGone) slot = (slot + 1) & mask;
  if (slots_[slot] == 0) ++used_;
  slots_[slot] = place;
}

void SubjectTable::Grow(size_t rows) {
  if (2 * rows <= slots_.size()) return;
  slots_.assign(std::bit_ceil(std::max(4 * rows, kFewestSlots)), 0);
  used_ = 0;
  for (size_t page = 0; page < pages_.size(); ++page)
    for (size_t row = 0; row < pages_[page].rows.size(); ++row)
      Enter(pages_[page].rows[row].lookup_id, static_cast<uint32_t>(1 + page * kRowsPerPage + row));
}

void SubjectTable::Reserve(size_t rows) { Grow(rows); }

const SubjectRow* SubjectTable::Find(const Key& lookup_id) const {
  const size_t slot = SlotOf(lookup_id);
  return slot == kNowhere ? nullptr : &At(slots_[slot]);
}

const SubjectRow& SubjectTable::Add(const Key& lookup_id) {
  Grow(used_ + 1);
  if (pages_.empty() || pages_.back().rows.size() >= kRowsPerPage) {
    pages_.emplace_back();
    pages_.back().rows.reserve(kRowsPerPage);  // no copy of a root is left behind by growing
  }
  SubjectPage& page = pages_.back();
  page.changed = true;
  SubjectRow& row = page.rows.emplace_back();
  row.lookup_id = lookup_id;
  base::FillRandom(row.root);
  base::FillRandom(row.record);
  Enter(lookup_id, static_cast<uint32_t>((pages_.size() - 1) * kRowsPerPage + page.rows.size()));
  ++size_;
  ++version_;
  return row;
}

bool SubjectTable::Erase(const Key& lookup_id, const std::vector<std::string>& held) {
  const size_t slot = SlotOf(lookup_id);
  if (slot == kNowhere) return false;
  const uint32_t place = slots_[slot];
  SubjectPage& page = pages_[(place - 1) / kRowsPerPage];
  SubjectRow& row = page.rows[(place - 1) % kRowsPerPage];
  if (!held.empty()) {
    HeldRow& left = page.held.emplace_back();
    left.record = row.record;
    for (const std::string& category : held)
      left.keys.push_back({category, CategoryKey(row.root, category)});
  }
  SubjectRow& last = page.rows.back();
  if (&last != &row) {
    slots_[SlotOf(last.lookup_id)] = place;
    row = last;
  }
  slots_[slot] = kGone;
  Wipe({reinterpret_cast<uint8_t*>(&last), sizeof last});
  page.rows.pop_back();
  page.changed = true;
  --size_;
  ++erasures_;
  ++version_;
  return true;
}

bool SubjectTable::KeepHeld(const RecordId& record, const std::vector<std::string>& held) {
  bool changed = false;
  for (SubjectPage& page : pages_) {
    for (HeldRow& row : page.held) {
      if (row.record != record) continue;
      for (HeldKey& one : row.keys)
        if (!IsAmong(held, one.category)) Wipe(one.key);
      const size_t gone =
          std::erase_if(row.keys, [&](const HeldKey& one) { return !IsAmong(held, one.category); });
      page.changed = page.changed || gone != 0;
      changed = changed || gone != 0;
    }
    std::erase_if(page.held, [](const HeldRow& row) { return row.keys.empty(); });
  }
  if (changed) ++version_;
  return changed;
}

bool SubjectTable::AddPage(SubjectPage page) {
  Grow(used_ + page.rows.size());
  pages_.push_back(std::move(page));
  const std::vector<SubjectRow>& rows = pages_.back().rows;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (SlotOf(rows[row].lookup_id) != kNowhere) return false;
    Enter(rows[row].lookup_id, static_cast<uint32_t>(1 + (pages_.size() - 1) * kRowsPerPage + row));
  }
  size_ += rows.size();
  ++version_;
  return true;
}

}  // namespace garant::trail

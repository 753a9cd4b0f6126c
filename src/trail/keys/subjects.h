#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trail/crypto/crypto.h"

// The persons of a trail in pages of a thousand (docs/formats/key-pages.md), in memory.
namespace garant::trail {

using RecordId = std::array<uint8_t, 16>;  // random; a tombstone names it

constexpr size_t kRowsPerPage = 1000;

struct SubjectRow {
  Key lookup_id{};
  Key root{};
  RecordId record{};
  bool operator==(const SubjectRow&) const = default;
};

struct HeldKey {
  std::string category;
  Key key{};
  bool operator==(const HeldKey&) const = default;
};

// What is left of an erased person while a hold lasts.
struct HeldRow {
  RecordId record{};
  std::vector<HeldKey> keys;
  bool operator==(const HeldRow&) const = default;
};

struct SubjectPage {
  std::vector<SubjectRow> rows;  // at most kRowsPerPage
  std::vector<HeldRow> held;
  std::array<uint8_t, 8> version{};  // that it was kept under last
  Key key{};
  bool changed = true;  // nothing has kept it as it is now
};

[[nodiscard]] Key CategoryKey(const Key& subject_root, std::string_view category);

class SubjectTable {
 public:
  // Null where there is none; valid until the table changes.
  [[nodiscard]] const SubjectRow* Find(const Key& lookup_id) const;
  // With a root and a record id of its own, in the last page that has room.
  const SubjectRow& Add(const Key& lookup_id);
  // Destroys the person's row; of `held` categories, the keys stay. False where there is none.
  bool Erase(const Key& lookup_id, const std::vector<std::string>& held);
  // Of what is held of an erased person, keeps these categories alone. False where nothing changed.
  bool KeepHeld(const RecordId& record, const std::vector<std::string>& held);

  void Reserve(size_t rows);
  // A page as it was kept. False where a person stands twice.
  [[nodiscard]] bool AddPage(SubjectPage page);
  [[nodiscard]] const std::vector<SubjectPage>& pages() const { return pages_; }
  [[nodiscard]] std::vector<SubjectPage>& pages() { return pages_; }
  [[nodiscard]] size_t size() const { return size_; }
  // How many persons were erased since it was made.
  [[nodiscard]] uint64_t erasures() const { return erasures_; }
  // Another number after each change.
  [[nodiscard]] uint64_t version() const { return version_; }

 private:
  // Open addressing over lookup ids, which are random: a slot holds 1 + page * kRowsPerPage + row,
  // 0 where it never held any, kGone where it held one.
  [[nodiscard]] size_t SlotOf(const Key& lookup_id) const;
  void Enter(const Key& lookup_id, uint32_t place);
  void Grow(size_t rows);
  [[nodiscard]] const SubjectRow& At(uint32_t place) const;

  std::vector<SubjectPage> pages_;
  std::vector<uint32_t> slots_;
  size_t used_ = 0;  // slots that are not 0
  size_t size_ = 0;
  uint64_t version_ = 0;
  uint64_t erasures_ = 0;
};

}  // namespace garant::trail

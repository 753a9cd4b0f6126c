#include "trail/keys/key_pages.h"

#include <algorithm>

#include "trail/entry/entry_form.h"
#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;

constexpr std::string_view kTableMagic = "garant-keys/2\n";
constexpr std::string_view kPageMagic = "garant-page/1\n";
constexpr size_t kSaltBytes = 32;
constexpr size_t kDigits = 6;  // of a page's number, and of a version's at most

Error NotThisForm() {
  return Error{Code::kInvalid,
               {"this is no part of a key store, or it was changed",
                "ceci ne fait pas partie d’un magasin de clés, ou a été modifié"},
               {}};
}

Error Changed() {
  return Error{Code::kUntrusted,
               {"its key does not open it: it was changed, or is another's",
                "sa clé ne l’ouvre pas : il a été modifié, ou en est un autre"},
               {}};
}

// The first line up to its number says what it is; another number, that it is newer.
Status CheckMagic(ByteView file, std::string_view magic) {
  const std::string_view text = base::AsText(file);
  if (text.starts_with(magic)) return Ok{};
  const size_t slash = magic.find('/') + 1;
  const size_t line = text.find('\n');
  if (text.starts_with(magic.substr(0, slash)) && line < slash + kDigits &&
      text.substr(slash, line - slash).find_first_not_of("0123456789") == std::string_view::npos)
    return Error{Code::kUnsupported,
                 {"written by another version of garant; open it with that",
                  "écrit par une autre version de garant; ouvrez-le avec celle-là"},
                 {}};
  return NotThisForm();
}

Key TableKey(const Key& table_key, ByteView salt) {
  return HkdfSha256(table_key, salt, base::AsBytes("garant/table/1"));
}

void PutHold(Bytes& out, const Hold& hold) {
  PutBytes(out, hold.id);
  PutInteger(
      out,
      static_cast<uint64_t>(
          std::chrono::duration_cast<std::chrono::seconds>(hold.until.time_since_epoch()).count()),
      8);
  PutInteger(out, hold.ended ? 1 : 0, 1);
  PutInteger(out, hold.reason.size(), 2);
  PutText(out, hold.reason);
  PutInteger(out, hold.categories.size(), 1);
  for (const std::string& category : hold.categories) {
    PutInteger(out, category.size(), 1);
    PutText(out, category);
  }
}

std::string TakeCategory(WireReader& in, bool& sound) {
  std::string category = in.Text(in.Integer(1));
  sound = sound && !category.empty() && !TextProblem(category, kMaxNameBytes);
  return category;
}

Hold TakeHold(WireReader& in, bool& sound) {
  Hold hold;
  hold.id = in.Array<8>();
  const uint64_t until = in.Integer(8);
  const auto end = static_cast<int64_t>(std::min<uint64_t>(until, kLastHoldSecond));
  hold.until = base::Time(std::chrono::seconds(end));
  const uint64_t ended = in.Integer(1);
  sound = sound && until <= kLastHoldSecond && ended <= 1;
  hold.ended = ended == 1;
  hold.reason = in.Text(in.Integer(2));
  sound = sound && hold.reason.size() <= kLongestReason;
  for (uint64_t left = in.Integer(1); left > 0 && in.ok(); --left)
    hold.categories.push_back(TakeCategory(in, sound));
  sound = sound && std::ranges::adjacent_find(hold.categories, std::ranges::greater_equal()) ==
                       hold.categories.end();
  return hold;
}

}  // namespace

Bytes SealTable(const KeyTable& table, const TableHead& head, const Key& table_key,
                const Key& salt) {
  Bytes plain;
  for (const Key* key : {&table.record, &table.lookup, &table.signing_seed}) PutBytes(plain, *key);
  for (const RootId* id : {&table.before, &table.after}) PutBytes(plain, *id);
  PutInteger(plain, table.applied, 8);
  PutInteger(plain, table.first_day, 4);
  PutInteger(plain, table.transient.size(), 4);
  for (const auto& [day, key] : table.transient) {
    PutInteger(plain, day, 4);
    PutBytes(plain, key);
  }
  PutInteger(plain, table.holds.size(), 4);
  for (const Hold& hold : table.holds) PutHold(plain, hold);
  PutInteger(plain, table.pages.size(), 4);
  for (const KeyTable::Page& page : table.pages) {
    PutBytes(plain, page.version);
    PutBytes(plain, page.key);
  }
  Bytes out;
  PutText(out, kTableMagic);
  PutBytes(out, head.root);
  PutInteger(out, head.wrapped.size(), 2);
  PutBytes(out, head.wrapped);
  PutBytes(out, salt);
  PutBytes(out, GcmSeal(TableKey(table_key, salt), Nonce{}, Bytes(out), plain));
  Wipe(plain);
  return out;
}

Result<TableHead> ReadTableHead(ByteView file) {
  TRY(CheckMagic(file, kTableMagic));
  WireReader in(file.subspan(kTableMagic.size()));
  TableHead head;
  head.root = in.Array<16>();
  const ByteView wrapped = in.Take(in.Integer(2));
  head.wrapped.assign(wrapped.begin(), wrapped.end());
  if (!in.ok() || in.left() < kSaltBytes + kTagBytes) return NotThisForm();
  return head;
}

Result<KeyTable> OpenTable(ByteView file, const Key& table_key) {
  const TableHead head = TRY(ReadTableHead(file));
  const size_t salt = kTableMagic.size() + head.root.size() + 2 + head.wrapped.size();
  Result<Bytes> plain = GcmOpen(TableKey(table_key, file.subspan(salt, kSaltBytes)), Nonce{},
                                file.first(salt + kSaltBytes), file.subspan(salt + kSaltBytes));
  if (!plain) return Changed();
  WireReader in(*plain);
  KeyTable table;
  bool sound = true;
  for (Key* key : {&table.record, &table.lookup, &table.signing_seed}) *key = in.Array<32>();
  for (RootId* id : {&table.before, &table.after}) *id = in.Array<16>();
  table.applied = in.Integer(8);
  table.first_day = static_cast<uint32_t>(in.Integer(4));
  for (uint64_t left = in.Integer(4); left > 0 && in.ok(); --left) {
    const auto day = static_cast<uint32_t>(in.Integer(4));
    sound = sound && (table.transient.empty() || table.transient.rbegin()->first < day);
    table.transient[day] = in.Array<32>();
  }
  for (uint64_t left = in.Integer(4); left > 0 && in.ok(); --left)
    table.holds.push_back(TakeHold(in, sound));
  for (uint64_t left = in.Integer(4); left > 0 && in.ok(); --left) {
    KeyTable::Page& page = table.pages.emplace_back();
    page.version = in.Array<8>();
    page.key = in.Array<32>();
  }
  const bool whole = sound && in.ok() && in.AtEnd();
  Wipe(*plain);
  if (!whole) return NotThisForm();
  return table;
}

Bytes SealPage(const SubjectPage& page, uint32_t number) {
  Bytes plain;
  plain.reserve(8 + page.rows.size() * 80);
  PutInteger(plain, page.rows.size(), 4);
  for (const SubjectRow& row : page.rows) {
    PutBytes(plain, row.lookup_id);
    PutBytes(plain, row.root);
    PutBytes(plain, row.record);
  }
  PutInteger(plain, page.held.size(), 4);
  for (const HeldRow& row : page.held) {
    PutBytes(plain, row.record);
    PutInteger(plain, row.keys.size(), 1);
    for (const HeldKey& one : row.keys) {
      PutInteger(plain, one.category.size(), 1);
      PutText(plain, one.category);
      PutBytes(plain, one.key);
    }
  }
  Bytes out;
  PutText(out, kPageMagic);
  PutInteger(out, number, 4);
  PutBytes(out, page.version);
  PutBytes(out, GcmSeal(page.key, Nonce{}, Bytes(out), plain));
  Wipe(plain);
  return out;
}

Result<SubjectPage> OpenPage(ByteView file, uint32_t number, const KeyTable::Page& as) {
  TRY(CheckMagic(file, kPageMagic));
  const size_t clear = kPageMagic.size() + 4 + as.version.size();
  if (file.size() < clear + kTagBytes) return NotThisForm();
  WireReader head(file.subspan(kPageMagic.size()));
  if (head.Integer(4) != number || head.Array<8>() != as.version) return Changed();
  Result<Bytes> plain = GcmOpen(as.key, Nonce{}, file.first(clear), file.subspan(clear));
  if (!plain) return Changed();
  WireReader in(*plain);
  SubjectPage page;
  page.version = as.version;
  page.key = as.key;
  page.changed = false;
  bool sound = true;
  const uint64_t rows = in.Integer(4);
  sound = rows <= kRowsPerPage;
  page.rows.reserve(kRowsPerPage);
  for (uint64_t left = rows; left > 0 && in.ok() && sound; --left) {
    SubjectRow& row = page.rows.emplace_back();
    row.lookup_id = in.Array<32>();
    row.root = in.Array<32>();
    row.record = in.Array<16>();
  }
  for (uint64_t left = in.Integer(4); left > 0 && in.ok() && sound; --left) {
    HeldRow& row = page.held.emplace_back();
    row.record = in.Array<16>();
    for (uint64_t keys = in.Integer(1); keys > 0 && in.ok(); --keys) {
      std::string category = TakeCategory(in, sound);
      row.keys.push_back({std::move(category), in.Array<32>()});
    }
    sound = sound && !row.keys.empty();
  }
  const bool whole = sound && in.ok() && in.AtEnd();
  Wipe(*plain);
  if (!whole) return NotThisForm();
  return page;
}

std::string PageName(uint32_t number, const PageVersion& version) {
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return "page-" + digits + "-" + base::ToHex(version);
}

}  // namespace garant::trail

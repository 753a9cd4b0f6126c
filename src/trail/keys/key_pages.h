#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/crypto/crypto.h"
#include "trail/keys/custody.h"
#include "trail/keys/holds.h"
#include "trail/keys/subjects.h"

// The bytes of a trail's key store: docs/formats/key-pages.md. What is read is not trusted: errors
// are kInvalid (not this form), kUnsupported (a newer one) or kUntrusted (another key, or changed).
namespace garant::trail {

using PageVersion = std::array<uint8_t, 8>;

// What of a table stands in clear, and how the root wraps its key.
struct TableHead {
  RootId root{};
  base::Bytes wrapped;
  bool operator==(const TableHead&) const = default;
};

struct KeyTable {
  struct Page {
    PageVersion version{};
    Key key{};
    bool operator==(const Page&) const = default;
  };
  Key record{};
  Key lookup{};
  Key signing_seed{};
  RootId before{};  // the root whose place this table's took
  RootId after{};   // the one that will take its place, as it will be named
  uint64_t applied = 0;
  uint32_t first_day = 0;
  std::map<uint32_t, Key> transient;  // by day
  std::vector<Hold> holds;
  std::vector<Page> pages;
  bool operator==(const KeyTable&) const = default;
};

// `salt` is drawn for each writing.
[[nodiscard]] base::Bytes SealTable(const KeyTable& table, const TableHead& head,
                                    const Key& table_key, const Key& salt);
[[nodiscard]] base::Result<TableHead> ReadTableHead(base::ByteView file);
[[nodiscard]] base::Result<KeyTable> OpenTable(base::ByteView file, const Key& table_key);

// The page's own key is used for this one writing.
[[nodiscard]] base::Bytes SealPage(const SubjectPage& page, uint32_t number);
[[nodiscard]] base::Result<SubjectPage> OpenPage(base::ByteView file, uint32_t number,
                                                 const KeyTable::Page& as);
[[nodiscard]] std::string PageName(uint32_t number, const PageVersion& version);

}  // namespace garant::trail

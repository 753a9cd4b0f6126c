#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "trail/entry/wire.h"
#include "trail/keys/key_pages.h"

// The first byte says what the rest is: a file as it lies there, or what is sealed in a table or in
// a page, which the target seals so that the reading of it is reached. What is read is written
// again as the same bytes.
namespace {

using garant::base::Bytes;
using garant::base::ByteView;
using namespace garant::trail;

constexpr Key kKey{1};
constexpr size_t kPageClear = 26;

void Must(bool holds) {
  if (!holds) std::abort();
}

void TryFile(ByteView file) {
  (void)ReadTableHead(file);
  (void)OpenTable(file, kKey);
  (void)OpenPage(file, 0, {});
}

void TryTable(ByteView plain) {
  const Key salt{2};
  const TableHead head{{3}, {4, 5}};
  Bytes file = SealTable({}, head, kKey, salt);
  const size_t clear = 14 + 16 + 2 + head.wrapped.size() + salt.size();
  file.resize(clear);
  const Key key = HkdfSha256(kKey, salt, garant::base::AsBytes("garant/table/1"));
  PutBytes(file, GcmSeal(key, Nonce{}, Bytes(file), plain));
  const auto table = OpenTable(file, kKey);
  if (table) Must(SealTable(*table, head, kKey, salt) == file);
}

void TryPage(ByteView plain) {
  SubjectPage empty;
  empty.key = kKey;
  Bytes file = SealPage(empty, 7);
  file.resize(kPageClear);
  PutBytes(file, GcmSeal(kKey, Nonce{}, Bytes(file), plain));
  const auto page = OpenPage(file, 7, {empty.version, kKey});
  if (page) Must(SealPage(*page, 7) == file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      TryFile(rest);
      break;
    case 1:
      TryTable(rest);
      break;
    default:
      TryPage(rest);
  }
  return 0;
}

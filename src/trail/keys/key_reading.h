#pragma once

#include <string>

#include "base/result.h"
#include "trail/keys/custody.h"
#include "trail/keys/key_pages.h"
#include "trail/keys/keys.h"

// Reads the folder `keys` of a trail, for whoever writes it and whoever only reads. Errors name the
// file in `where`, as "keys/table".
namespace garant::trail {

// What a table says, with the keys that led to it.
struct Opened {
  TableHead head;
  Key table_key{};
  KeyTable table;
};

// kUnsupported: the folder is a file of the first form.
[[nodiscard]] base::Result<std::string> ReadTableFile(const std::string& keys);
// kUntrusted where its root is not there, or it was changed.
[[nodiscard]] base::Result<Opened> OpenTableFile(const std::string& file, RootCustody& custody);
[[nodiscard]] base::Result<KeyStore> LoadPages(const std::string& keys, KeyTable table);

}  // namespace garant::trail

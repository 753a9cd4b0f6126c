#include "trail/keys/key_reading.h"

#include <sys/stat.h>

#include "base/file.h"
#include "trail/keys/key_vault.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr int kMostTries = 20;
constexpr size_t kLargestTable = size_t{1} << 28U;
constexpr size_t kLargestPage = size_t{1} << 24U;

Error In(const std::string& file, Error error) {
  error.where.file = "keys/" + file;
  return error;
}

}  // namespace

Result<std::string> ReadTableFile(const std::string& keys) {
  struct stat about {};
  if (::stat(keys.c_str(), &about) == 0 && !S_ISDIR(about.st_mode))
    return Error{Code::kUnsupported,
                 Filled("{} is of the first form, one file, which this version of garant does not "
                        "open; keep this trail as it is, and start another in a new folder",
                        "{} est de la première forme, un seul fichier, que cette version de garant "
                        "n’ouvre pas; gardez ce journal tel quel, et commencez-en un autre dans un "
                        "nouveau dossier",
                        {keys}),
                 {}};
  auto file = base::ReadFile(keys + "/table", kLargestTable);
  if (!file) return In("table", std::move(file).error());
  return file;
}

Result<Opened> OpenTableFile(const std::string& file, RootCustody& custody) {
  Opened opened;
  auto head = ReadTableHead(base::AsBytes(file));
  if (!head) return In("table", std::move(head).error());
  auto key = custody.Unwrap(head->root, head->wrapped);
  if (!key && key.error().code == Code::kNotFound)
    return In(
        "table",
        {Code::kUntrusted,
         Filled("the root that it is sealed under is not there: another root key, or it was "
                "destroyed since this copy was made; every erasure, expiry and rotation makes "
                "earlier copies void ({})",
                "la racine qui le scelle n’est pas là : c’est une autre clé racine, ou elle a "
                "été détruite depuis cette copie; chaque effacement, expiration et rotation "
                "annule les copies antérieures ({})",
                {key.error().message}),
         {}});
  if (!key) return In("table", std::move(key).error());
  auto table = OpenTable(base::AsBytes(file), *key);
  if (!table) return In("table", std::move(table).error());
  opened.head = std::move(*head);
  opened.table_key = *key;
  opened.table = std::move(*table);
  return opened;
}

Result<KeyStore> LoadPages(const std::string& keys, KeyTable table) {
  const std::vector<KeyTable::Page> pages = table.pages;
  KeyStore store = KeyStore::FromTable(std::move(table));
  for (uint32_t number = 0; number < pages.size(); ++number) {
    const std::string name = PageName(number, pages[number].version);
    std::string path = keys;
    path.append("/").append(name);
    auto file = base::ReadFile(path, kLargestPage);
    if (!file) return In(name, std::move(file).error());
    auto page = OpenPage(base::AsBytes(*file), number, pages[number]);
    if (!page) return In(name, std::move(page).error());
    if (auto added = store.AddPage(std::move(*page)); !added)
      return In(name, std::move(added).error());
  }
  return store;
}

// A writer may put another table in place, and another root, between two steps of ours.
Result<KeyStore> KeyVault::Read(const std::string& folder, RootCustody& custody) {
  const std::string keys = KeysFolder(folder);
  std::string file = TRY(ReadTableFile(keys));
  for (int tries = 0;; ++tries) {
    const std::string before = file;
    auto opened = OpenTableFile(file, custody);
    Result<KeyStore> store = opened ? LoadPages(keys, std::move(opened->table))
                                    : Result<KeyStore>(std::move(opened).error());
    if (store || tries == kMostTries) return store;
    file = TRY(ReadTableFile(keys));
    if (file == before) return store;
  }
}

}  // namespace garant::trail

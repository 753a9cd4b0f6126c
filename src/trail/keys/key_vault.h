#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "base/disk.h"
#include "base/result.h"
#include "trail/keys/custody.h"
#include "trail/keys/keys.h"

// The folder `keys` of a trail (docs/formats/key-pages.md). One at a time writes: whoever holds the
// trail's lock.
namespace garant::trail {

inline std::string KeysFolder(const std::string& folder) { return folder + "/keys"; }
inline std::string KeyTablePath(const std::string& folder) { return folder + "/keys/table"; }

class KeyVault {
 public:
  // Makes a new folder, under a root of its own.
  [[nodiscard]] static base::Result<std::unique_ptr<KeyVault>> Create(
      const std::string& folder, std::unique_ptr<RootCustody> custody,
      base::Disk& disk = base::SystemDisk());
  // Finishes or undoes what a crash interrupted and removes what it left. kUntrusted: the root is
  // not there (destroyed since, or another), or a file was changed.
  [[nodiscard]] static base::Result<std::unique_ptr<KeyVault>> OpenForWriting(
      const std::string& folder, std::unique_ptr<RootCustody> custody,
      base::Disk& disk = base::SystemDisk());
  // Either, as there is a table or none.
  [[nodiscard]] static base::Result<std::unique_ptr<KeyVault>> OpenOrCreate(
      const std::string& folder, std::unique_ptr<RootCustody> custody,
      base::Disk& disk = base::SystemDisk());
  // Changes nothing; a writer may be at work. An error's `where` names the file within the folder.
  [[nodiscard]] static base::Result<KeyStore> Read(const std::string& folder, RootCustody& custody);

  ~KeyVault();

  [[nodiscard]] KeyStore& keys() { return keys_; }
  [[nodiscard]] const KeyStore& keys() const { return keys_; }

  // Makes durable what is new; nothing where nothing is. After a failure the old state holds, and
  // it can be tried again.
  base::Status Keep();
  // Makes durable what is new and ends the root: nothing that was copied before opens any more, and
  // what the keys no longer hold is gone. After a failure the vault must be opened anew.
  base::Status Rekey();

  [[nodiscard]] const RootId& root() const { return head_.root; }

  // Of Rekey, in its order; a test stops before each, as a crash would.
  enum class Step { kRoot, kPages, kTable, kDestroy, kLeftovers, kDone };
  void StopBefore(std::function<bool(Step)> stop) { stop_ = std::move(stop); }

 private:
  KeyVault(std::string folder, std::unique_ptr<RootCustody> custody, base::Disk& disk);
  base::Status Load();
  [[nodiscard]] std::set<std::string> ChangedPages() const;  // as they were kept last
  base::Status WritePages();
  // What it is given holds from then on.
  base::Status WriteTable(const TableHead& head, const Key& table_key, const RootId& before,
                          const RootId& after);
  [[nodiscard]] base::Status RemoveLeftovers() const;
  base::Status At(Step step) const;

  std::string folder_;  // of the keys
  std::unique_ptr<RootCustody> custody_;
  base::Disk& disk_;
  KeyStore keys_;
  TableHead head_;
  RootId before_{};
  RootId after_{};
  Key table_key_{};
  bool failed_ = false;
  std::function<bool(Step)> stop_;
};

}  // namespace garant::trail

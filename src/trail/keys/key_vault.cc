#include "trail/keys/key_vault.h"

#include <filesystem>
#include <set>

#include "base/file.h"
#include "trail/keys/key_files.h"
#include "trail/keys/key_reading.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

}  // namespace

KeyVault::KeyVault(std::string folder, std::unique_ptr<RootCustody> custody, base::Disk& disk)
    : folder_(std::move(folder)), custody_(std::move(custody)), disk_(disk) {}

KeyVault::~KeyVault() { Wipe(table_key_); }

Result<std::unique_ptr<KeyVault>> KeyVault::Create(const std::string& folder,
                                                   std::unique_ptr<RootCustody> custody,
                                                   base::Disk& disk) {
  std::unique_ptr<KeyVault> vault(new KeyVault(KeysFolder(folder), std::move(custody), disk));
  TRY(base::MakeFolder(vault->folder_));
  TRY(disk.SyncFolder(folder));
  vault->keys_ = KeyStore::Generate();
  vault->table_key_ = RandomKey();
  base::FillRandom(vault->head_.root);
  base::FillRandom(vault->after_);
  TRY(vault->custody_->Make(vault->head_.root));
  const auto keep = [&vault]() -> Status {
    vault->head_.wrapped = TRY(vault->custody_->Wrap(vault->head_.root, vault->table_key_));
    return vault->Keep();
  };
  if (Status kept = keep(); !kept) {
    // Unless the table may be there after all, in which case its root must be.
    if (!base::Exists(KeyTablePath(folder))) (void)vault->custody_->Destroy(vault->head_.root);
    return std::move(kept).error();
  }
  return vault;
}

Result<std::unique_ptr<KeyVault>> KeyVault::OpenForWriting(const std::string& folder,
                                                           std::unique_ptr<RootCustody> custody,
                                                           base::Disk& disk) {
  std::unique_ptr<KeyVault> vault(new KeyVault(KeysFolder(folder), std::move(custody), disk));
  TRY(vault->Load());
  // Whoever made this table may have ended before its name was durable: were the root of the one
  // before destroyed, and that one came back, all keys would be lost.
  TRY(disk.SyncFolder(vault->folder_));
  // Of a new root that a crash interrupted: one of the two is there, or neither.
  TRY(vault->custody_->Destroy(vault->before_));
  TRY(vault->custody_->Destroy(vault->after_));
  TRY(vault->RemoveLeftovers());
  return vault;
}

Result<std::unique_ptr<KeyVault>> KeyVault::OpenOrCreate(const std::string& folder,
                                                         std::unique_ptr<RootCustody> custody,
                                                         base::Disk& disk) {
  std::error_code error;
  const bool first_form = std::filesystem::is_regular_file(KeysFolder(folder), error);
  return first_form || base::Exists(KeyTablePath(folder))
             ? OpenForWriting(folder, std::move(custody), disk)
             : Create(folder, std::move(custody), disk);
}

Status KeyVault::Load() {
  const std::string file = TRY(ReadTableFile(folder_));
  Opened opened = TRY(OpenTableFile(file, *custody_));
  head_ = std::move(opened.head);
  table_key_ = opened.table_key;
  before_ = opened.table.before;
  after_ = opened.table.after;
  keys_ = TRY(LoadPages(folder_, std::move(opened.table)));
  return Ok{};
}

Status KeyVault::RemoveLeftovers() const {
  std::set<std::string> named;
  const std::vector<SubjectPage>& pages = keys_.subjects().pages();
  for (uint32_t number = 0; number < pages.size(); ++number)
    named.insert(PageName(number, pages[number].version));
  for (const std::string& name : TRY(base::NamesIn(folder_))) {
    const bool ours = name.starts_with("page-") || name == "table.new";
    if (ours && !named.contains(name)) (void)disk_.Remove(folder_ + "/" + name);
  }
  return Ok{};
}

std::set<std::string> KeyVault::ChangedPages() const {
  std::set<std::string> names;
  const std::vector<SubjectPage>& pages = keys_.subjects().pages();
  for (uint32_t number = 0; number < pages.size(); ++number)
    if (pages[number].changed && pages[number].version != PageVersion{})
      names.insert(PageName(number, pages[number].version));
  return names;
}

// Under new versions and keys, which the pages have on success; on failure they have the old ones.
Status KeyVault::WritePages() {
  std::vector<SubjectPage>& pages = keys_.subjects().pages();
  std::map<uint32_t, KeyTable::Page> before;
  Status written = Ok{};
  for (uint32_t number = 0; number < pages.size() && written; ++number) {
    SubjectPage& page = pages[number];
    if (!page.changed) continue;
    before[number] = {page.version, page.key};
    base::FillRandom(page.version);
    page.key = RandomKey();
    written =
        WriteNewFile(disk_, folder_ + "/" + PageName(number, page.version), SealPage(page, number));
  }
  if (written && !before.empty()) written = disk_.SyncFolder(folder_);
  if (written) return written;
  for (const auto& [number, old] : before) {
    (void)disk_.Remove(folder_ + "/" + PageName(number, pages[number].version));
    pages[number].version = old.version;
    pages[number].key = old.key;
  }
  return written;
}

Status KeyVault::WriteTable(const TableHead& head, const Key& table_key, const RootId& before,
                            const RootId& after) {
  KeyTable table = keys_.ToTable();
  table.before = before;
  table.after = after;
  TRY(ReplaceFile(disk_, folder_, "table", SealTable(table, head, table_key, RandomKey())));
  keys_.MarkKept();
  head_ = head;
  table_key_ = table_key;
  before_ = before;
  after_ = after;
  return Ok{};
}

Status KeyVault::Keep() {
  if (failed_)
    return Error{Code::kIo,
                 Filled("an earlier change of the keys in {} failed; open the trail anew",
                        "une modification antérieure des clés dans {} a échoué; rouvrez le journal",
                        {folder_}),
                 {}};
  if (!keys_.changed()) return Ok{};
  const std::set<std::string> stale = ChangedPages();
  TRY(WritePages());
  TRY(WriteTable(TableHead(head_), Key(table_key_), RootId(before_), RootId(after_)));
  for (const std::string& name : stale) (void)disk_.Remove(folder_ + "/" + name);
  return Ok{};
}

Status KeyVault::At(Step step) const {
  if (!stop_ || !stop_(step)) return Ok{};
  return Error{Code::kIo, {"stopped", "arrêté"}, {}};
}

Status KeyVault::Rekey() {
  if (failed_) return Keep();
  failed_ = true;
  const RootId before = head_.root;
  TableHead head{after_, {}};
  RootId after{};
  base::FillRandom(after);
  Key table_key = RandomKey();
  TRY(At(Step::kRoot));
  TRY(custody_->Make(head.root));
  TRY(At(Step::kPages));
  const std::set<std::string> stale = ChangedPages();
  TRY(WritePages());
  TRY(At(Step::kTable));
  head.wrapped = TRY(custody_->Wrap(head.root, table_key));
  TRY(WriteTable(head, table_key, before, after));
  Wipe(table_key);
  TRY(At(Step::kDestroy));
  TRY(custody_->Destroy(before));
  TRY(At(Step::kLeftovers));
  for (const std::string& name : stale) (void)disk_.Remove(folder_ + "/" + name);
  failed_ = false;
  return At(Step::kDone);
}

}  // namespace garant::trail

// No key of GCM ever seals two contents under one nonce, whatever crashes and is put back.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <random>

#include "trail/append/unreliable_disk.h"
#include "trail/entry/wire.h"
#include "trail/keys/seal.h"
#include "trail/store/listing.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/backup.h"
#include "trail/upkeep/erasure.h"

namespace garant::trail {
namespace {

namespace fs = std::filesystem;

// What was ever sealed: key and nonce, and the ciphertext that they gave.
class Uses {
 public:
  void Add(const Key& key, const Nonce& nonce, base::ByteView ciphertext) {
    const base::Digest content = base::Sha256(ciphertext);
    const auto [place, fresh] = seen_.try_emplace({key, nonce}, content);
    if (!fresh && place->second != content) ++repeated_;
  }
  // Every part of an entry, with the keys of the moment at which it was sealed.
  void Add(const Entry& entry, const KeyStore& keys) {
    for (uint32_t part = 0; part < entry.parts.size(); ++part) {
      const auto use = UseOf(entry, part, keys);
      ASSERT_TRUE(use) << use.error().message.en;
      Add(use->key, use->nonce, entry.parts[part].ciphertext);
    }
  }
  [[nodiscard]] size_t size() const { return seen_.size(); }
  [[nodiscard]] size_t repeated() const { return repeated_; }

 private:
  std::map<std::pair<Key, Nonce>, base::Digest> seen_;
  size_t repeated_ = 0;
};

// The key store's own files: which of its keys sealed what. Their nonce is always zeros.
class FileUses {
 public:
  void Look(const TestFolder& folder) {
    auto custody = std::move(*OpenCustody(folder.root_key(), folder.trail()));
    const std::string table = folder.Read("keys/table");
    const auto head = ReadTableHead(base::AsBytes(table));
    ASSERT_TRUE(head);
    const auto key = custody->Unwrap(head->root, head->wrapped);
    ASSERT_TRUE(key);
    const auto content = OpenTable(base::AsBytes(table), *key);
    ASSERT_TRUE(content);
    const size_t salt = 14 + 16 + 2 + head->wrapped.size();
    uses_.Add(HkdfSha256(*key, base::AsBytes(table).subspan(salt, 32), {}), Nonce{},
              base::AsBytes(table).subspan(salt + 32));
    for (uint32_t number = 0; number < content->pages.size(); ++number) {
      const KeyTable::Page& page = content->pages[number];
      uses_.Add(page.key, Nonce{},
                base::AsBytes(folder.Read("keys/" + PageName(number, page.version))));
    }
  }
  [[nodiscard]] const Uses& uses() const { return uses_; }

 private:
  Uses uses_;
};

// Passes everything on, and keeps what was sent to a log: from then on it may be on the disk, and
// in whoever's hands, whether or not anybody ever hears that it is.
class WatchedDisk final : public base::Disk {
 public:
  // Nobody uses it meanwhile.
  void PassTo(base::Disk& disk) { disk_ = &disk; }

  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    auto file = TRY(disk_->Open(path));
    if (!path.ends_with(kLogSuffix)) return file;
    return std::unique_ptr<base::DiskFile>(std::make_unique<Log>(*this, std::move(file)));
  }
  base::Status Rename(const std::string& from, const std::string& to) override {
    TRY(disk_->Rename(from, to));
    const std::lock_guard lock(mutex_);
    if (to.ends_with(kSegmentSuffix)) ++sealed_;
    return base::Ok{};
  }
  base::Status Remove(const std::string& path) override { return disk_->Remove(path); }
  base::Result<base::RemovedFile> RemoveLarge(const std::string& path) override {
    return disk_->RemoveLarge(path);
  }
  base::Status SyncFolder(const std::string& path) override { return disk_->SyncFolder(path); }

  // The entries that were sent since the last call.
  [[nodiscard]] std::vector<Entry> TakeSent() {
    std::vector<std::string> sent;
    {
      const std::lock_guard lock(mutex_);
      sent.swap(sent_);
    }
    std::vector<Entry> entries;
    for (const std::string& bytes : sent) AddEntries(base::AsBytes(bytes), entries);
    return entries;
  }
  [[nodiscard]] int sealed() const {
    const std::lock_guard lock(mutex_);
    return sealed_;
  }

 private:
  class Log final : public base::DiskFile {
   public:
    Log(WatchedDisk& disk, std::unique_ptr<base::DiskFile> file)
        : disk_(disk), file_(std::move(file)) {}
    base::Status Allocate(uint64_t size) override { return file_->Allocate(size); }
    base::Status WriteAt(uint64_t offset, base::ByteView bytes) override {
      {
        const std::lock_guard lock(disk_.mutex_);
        disk_.sent_.emplace_back(base::AsText(bytes));
      }
      return file_->WriteAt(offset, bytes);  // of what fails here any part may have come there
    }
    base::Status Sync() override { return file_->Sync(); }
    base::Status Cut(uint64_t size) override { return file_->Cut(size); }
    void DropCached(uint64_t offset, uint64_t size) override { file_->DropCached(offset, size); }

   private:
    WatchedDisk& disk_;
    std::unique_ptr<base::DiskFile> file_;
  };

  // The frames of an append are a write of their own. What is no frame, such as the head of a
  // batch, begins none, and a batch that is written again when a log is opened was sent before.
  static void AddEntries(base::ByteView bytes, std::vector<Entry>& out) {
    WireReader in(bytes);
    while (!in.AtEnd()) {
      const base::ByteView leaf = in.Take(static_cast<size_t>(in.Integer(4)));
      (void)in.Array<32>();
      if (!in.ok()) return;
      auto entry = DecodeEntry(leaf);
      if (!entry) return;
      out.push_back(std::move(*entry));
    }
  }

  base::Disk* disk_ = &base::SystemDisk();
  mutable std::mutex mutex_;
  std::vector<std::string> sent_;
  int sealed_ = 0;
};

// How often what a run is about came to pass.
struct Happened {
  size_t seen = 0;
  int torn = 0;
  int crashed = 0;
  uint64_t lost = 0;  // entries that were on their way when the power went
  int sealed = 0;
  int brought_back = 0;
  int restored = 0;
  int erased = 0;
};

enum class Logs : uint8_t { kLarge, kSmall };

class Fate {
 public:
  Fate(uint32_t seed, Logs logs, Happened& happened)
      : seed_(seed), logs_(logs), happened_(happened) {}

  void Live(int steps) {
    std::mt19937 fate(seed_);
    ASSERT_NO_FATAL_FAILURE(NeedTrail());
    for (int step = 0; step < steps; ++step) {
      // How long a disk lasts is up to threads as well: what comes later must not depend on it.
      random_.seed(fate());
      ASSERT_NO_FATAL_FAILURE(Step()) << "step " << step;
      if (random_() % 2 == 0) trail_.reset();
      ASSERT_NO_FATAL_FAILURE(files_.Look(folder_)) << "step " << step;
    }
    trail_.reset();
    happened_.seen += uses_.size() + files_.uses().size();
    happened_.sealed += disk_.sealed();
  }
  [[nodiscard]] const Uses& uses() const { return uses_; }
  [[nodiscard]] const Uses& files() const { return files_.uses(); }

 private:
  static Person Somebody(uint64_t number) { return {"idp", std::to_string(number % 7)}; }

  void Step() {
    switch (random_() % 10) {
      case 0:
      case 1:
        return Append();
      case 2:
        return AppendAndTear();
      case 3:
        return LoseThePower();
      case 4:
        return Remember();
      case 5:
        return BringBack();
      case 6:
        return MakeBackup();
      case 7:
        return RestoreBackup();
      default:
        return EraseOne();
    }
  }

  [[nodiscard]] TrailSettings Settings() {
    TrailSettings settings = logs_ == Logs::kSmall ? TestFolder::SmallLogs() : TrailSettings();
    settings.disk = &disk_;
    return settings;
  }
  void NeedTrail() {
    if (trail_ != nullptr) return;
    auto opened = folder_.Open(Settings());
    ASSERT_TRUE(opened) << opened.error().message.en;
    trail_ = std::move(*opened);
  }

  // Never the same content twice, so that a nonce used again would show. Small logs fill up within
  // a few appends.
  std::vector<Draft> MakeDrafts() {
    std::vector<Draft> drafts(1 + random_() % (logs_ == Logs::kSmall ? 120 : 4));
    for (Draft& draft : drafts) {
      draft = TestFolder::Example("x");
      draft.actor = Somebody(random_());
      draft.session = "session" + std::to_string(random_() % 3);
      const std::string unique = std::to_string(++written_);
      const base::Bytes bytes(unique.begin(), unique.end());
      draft.sealed = {{KeyClass::kRecord, "act", bytes, {}},
                      {KeyClass::kTransient, "path", bytes, {}},
                      {KeyClass::kSubject, "line", bytes, draft.actor}};
    }
    return drafts;
  }

  // What was sent to the disk since the last time, acknowledged or not, while its keys are there:
  // how many entries that had anything sealed.
  uint64_t Collect() {
    uint64_t count = 0;
    for (const Entry& entry : disk_.TakeSent()) {
      uses_.Add(entry, trail_->vault().keys());
      if (!entry.parts.empty()) ++count;
    }
    return count;
  }

  void Append() {
    ASSERT_NO_FATAL_FAILURE(NeedTrail());
    const std::vector<Draft> drafts = MakeDrafts();
    const auto first = trail_->Append(drafts);
    ASSERT_TRUE(first) << first.error().message.en;
    ASSERT_EQ(Collect(), drafts.size()) << "the test must see what is written";
  }

  // Neither note nor checkpoint reached the disk, and of the entries any part did.
  void AppendAndTear() {
    ASSERT_NO_FATAL_FAILURE(NeedTrail());
    const std::string checkpoints = folder_.Read("checkpoints");
    // Of an open log the file is longer than what it holds: room is taken ahead.
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader) << reader.error().message.en;
    const LoadedLog& log = reader->loaded().logs.back().log;
    ASSERT_NO_FATAL_FAILURE(Append());
    trail_.reset();
    const auto listing = ListSegments(folder_.trail());
    ASSERT_TRUE(listing);
    if (listing->logs.back() != log.first) return;  // it was filled, and the next is begun
    const std::string path = SegmentPath(folder_.trail(), log.first, kLogSuffix);
    const uintmax_t after = fs::file_size(path);
    ASSERT_GT(after, log.used);
    fs::resize_file(path, log.used + random_() % (after - log.used));
    folder_.Write("checkpoints", checkpoints);
    ++happened_.torn;
  }

  // Wherever a writer is by then: opening, appending, publishing, changing its log, sealing one. Of
  // what was not synced any part is there when it comes back.
  void LoseThePower() {
    trail_.reset();
    UnreliableDisk unreliable(random_(), 3 + random_() % 60);
    disk_.PassTo(unreliable);
    TrailSettings settings = Settings();
    settings.commit.publish_every = std::chrono::milliseconds(0);
    auto opened = folder_.Open(settings);
    if (opened) {
      trail_ = std::move(*opened);
      AppendUntilItFails();
      trail_.reset();
    }
    disk_.PassTo(base::SystemDisk());
    ASSERT_TRUE(unreliable.failed()) << (opened ? "" : opened.error().message.en);
    unreliable.ComeBack();
    ++happened_.crashed;
  }

  // Several at once: the later ones are sealed for indices behind entries that may get lost.
  void AppendUntilItFails() {
    uint64_t acknowledged = 0;
    for (bool failed = false; !failed;) {
      std::vector<std::pair<uint64_t, Trail::Begun>> on_their_way;
      for (int i = 0; i < 3; ++i) {
        const std::vector<Draft> drafts = MakeDrafts();
        DraftSpan span(drafts);
        auto begun = trail_->Begin(span);
        failed = !begun;  // the keys could not be kept
        if (failed) break;
        on_their_way.emplace_back(drafts.size(), std::move(*begun));
      }
      for (auto& [count, begun] : on_their_way) {
        if (begun.durable.get())
          acknowledged += count;
        else
          failed = true;
      }
    }
    const uint64_t sent = Collect();
    ASSERT_GE(sent, acknowledged);
    happened_.lost += sent - acknowledged;
  }

  void Remember() {
    trail_.reset();
    fs::remove_all(copy());
    fs::copy(folder_.trail(), copy(), fs::copy_options::recursive);
    fs::copy_file(folder_.root_key(), copy() + "/root", fs::copy_options::overwrite_existing);
  }

  // The whole folder as it was, with its root; or the tree alone, or the keys alone.
  void BringBack() {
    if (!fs::exists(copy())) return;
    trail_.reset();
    const uint64_t what = random_() % 3;
    if (what != 1)
      for (const char* name : {"segments", "tree", "checkpoints"}) Replace(name);
    if (what != 2) {
      Replace("keys");
      fs::copy_file(copy() + "/root", folder_.root_key(), fs::copy_options::overwrite_existing);
    }
    ++happened_.brought_back;
  }
  void Replace(const std::string& name) const {
    fs::remove_all(folder_.File(name));
    fs::copy(copy() + "/" + name, folder_.File(name), fs::copy_options::recursive);
  }

  // While it is written, and onto the last one where the trail continues that.
  void MakeBackup() {
    ASSERT_NO_FATAL_FAILURE(NeedTrail());
    const auto make = [this] {
      return BackUp(folder_.trail(), backup(), WithKeys::kYes, folder_.root_key());
    };
    auto made = make();
    if (!made && made.error().code == base::Code::kConflict) {
      fs::remove_all(backup());
      made = make();
    }
    ASSERT_TRUE(made) << made.error().message.en;
    fs::copy_file(folder_.root_key(), backup() + ".root", fs::copy_options::overwrite_existing);
  }

  // Where all was lost, with the root of then, as a token that makes back-ups of its own would have
  // it; or where the living keys are left.
  void RestoreBackup() {
    if (!fs::exists(backup())) return;
    trail_.reset();
    if (random_() % 2 == 0) {
      fs::remove_all(folder_.trail());
      fs::copy_file(backup() + ".root", folder_.root_key(), fs::copy_options::overwrite_existing);
    } else {
      for (const char* name : {"segments", "tree", "checkpoints", "log.vkey", "lock"})
        fs::remove_all(folder_.File(name));
    }
    const auto done = Restore(backup(), folder_.trail());
    ASSERT_TRUE(done) << done.error().message.en;
    ++happened_.restored;
  }

  void EraseOne() {
    ASSERT_NO_FATAL_FAILURE(NeedTrail());
    const Person person = Somebody(random_());
    const auto done =
        Erase(*trail_, {&person, 1}, "permits", *base::ParseTime("2026-11-23T20:30:00Z"));
    ASSERT_TRUE(done) << done.error().message.en;
    Collect();
    happened_.erased += static_cast<int>(done->erased.size());
  }

  [[nodiscard]] std::string Beside(const std::string& name) const {
    return (fs::path(folder_.trail()).parent_path() / name).string();
  }
  [[nodiscard]] std::string copy() const { return Beside("copy"); }
  [[nodiscard]] std::string backup() const { return Beside("backup"); }

  uint32_t seed_;
  Logs logs_;
  Happened& happened_;
  TestFolder folder_;
  WatchedDisk disk_;
  std::mt19937 random_;  // of the step
  std::unique_ptr<Trail> trail_;
  Uses uses_;
  FileUses files_;
  uint64_t written_ = 0;
};

TEST(Nonces, AreNeverUsedTwiceWhateverHappens) {
  Happened happened;
  for (uint32_t seed = 0; seed < 12; ++seed) {
    Fate fate(seed, seed % 2 == 0 ? Logs::kLarge : Logs::kSmall, happened);
    fate.Live(80);
    EXPECT_EQ(fate.uses().repeated(), 0U) << "seed " << seed;
    EXPECT_EQ(fate.files().repeated(), 0U) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(happened.seen, 1000U) << "the test must have had something to look at";
  EXPECT_GT(happened.torn, 30);
  EXPECT_GT(happened.crashed, 30);
  EXPECT_GT(happened.lost, 30U);
  EXPECT_GT(happened.sealed, 10);
  EXPECT_GT(happened.brought_back, 30);
  EXPECT_GT(happened.restored, 30);
  EXPECT_GT(happened.erased, 20);
}

// The control: a writer that kept its generation over a torn tail would be found out.
TEST(Nonces, UsedTwiceAreFound) {
  KeyStore keys = KeyStore::Generate();
  Uses uses;
  Draft draft = TestFolder::Example("x");
  draft.sealed = {{KeyClass::kRecord, "act", {'o', 'n', 'e'}, {}}};
  const Generation generation{1};
  uses.Add(*SealDraft(draft, 7, generation, keys), keys);
  uses.Add(*SealDraft(draft, 7, generation, keys), keys);
  EXPECT_EQ(uses.repeated(), 0U) << "the same again is the same";
  draft.sealed[0].bytes = {'t', 'w', 'o'};
  uses.Add(*SealDraft(draft, 7, Generation{2}, keys), keys);
  uses.Add(*SealDraft(draft, 8, generation, keys), keys);
  EXPECT_EQ(uses.repeated(), 0U);
  uses.Add(*SealDraft(draft, 7, generation, keys), keys);
  EXPECT_EQ(uses.repeated(), 1U);
}

}  // namespace
}  // namespace garant::trail

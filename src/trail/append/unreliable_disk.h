#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/file.h"

namespace garant::trail {

// A disk whose power goes, for tests: at a moment that was drawn every operation begins to fail,
// and of what was not synced by then anything may be there, in any order and in pieces of a sector.
class UnreliableDisk final : public base::Disk {
 public:
  // Fails at the `operations`-th.
  UnreliableDisk(uint64_t seed, uint64_t operations) : chance_(seed), left_(operations) {}

  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    TRY(Spend());
    const bool is_new = !base::Exists(path);
    State& state = StateOf(path);
    if (is_new) Undo(path, [path] { std::filesystem::remove(path); });
    auto file = TRY(base::SystemDisk().Open(path));
    return std::unique_ptr<base::DiskFile>(
        std::make_unique<File>(*this, path, state, std::move(file)));
  }
  base::Status Rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(mutex_);
    TRY(Spend());
    std::optional<std::string> replaced;
    if (base::Exists(to)) replaced = TRY(base::ReadFile(to, size_t{1} << 30U));
    TRY(base::SystemDisk().Rename(from, to));
    files_[to] = std::move(files_[from]);
    files_.erase(from);
    Undo(to, [this, from, to, replaced = std::move(replaced)] {
      std::filesystem::rename(to, from);
      files_[from] = std::move(files_[to]);
      files_.erase(to);
      if (replaced) Put(to, *replaced);
    });
    return base::Ok{};
  }
  base::Status Remove(const std::string& path) override { return Remove(path, false); }
  // Where it comes back after all, its end may be missing.
  base::Result<base::RemovedFile> RemoveLarge(const std::string& path) override {
    TRY(Remove(path, true));
    return base::RemovedFile();
  }
  base::Status SyncFolder(const std::string& path) override {
    const std::lock_guard lock(mutex_);
    TRY(Spend());
    std::erase_if(changes_, [&path](const FolderChange& one) { return one.folder == path; });
    return base::SystemDisk().SyncFolder(path);
  }

  // What the disk holds when the power comes back.
  void ComeBack() {
    const std::lock_guard lock(mutex_);
    for (auto& [path, state] : files_)
      if (base::Exists(path) && !state->unsynced.empty()) Put(path, Survivors(*state));
    // Changes of a folder are kept in order, up to one that was lost.
    std::map<std::string, size_t> left;
    for (const FolderChange& one : changes_) ++left[one.folder];
    for (auto& [folder, count] : left) count -= chance_() % (count + 1);  // that are lost
    for (; !changes_.empty(); changes_.pop_back()) {
      size_t& lost = left[changes_.back().folder];
      if (lost == 0) continue;
      --lost;
      changes_.back().undo();
    }
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct Change {
    uint64_t offset = 0;  // where bytes were written
    std::string bytes;
    std::optional<uint64_t> size;  // that the file was cut to, or made to have at least
    bool cut = false;
  };
  struct State {
    std::string durable;
    std::vector<Change> unsynced;
  };

  struct FolderChange {
    std::string folder;
    std::function<void()> undo;
  };
  void Undo(const std::string& path, std::function<void()> undo) {
    changes_.push_back({path.substr(0, path.rfind('/')), std::move(undo)});
  }

  class File final : public base::DiskFile {
   public:
    File(UnreliableDisk& disk, std::string path, State& state, std::unique_ptr<base::DiskFile> file)
        : disk_(disk), path_(std::move(path)), state_(state), file_(std::move(file)) {}
    base::Status Allocate(uint64_t size) override {
      const std::lock_guard lock(disk_.mutex_);
      TRY(disk_.Spend());
      state_.unsynced.push_back({0, {}, size, false});
      return file_->Allocate(size);
    }
    base::Status WriteAt(uint64_t offset, base::ByteView bytes) override {
      const std::lock_guard lock(disk_.mutex_);
      // What is written when the power goes may have reached the disk in part.
      state_.unsynced.push_back({offset, std::string(base::AsText(bytes)), {}, false});
      TRY(disk_.Spend());
      return file_->WriteAt(offset, bytes);
    }
    base::Status Sync() override {
      const std::lock_guard lock(disk_.mutex_);
      TRY(disk_.Spend());
      TRY(file_->Sync());
      state_.durable = TRY(base::ReadFile(path_, size_t{1} << 30U));
      state_.unsynced.clear();
      return base::Ok{};
    }
    base::Status Cut(uint64_t size) override {
      const std::lock_guard lock(disk_.mutex_);
      TRY(disk_.Spend());
      state_.unsynced.push_back({0, {}, size, true});
      return file_->Cut(size);
    }

   private:
    UnreliableDisk& disk_;
    std::string path_;
    State& state_;
    std::unique_ptr<base::DiskFile> file_;
  };

  base::Status Remove(const std::string& path, bool in_steps) {
    const std::lock_guard lock(mutex_);
    TRY(Spend());
    if (!base::Exists(path)) return base::Ok{};
    std::string content = TRY(base::ReadFile(path, size_t{1} << 30U));
    if (in_steps) content.resize(chance_() % (content.size() + 1));
    TRY(base::SystemDisk().Remove(path));
    Undo(path, [path, content = std::move(content)] { Put(path, content); });
    return base::Ok{};
  }
  static void Put(const std::string& path, const std::string& content) {
    EXPECT_TRUE(base::WriteFileDurably(path, content, base::FileMode::kPrivate));
  }
  base::Status Spend() {
    if (left_ > 0 && --left_ > 0) return base::Ok{};
    failed_ = true;
    return base::Error{base::Code::kIo, {"the power is gone", "il n’y a plus de courant"}, {}};
  }
  State& StateOf(const std::string& path) {
    auto& state = files_[path];
    if (state != nullptr) return *state;
    state = std::make_unique<State>();
    if (auto content = base::ReadFile(path, size_t{1} << 30U)) state->durable = *content;
    return *state;
  }
  std::string Survivors(const State& state) {
    constexpr size_t kSector = 512;
    std::string content = state.durable;
    for (const Change& change : state.unsynced) {
      if (change.size) {
        if (chance_() % 2 == 0) continue;
        if (change.cut || content.size() < *change.size) content.resize(*change.size);
        continue;
      }
      for (size_t at = 0; at < change.bytes.size(); at += kSector) {
        if (chance_() % 2 == 0) continue;
        const std::string sector = change.bytes.substr(at, kSector);
        if (content.size() < change.offset + at + sector.size())
          content.resize(change.offset + at + sector.size());
        content.replace(change.offset + at, sector.size(), sector);
      }
    }
    return content;
  }

  std::mutex mutex_;
  std::mt19937_64 chance_;
  uint64_t left_;
  bool failed_ = false;
  std::map<std::string, std::unique_ptr<State>> files_;
  std::vector<FolderChange> changes_;  // that were not synced
};

}  // namespace garant::trail

#include "ingest/line_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>

#include "base/file.h"
#include "ingest/file_place.h"
#include "ingest/line_splitter.h"

namespace garant::ingest {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
namespace fs = std::filesystem;

constexpr size_t kChunk = 256U << 10U;
constexpr base::Duration kSaveEvery = std::chrono::seconds(1);

Error CannotRead(const std::string& path, int number) {
  const Code code = number == EACCES || number == EPERM ? Code::kPermission : Code::kIo;
  return Error{
      code,
      Filled("cannot read {}: {}", "impossible de lire {} : {}", {path, base::SystemText(number)}),
      {}};
}

// An open file, or one that could be opened.
struct Seen {
  std::string path;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t changed = 0;  // nanoseconds
  bool Is(const FilePlace& place) const { return device == place.device && inode == place.inode; }
};

Seen ToSeen(const std::string& path, const struct stat& about) {
  return {path, about.st_dev, about.st_ino, static_cast<uint64_t>(about.st_size),
          about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec};
}

std::optional<Seen> Look(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return {};
  return ToSeen(path, about);
}

bool IsRotatedName(std::string_view name, std::string_view of) {
  if (name.size() <= of.size() + 1 || !name.starts_with(of)) return false;
  name.remove_prefix(of.size());
  return (name[0] == '.' || name[0] == '-') && name.find_first_not_of("0123456789.-") == name.npos;
}

// The files that `path` was before it was rotated, the oldest first; then `path` itself.
std::vector<Seen> Family(const std::string& path) {
  std::vector<Seen> family;
  const fs::path whole(path);
  std::error_code error;
  const fs::path folder = whole.has_parent_path() ? whole.parent_path() : fs::path(".");
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (IsRotatedName(at->path().filename().string(), whole.filename().string()))
      if (auto seen = Look(at->path().string())) family.push_back(std::move(*seen));
  std::ranges::sort(family, {}, &Seen::changed);
  if (auto seen = Look(path)) family.push_back(std::move(*seen));
  return family;
}

class LineFile final : public LineSource {
 public:
  LineFile(LineFileSettings settings, const base::Clock& clock)
      : settings_(std::move(settings)), clock_(clock) {}
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  ~LineFile() override {
    if (settings_.in_use && ours_) settings_.in_use->erase(*ours_);
  }

  Status Start() {
    const auto place = TRY(LoadPlace(settings_.place));
    if (!place) return NotKnownYet();
    place_ = *place;
    // Where the file is gone, those that changed since we were last there were not read.
    if (const auto saved = Look(settings_.place)) changed_ = saved->changed;
    for (const Seen& seen : Family(settings_.path)) {
      if (!seen.Is(place_)) continue;
      TRY(Open(seen));
      const auto last = TRY(LastBytes(place_.offset, place_.length));
      if (last.size() != place_.length || base::Sha256(base::AsBytes(last)) != place_.digest)
        return StartAnew(Happening::kTruncated);
      last_ = ended_ = last;
      return Ok{};
    }
    return StartAnew(Happening::kLost);
  }

  Result<LineBatch> Take(size_t most) override {
    LineBatch batch;
    // Told before anything of another file is taken, and before that is remembered.
    batch.events = std::move(told_);
    told_.clear();
    batch.more = !batch.events.empty();
    if (batch.more) return batch;
    if (!file_ || finished_) TRY(OpenNext(batch));
    if (file_ && !finished_) TRY(Read(most, batch));
    return batch;
  }

  Status LetGo() override {
    if (!file_) return Ok{};
    const uint64_t offset = read_.begin() - place_.base;
    unsaved_ = unsaved_ || offset != place_.offset;
    place_.offset = offset;
    place_.length = ended_.size();
    place_.digest = base::Sha256(base::AsBytes(ended_));
    if (unsaved_ && clock_.Now() - saved_ >= kSaveEvery) return Save();
    return Ok{};
  }

  Status Close() override { return unsaved_ ? Save() : Status(Ok{}); }

 private:
  Status NotKnownYet() {
    if (!settings_.taken) return Ok{};
    return Error{
        Code::kConflict,
        Filled("{} is missing, and the trail has lines of this source: nobody knows which file "
               "they came from; put it back, or read the file under another --source",
               "{} manque, et le journal contient des lignes de cette source : personne ne sait "
               "de quel fichier elles venaient; remettez-le, ou lisez le fichier sous un autre "
               "--source",
               {settings_.place}),
        {}};
  }

  Status Open(const Seen& seen) {
    auto file = std::make_unique<base::Descriptor>(
        ::open(seen.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file->number() < 0) return CannotRead(seen.path, errno);
    TRY(Claim(*file, seen.path));
    file_ = std::move(file);
    read_ = LineSplitter(place_.base + place_.offset);
    changed_ = seen.changed;
    quiet_since_.reset();
    return Ok{};
  }

  // No other source reads it, under whatever name.
  Status Claim(const base::Descriptor& file, const std::string& path) {
    if (!settings_.in_use) return Ok{};
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) return CannotRead(path, errno);
    const std::pair<uint64_t, uint64_t> key{about.st_dev, about.st_ino};
    if (key == ours_) return Ok{};
    if (!settings_.in_use->insert(key).second)
      return Error{Code::kConflict,
                   Filled("{} is the same file as another source reads; give each source a log of "
                          "its own",
                          "{} est le fichier que lit déjà une autre source; donnez à chaque source "
                          "son propre journal",
                          {path}),
                   {}};
    if (ours_) settings_.in_use->erase(*ours_);
    ours_ = key;
    return Ok{};
  }

  [[nodiscard]] Result<std::string> LastBytes(uint64_t before, size_t length) const {
    std::string bytes(length, '\0');
    const ssize_t got =
        ::pread(file_->number(), bytes.data(), bytes.size(), static_cast<off_t>(before - length));
    if (got < 0) return CannotRead(settings_.path, errno);
    bytes.resize(static_cast<size_t>(got));
    return bytes;
  }

  // Numbers go on behind all that the trail may have.
  Status StartAnew(Happening why) {
    Tell(why, told_);
    const uint64_t reached = place_.base + place_.offset;
    place_.base = std::max(reached, settings_.taken ? *settings_.taken + 1 : 0);
    place_.offset = 0;
    file_.reset();
    if (why == Happening::kTruncated) cut_ = place_.inode;
    return Ok{};
  }

  static void Tell(Happening happening, std::vector<SourceEvent>& events) {
    SourceEvent event;
    event.happening = happening;
    if (happening == Happening::kTruncated || happening == Happening::kLost) event.count = 1;
    events.push_back(std::move(event));
  }

  // The file to read after the one that is at its end, or was never found.
  [[nodiscard]] std::optional<Seen> Following() const {
    const auto family = Family(settings_.path);
    if (cut_)
      for (const Seen& seen : family)
        if (seen.inode == *cut_) return seen;
    for (const Seen& seen : family) {
      // Two files may have changed in one tick of the clock: what was read is known by its inode.
      const bool read = std::ranges::find(place_.before, seen.inode) != place_.before.end();
      const bool newer = seen.changed > changed_ || (seen.changed == changed_ && !read);
      if (!seen.Is(place_) && (seen.path == settings_.path || newer)) return seen;
    }
    return {};
  }

  Status OpenNext(LineBatch& batch) {
    const auto next = Following();
    if (!next) return Ok{};  // it will be made
    const bool first = place_.inode == 0;
    if (!first && !cut_) Tell(Happening::kRotated, batch.events);
    if (first) Tell(Happening::kFound, batch.events);
    const FilePlace before = place_;
    if (finished_) place_.base = read_.end();
    if (!first && !cut_) place_.before.push_back(place_.inode);
    if (place_.before.size() > kMostBefore) place_.before.erase(place_.before.begin());
    place_.device = next->device;
    place_.inode = next->inode;
    place_.offset = place_.length = 0;
    place_.digest = base::Sha256({});
    auto opened = Open(*next);
    if (opened) opened = Save();
    if (!opened) {
      place_ = before;
      return opened;
    }
    batch.more = true;
    finished_ = false;
    cut_.reset();
    last_.clear();
    ended_.clear();
    return Ok{};
  }

  Status Read(size_t most, LineBatch& batch) {
    struct stat about {};
    if (::fstat(file_->number(), &about) != 0) return CannotRead(settings_.path, errno);
    changed_ = ToSeen({}, about).changed;
    const auto size = static_cast<uint64_t>(about.st_size);
    const uint64_t at = read_.end() - place_.base;
    if (size == at) return LookForAnother(batch);
    if (size > at && TRY(LastBytes(at, last_.size())) == last_) return ReadOn(most, batch);
    Tell(Happening::kTruncated, batch.events);
    cut_ = place_.inode;
    Finish(batch);
    return Ok{};
  }

  Status ReadOn(size_t most, LineBatch& batch) {
    quiet_since_.reset();
    batch.more = true;  // looked at once more, it may have been rotated
    std::string chunk;
    while (batch.lines.size() < most) {
      chunk.resize(kChunk);
      const ssize_t got = ::pread(file_->number(), chunk.data(), chunk.size(),
                                  static_cast<off_t>(read_.end() - place_.base));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return CannotRead(settings_.path, errno);
      if (got == 0) return Ok{};
      chunk.resize(static_cast<size_t>(got));
      read_.Feed(chunk, [&](Line line) { Give(std::move(line), batch); });
      Remember(chunk);
    }
    return Ok{};
  }

  // What was read last, and what stands before the line that is not ended yet.
  void Remember(const std::string& chunk) {
    const auto last = [](std::string text) {
      text.erase(0, text.size() - std::min(text.size(), kMostDigested));
      return text;
    };
    if (const size_t feed = chunk.rfind('\n'); feed != std::string::npos)
      ended_ = last(last_ + chunk.substr(0, feed + 1));
    last_ = last(last_ + chunk);
  }

  void Give(Line line, LineBatch& batch) const {
    if (!settings_.taken || line.sequence > *settings_.taken)
      batch.lines.push_back(std::move(line));
  }

  Status LookForAnother(LineBatch& batch) {
    const auto current = Look(settings_.path);
    if (!current || current->Is(place_)) {
      quiet_since_.reset();
      return Ok{};
    }
    if (!quiet_since_) quiet_since_ = clock_.Now();
    if (clock_.Now() - *quiet_since_ >= settings_.linger) Finish(batch);
    return Ok{};
  }

  // No more will come of this file: what stands without a line end is its last line.
  void Finish(LineBatch& batch) {
    if (auto rest = read_.Rest()) Give(std::move(*rest), batch);
    ended_ = last_;
    finished_ = true;
    batch.more = true;
  }

  Status Save() {
    TRY(SavePlace(settings_.place, place_));
    saved_ = clock_.Now();
    unsaved_ = false;
    return Ok{};
  }

  LineFileSettings settings_;
  const base::Clock& clock_;
  FilePlace place_;  // let go up to its offset
  LineSplitter read_{0};
  std::unique_ptr<base::Descriptor> file_;
  std::optional<std::pair<uint64_t, uint64_t>> ours_;  // device and inode of what we claimed last
  std::string last_;                                   // the last bytes read, at most kMostDigested
  std::string ended_;  // of these, those before the line that is not ended yet
  int64_t changed_ = std::numeric_limits<int64_t>::max();  // when the open file was
  std::optional<base::Time> quiet_since_;
  bool finished_ = false;        // the open file was read to its end
  std::optional<uint64_t> cut_;  // inode of a file whose content was replaced: read it anew
  std::vector<SourceEvent> told_;
  base::Time saved_{};
  bool unsaved_ = false;
};

}  // namespace

Result<std::unique_ptr<LineSource>> OpenLineFile(LineFileSettings settings,
                                                 const base::Clock& clock) {
  auto file = std::make_unique<LineFile>(std::move(settings), clock);
  TRY(file->Start());
  return std::unique_ptr<LineSource>(std::move(file));
}

}  // namespace garant::ingest

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "feed/destination.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

class File final : public Destination {
 public:
  File(std::string path, bool append) : path_(std::move(path)), append_(append) {}

  Status Connect() override {
    if (path_.empty()) {
      file_ = std::make_unique<base::Descriptor>(::dup(STDOUT_FILENO));
      return file_->number() < 0 ? Status(Failed(errno)) : Status(Ok{});
    }
    const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | (append_ ? 0 : O_EXCL);
    file_ = std::make_unique<base::Descriptor>(::open(path_.c_str(), flags, 0600));
    if (file_->number() < 0 && errno == EEXIST)
      return Error{
          Code::kConflict,
          Filled("{} is there already, and nothing is written over it: name a new file, or "
                 "remove that one; where an earlier export into it is to go on, give the "
                 "--state that it was made with",
                 "{} existe déjà, et n’est pas écrasé : nommez un nouveau fichier, ou "
                 "supprimez celui-ci; pour poursuivre une exportation antérieure, donnez le "
                 "--state avec lequel elle a été faite",
                 {path_}),
          {}};
    if (file_->number() < 0) return Failed(errno);
    const bool goes_on = append_;
    append_ = true;
    sent_ = 0;
    return goes_on ? CutTornLine() : Status(Ok{});
  }

  Status Send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t done = ::write(file_->number(), bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return Failed(errno);
      bytes.remove_prefix(static_cast<size_t>(done));
      sent_ += static_cast<uint64_t>(done);
    }
    return Ok{};
  }

  // A pipe's other end says nothing; what it was given counts as taken.
  Result<uint64_t> Taken() override {
    if (path_.empty()) return sent_;
    if (::fdatasync(file_->number()) != 0) return Failed(errno);
    TRY(FollowRotation());
    return sent_;
  }
  Status Finish() override { return Ok{}; }
  [[nodiscard]] bool IsNetwork() const override { return false; }

 private:
  Error Failed(int number) const {
    return Error{Code::kIo,
                 path_.empty() ? Filled("cannot write to the standard output: {}",
                                        "impossible d’écrire sur la sortie standard : {}",
                                        {base::SystemText(number)})
                               : Filled("cannot write {}: {}", "impossible d’écrire {} : {}",
                                        {path_, base::SystemText(number)}),
                 {}};
  }

  // Whoever puts files away gave this one another name: what comes goes into a new one.
  Status FollowRotation() {
    struct stat ours {};
    struct stat named {};
    if (::fstat(file_->number(), &ours) != 0) return Failed(errno);
    if (::stat(path_.c_str(), &named) == 0 && named.st_ino == ours.st_ino &&
        named.st_dev == ours.st_dev)
      return Ok{};
    auto next = std::make_unique<base::Descriptor>(
        ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    if (next->number() < 0) return Failed(errno);
    file_ = std::move(next);
    return Ok{};
  }

  // A line that an earlier run did not finish is sent again whole. No event is as long as what is
  // looked at: a file without a line end there was never ours.
  Status CutTornLine() {
    constexpr off_t kLongest = 1 << 20;
    struct stat found {};
    if (::fstat(file_->number(), &found) != 0) return Failed(errno);
    if (!S_ISREG(found.st_mode)) return Ok{};
    off_t end = found.st_size;
    for (char last = 0; end > 0; --end) {
      if (::pread(file_->number(), &last, 1, end - 1) != 1) return Failed(errno);
      if (last == '\n') break;
      if (found.st_size - end >= kLongest)
        return Error{Code::kInvalid,
                     Filled("{} is no file of events, one a line",
                            "{} n’est pas un fichier "
                            "d’événements, un par ligne",
                            {path_}),
                     {}};
    }
    if (end == found.st_size) return Ok{};
    return ::ftruncate(file_->number(), end) == 0 ? Status(Ok{}) : Status(Failed(errno));
  }

  std::string path_;  // empty: the standard output
  bool append_;
  std::unique_ptr<base::Descriptor> file_;
  uint64_t sent_ = 0;
};

}  // namespace

std::unique_ptr<Destination> FileDestination(const Address& address, bool append) {
  return std::make_unique<File>(address.path, append);
}

}  // namespace garant::feed

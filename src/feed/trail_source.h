#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/file_watch.h"
#include "feed/pump.h"
#include "trail/search/search.h"
#include "trail/store/reader.h"

namespace garant::feed {

// The entries of a trail that fit, oldest first, found through its index.
class TrailSource final : public Source {
 public:
  // Asked anew whenever the trail was read anew: a person has other tokens in another epoch.
  using Select = std::function<base::Result<trail::Search>(const trail::TrailReader&)>;
  struct Tell {
    // Entries [first, end) were deleted before they were handed on.
    std::function<void(uint64_t first, uint64_t end)> deleted;
    // What is followed cannot be read now: a writer that crashed must first open it anew.
    std::function<void(const base::Error&)> unreadable;
  };

  // What the reader has, and no more; or, where it is to follow, what is published by and by.
  TrailSource(std::string folder, std::shared_ptr<const trail::TrailReader> reader, Select select,
              Tell tell);
  void Follow();

  // kUntrusted where the trail no longer continues what it was.
  [[nodiscard]] base::Result<Page> Read(uint64_t from) override;
  [[nodiscard]] bool HasMore() override;

  [[nodiscard]] const trail::TrailReader& reader() const { return *reader_; }
  // Entries from there on are not handed on yet.
  [[nodiscard]] uint64_t end() const;

 private:
  base::Status Refresh();

  std::string folder_;
  std::shared_ptr<const trail::TrailReader> reader_;
  Select select_;
  Tell tell_;
  std::optional<trail::Search> search_;
  std::unique_ptr<base::FileWatch> watch_;  // of what is published; none where it does not follow
  std::chrono::steady_clock::time_point again_;  // the trail is not read anew before
  bool changed_ = false;
  base::Text told_;  // of an unreadable trail, so that it is said once
};

}  // namespace garant::feed

#include "verify/exported_files.h"

#include <filesystem>
#include <optional>

#include "base/file.h"
#include "trail/store/entry_bundle.h"
#include "trail/tree/proofs.h"
#include "trail/tree/tile_path.h"

namespace garant::verify {
namespace {

using base::Filled;
using base::Text;
using trail::TilePath;
namespace fs = std::filesystem;

enum class Place : uint8_t { kNeeded, kEarlier, kForeign };

class FilesCheck {
 public:
  FilesCheck(const std::string& folder, uint64_t size, LogReport& report)
      : folder_(folder), size_(size), report_(report) {}

  void Run() {
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder_ + "/tile", error), end; !error && at != end;
         at.increment(error)) {
      std::error_code unknown;
      if (at->is_directory(unknown) && !at->is_symlink(unknown)) continue;
      const std::string file = at->path().lexically_relative(folder_).generic_string();
      if (const Place place = PlaceOf(file); place == Place::kEarlier)
        ++earlier_;
      else if (place == Place::kForeign && !Foreign(file))
        return;
    }
    if (error && error != std::errc::no_such_file_or_directory)
      report_.faults.push_back({"tile", {}, base::SystemText(error.value())});
    if (earlier_ != 0)
      report_.notes.push_back(
          Filled("{} partial tiles are of earlier checkpoints; this one does not need them.",
                 "{} tuiles partielles sont de points de contrôle antérieurs; celui-ci n’en a pas "
                 "besoin.",
                 {earlier_}));
  }

 private:
  [[nodiscard]] Place PlaceOf(const std::string& file) const {
    const auto path = TilePath::Parse(file);
    if (!path) return Place::kForeign;
    TilePath needed = *path;
    needed.width = trail::WidthOfTile(size_, path->level, path->number);
    if (path->width == needed.width) return Place::kNeeded;
    if (path->width > needed.width) return Place::kForeign;
    const auto bytes = base::ReadFile(folder_ + "/" + file, trail::kLargestBundle);
    const auto whole = base::ReadFile(folder_ + "/" + needed.ToString(), trail::kLargestBundle);
    if (!bytes || !whole || !whole->starts_with(*bytes)) return Place::kForeign;
    const bool counts = path->entries
                            ? trail::SplitBundle(base::AsBytes(*bytes), path->width).has_value()
                            : bytes->size() == size_t{path->width} * trail::Digest().size();
    return counts ? Place::kEarlier : Place::kForeign;
  }

  bool Foreign(const std::string& file) {
    report_.faults.push_back(
        {file,
         {},
         {"it does not belong to this log: nothing that the checkpoint signed vouches for it",
          "il n’est pas de ce journal : rien de ce que signe le point de contrôle n’en répond"}});
    return report_.faults.size() < kMostFaults;
  }

  const std::string& folder_;
  const uint64_t size_;
  LogReport& report_;
  uint64_t earlier_ = 0;
};

}  // namespace

void CheckExportedFiles(const std::string& folder, uint64_t size, LogReport& report) {
  FilesCheck(folder, size, report).Run();
}

}  // namespace garant::verify

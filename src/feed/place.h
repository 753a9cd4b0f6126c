#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"
#include "trail/store/reader.h"

// How far an export came, kept in a file (docs/formats/export.md) so that the next run goes on
// there.
namespace garant::feed {

struct Place {
  std::string origin;   // of the trail
  base::Digest what{};  // of form, filters and destination: another export has another file
  uint64_t next = 0;    // the first entry that nobody is known to have taken
  base::Digest root{};  // of the tree over the entries before that one
  bool operator==(const Place&) const = default;
};

[[nodiscard]] std::string FormatPlace(const Place& place);
// Strict: takes what FormatPlace writes and nothing else. kUnsupported: of another version.
[[nodiscard]] base::Result<Place> ParsePlace(std::string_view text);

// kUntrusted where this trail does not continue the one that was exported.
base::Status CheckPlace(const Place& place, const trail::TrailReader& reader);
// kConflict where the place is of another export than `what`.
base::Status CheckSame(const Place& place, const base::Digest& what, const std::string& file);

// The file of a place. One process at a time.
class PlaceFile {
 public:
  // kConflict: another process goes on from there.
  [[nodiscard]] static base::Result<PlaceFile> Open(const std::string& path);
  // Nothing where there is none yet.
  [[nodiscard]] base::Result<std::optional<Place>> Read() const;
  base::Status Write(const Place& place) const;  // durably
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  PlaceFile(std::string path, int lock)
      : path_(std::move(path)), lock_(std::make_unique<base::Descriptor>(lock)) {}

  std::string path_;
  std::unique_ptr<base::Descriptor> lock_;
};

}  // namespace garant::feed

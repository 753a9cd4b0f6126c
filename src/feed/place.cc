#include "feed/place.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <vector>

#include "trail/tree/checkpoint.h"
#include "trail/tree/proofs.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr std::string_view kFirstLine = "garant-export/1";
constexpr std::string_view kName = "garant-export/";
constexpr size_t kLargest = 4096;
constexpr size_t kLines = 5;

Error NoPlace() {
  return Error{Code::kInvalid,
               {"this says not how far an export came: five lines, the first of them "
                "garant-export/1 (docs/formats/export.md); name another file with --state",
                "ceci ne dit pas jusqu’où est allée une exportation : cinq lignes, dont la "
                "première est garant-export/1 (docs/formats/export.md); nommez un autre fichier "
                "avec --state"},
               {}};
}

}  // namespace

std::string FormatPlace(const Place& place) {
  return std::string(kFirstLine) + "\n" + place.origin + "\n" + base::FormatDigest(place.what) +
         "\n" + std::to_string(place.next) + "\n" + base::FormatDigest(place.root) + "\n";
}

Result<Place> ParsePlace(std::string_view all) {
  std::string_view text = all;
  std::vector<std::string_view> lines;
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (!lines.empty() && lines[0] != kFirstLine && lines[0].starts_with(kName))
    return Error{Code::kUnsupported,
                 Filled("'{}' is of another version of Garant",
                        "« {} » vient d’une autre version de Garant", {lines[0]}),
                 {}};
  if (lines.size() != kLines || !text.empty() || lines[0] != kFirstLine || lines[1].empty())
    return NoPlace();
  Place place;
  place.origin = lines[1];
  const auto what = base::ParseDigest(lines[2]);
  const auto next = trail::ParseDecimal(lines[3]);
  const auto root = base::ParseDigest(lines[4]);
  if (!what || !next || !root) return NoPlace();
  place.what = *what;
  place.next = *next;
  place.root = *root;
  if (FormatPlace(place) != all) return NoPlace();
  return place;
}

Status CheckPlace(const Place& place, const trail::TrailReader& reader) {
  const std::string& origin = reader.checkpoint().origin;
  if (place.origin != origin)
    return Error{
        Code::kConflict,
        Filled("this is the place of an export of {}, not of {}",
               "c’est la position d’une exportation de {}, et non de {}", {place.origin, origin}),
        {}};
  if (place.next == 0) return Ok{};
  const auto root = place.next > reader.size() ? Result<base::Digest>(base::Digest{})
                                               : trail::TreeRoot(reader.hashes(), place.next);
  if (!root) return root.error();
  if (place.next <= reader.size() && *root == place.root) return Ok{};
  return Error{
      Code::kUntrusted,
      Filled("the trail no longer holds the {} entries that were passed: somebody took "
             "entries back, or put an older copy or another trail in its place; look with "
             "`garant trail verify`, and export anew with another --state if it is as it "
             "should be",
             "le journal n’a plus les {} entrées déjà parcourues : quelqu’un en a retiré, "
             "ou a mis à sa place une copie antérieure ou un autre journal; voyez avec "
             "`garant trail verify`, et exportez de nouveau avec un autre --state s’il est "
             "tel qu’il doit être",
             {place.next}),
      {}};
}

Status CheckSame(const Place& place, const base::Digest& what, const std::string& file) {
  if (place.what == what) return Ok{};
  return Error{Code::kConflict,
               Filled("{} says how far another export came: one of another form, destination or "
                      "filter; name another file with --state",
                      "{} dit jusqu’où est allée une autre exportation, d’une autre forme, "
                      "destination ou sélection; nommez un autre fichier avec --state",
                      {file}),
               {}};
}

Result<PlaceFile> PlaceFile::Open(const std::string& path) {
  const std::string lock = path + ".lock";
  const int number = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (number < 0)
    return Error{Code::kIo,
                 Filled("cannot open {}: {}", "impossible d’ouvrir {} : {}",
                        {lock, base::SystemText(errno)}),
                 {}};
  PlaceFile file(path, number);
  if (::flock(number, LOCK_EX | LOCK_NB) == 0) return file;
  return Error{
      Code::kConflict,
      Filled("another export goes on from {}", "une autre exportation continue depuis {}", {path}),
      {}};
}

Result<std::optional<Place>> PlaceFile::Read() const {
  if (!base::Exists(path_)) return std::optional<Place>();
  auto place = ParsePlace(TRY(base::ReadFile(path_, kLargest)));
  if (place) return std::optional<Place>(std::move(*place));
  Error error = std::move(place).error();
  error.where = {path_, 0, 0};
  return error;
}

Status PlaceFile::Write(const Place& place) const {
  return base::WriteFileDurably(path_, FormatPlace(place), base::FileMode::kPrivate);
}

}  // namespace garant::feed

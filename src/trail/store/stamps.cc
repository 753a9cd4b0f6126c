#include <algorithm>

#include "base/file.h"
#include "trail/tree/timestamp.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr std::string_view kAnswer = ".tsr";

std::string Beginning(const std::string& folder, uint64_t size) {
  return StampsPath(folder) + "/" + std::to_string(size);
}
std::string NotePath(const std::string& folder, uint64_t size) {
  return Beginning(folder, size) + ".checkpoint";
}
std::string AnswerPath(const std::string& folder, uint64_t size) {
  return Beginning(folder, size) + std::string(kAnswer);
}

// Of which sizes there are answers. A checkpoint without one is what a crash left: no stamp.
Result<std::vector<uint64_t>> SizesIn(const std::string& folder) {
  std::vector<uint64_t> sizes;
  const auto names = base::NamesIn(StampsPath(folder));
  if (!names && names.error().code == Code::kNotFound) return sizes;
  if (!names) return names.error();
  for (std::string name : *names) {
    if (!name.ends_with(kAnswer)) continue;
    name.resize(name.size() - kAnswer.size());
    if (const auto size = ParseDecimal(name)) sizes.push_back(*size);
  }
  std::ranges::sort(sizes);
  return sizes;
}

Result<StampedCheckpoint> ReadOne(const std::string& folder, uint64_t size,
                                  const std::string& certificates, const VerifierKey& log,
                                  const HashSource& hashes) {
  const auto note = base::ReadFile(NotePath(folder, size), kLargestNote);
  const auto answer = base::ReadFile(AnswerPath(folder, size), kLargestStamp);
  const auto checkpoint = note ? OpenCheckpoint(*note, log) : note.error();
  const auto wrong = [&](const base::Text& why) {
    return Error{
        Code::kUntrusted, Filled("{}: {}", "{} : {}", {AnswerPath(folder, size), why}), {}};
  };
  if (!checkpoint) return wrong(checkpoint.error().message);
  if (!answer) return wrong(answer.error().message);
  if (checkpoint->size != size || size > hashes.size() ||
      TRY(TreeRoot(hashes, size)) != checkpoint->root)
    return wrong({"it is of another trail, or of entries that were changed since",
                  "il porte sur un autre journal, ou sur des entrées modifiées depuis"});
  auto stamp = VerifyStamp(base::AsBytes(*answer), base::AsBytes(*note), certificates);
  if (!stamp && stamp.error().code != Code::kUntrusted) return std::move(stamp).error();
  if (!stamp) return wrong(stamp.error().message);
  return StampedCheckpoint{size, std::move(*stamp)};
}

}  // namespace

Status KeepStamp(const std::string& folder, const std::string& note, uint64_t size,
                 base::ByteView answer) {
  TRY(base::MakeFolder(StampsPath(folder)));
  TRY(base::WriteFileDurably(NotePath(folder, size), note));
  return base::WriteFileDurably(AnswerPath(folder, size), base::AsText(answer));
}

bool HasStamp(const std::string& folder, uint64_t size) {
  return base::Exists(AnswerPath(folder, size));
}

Result<std::vector<StampedCheckpoint>> ReadStamps(const std::string& folder,
                                                  const std::string& certificates,
                                                  const VerifierKey& log,
                                                  const HashSource& hashes) {
  std::vector<StampedCheckpoint> stamps;
  for (const uint64_t size : TRY(SizesIn(folder)))
    stamps.push_back(TRY(ReadOne(folder, size, certificates, log, hashes)));
  return stamps;
}

}  // namespace garant::trail

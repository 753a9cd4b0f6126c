#include "ingest/file_place.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

#include "base/file.h"

namespace garant::ingest {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view kMagic = "garant-source/1\n";

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const size_t space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

bool ReadNumber(std::string_view word, uint64_t& number) {
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  return problem == std::errc() && end == word.data() + word.size();
}

bool Parse(std::string_view text, FilePlace& place) {
  if (!text.starts_with(kMagic) || !text.ends_with('\n')) return false;
  text.remove_prefix(kMagic.size());
  if (text.empty()) return false;
  text.remove_suffix(1);
  const auto words = Words(text);
  if (words.size() < 6 || words.size() > 6 + kMostBefore || !ReadNumber(words[0], place.device) ||
      !ReadNumber(words[1], place.inode) || !ReadNumber(words[2], place.base) ||
      !ReadNumber(words[3], place.offset) || !ReadNumber(words[4], place.length))
    return false;
  const auto digest = base::FromHex(words[5]);
  if (!digest || digest->size() != place.digest.size()) return false;
  std::ranges::copy(*digest, place.digest.begin());
  for (size_t i = 6; i < words.size(); ++i)
    if (!ReadNumber(words[i], place.before.emplace_back())) return false;
  constexpr uint64_t kMost = uint64_t{1} << 62U;
  return place.base <= kMost && place.offset <= kMost &&
         place.length <= std::min<uint64_t>(place.offset, kMostDigested);
}

}  // namespace

Result<std::optional<FilePlace>> LoadPlace(const std::string& path) {
  auto text = base::ReadFile(path, 4096);
  if (!text && text.error().code == Code::kNotFound) return std::optional<FilePlace>{};
  if (!text) return std::move(text).error();
  FilePlace place;
  if (!Parse(*text, place))
    return Error{
        Code::kInvalid,
        base::Filled("{} does not say where the source was read to: it was changed; put it back, "
                     "or read the file under another --source",
                     "{} ne dit pas jusqu’où la source a été lue : il a été modifié; remettez-le, "
                     "ou lisez le fichier sous un autre --source",
                     {path}),
        {}};
  return std::optional(place);
}

base::Status SavePlace(const std::string& path, const FilePlace& place) {
  TRY(base::MakeFolder(std::filesystem::path(path).parent_path().string()));
  std::string text(kMagic);
  for (const uint64_t number : {place.device, place.inode, place.base, place.offset, place.length})
    text += std::to_string(number) + " ";
  text += base::ToHex(place.digest);
  for (const uint64_t inode : place.before) text += " " + std::to_string(inode);
  return base::WriteFileDurably(path, text + "\n", base::FileMode::kPrivate);
}

}  // namespace garant::ingest

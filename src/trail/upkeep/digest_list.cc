#include "trail/upkeep/digest_list.h"

#include "trail/tree/checkpoint.h"
#include "trail/tree/note.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;

constexpr std::string_view kStart = "garant-backup/";
constexpr std::string_view kForm = "garant-backup/1";
constexpr std::string_view kFile = "file ";
constexpr std::string_view kList = "list ";

Error Wrong(size_t line, const Text& why) {
  return {Code::kInvalid, Filled("line {}: {}", "ligne {} : {}", {uint64_t{line}, why}), {}};
}

// Up to the next space, with which it is taken away.
std::string_view TakeWord(std::string_view& line) {
  const size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(std::min(space + 1, line.size()));
  return word;
}

Result<std::pair<std::string, DigestList::File>> ReadFileLine(std::string_view line) {
  const auto digest = TRY(base::ParseDigest(TakeWord(line)));
  const uint64_t size = TRY(ParseDecimal(TakeWord(line)));
  if (line.empty()) return Error{Code::kInvalid, {"no path", "aucun chemin"}, {}};
  return std::pair(std::string(line), DigestList::File{size, digest});
}

}  // namespace

Result<DigestList> DigestList::Parse(std::string_view text, const VerifierKey& log) {
  DigestList list;
  size_t at = 0;
  for (size_t number = 1;; ++number) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos)
      return Wrong(number, {"it ends within it", "elle n’est pas entière"});
    std::string_view line = text.substr(at, end - at);
    if (number == 1 && line != kForm) {
      if (line.starts_with(kStart))
        return Error{Code::kUnsupported,
                     {"it is of a newer form; take a newer garant",
                      "elle est d’une forme plus récente; prenez un garant plus récent"},
                     {}};
      return Wrong(number, {"it is no list of digests", "ce n’est pas une liste d’empreintes"});
    }
    if (line.starts_with(kList)) {
      line.remove_prefix(kList.size());
      const auto sum = base::ParseDigest(line);
      if (!sum || *sum != base::Sha256(base::AsBytes(text.substr(0, at))) ||
          base::FormatDigest(*sum) != line)
        return Wrong(number, {"the list was changed", "la liste a été modifiée"});
      at = end + 1;
      break;
    }
    at = end + 1;
    if (number == 1) continue;
    if (!line.starts_with(kFile))
      return Wrong(number, {"it names no file", "elle ne nomme aucun fichier"});
    auto file = ReadFileLine(line.substr(kFile.size()));
    if (!file) return Wrong(number, file.error().message);
    if (!list.files.empty() && list.files.rbegin()->first >= file->first)
      return Wrong(number, {"out of order", "hors de sa place"});
    list.files.insert(std::move(*file));
  }
  if (at == text.size()) return list;
  if (text[at] != '\n')
    return Error{Code::kInvalid,
                 {"something follows the list that is no signature",
                  "ce qui suit la liste n’est pas une signature"},
                 {}};
  const auto signature = TRY(NoteSignature::Parse(text.substr(at + 1)));
  const Note note{.text = std::string(text.substr(0, at)), .signatures = {signature}};
  if (const auto held = VerifyNote(note, log); !held)
    return Error{Code::kUntrusted, held.error().message, {}};
  list.is_signed = true;
  return list;
}

std::string DigestList::ToString() const {
  std::string text = std::string(kForm) + "\n";
  for (const auto& [path, file] : files)
    text += std::string(kFile) + base::FormatDigest(file.digest) + " " + std::to_string(file.size) +
            " " + path + "\n";
  return text + std::string(kList) + base::FormatDigest(base::Sha256(base::AsBytes(text))) + "\n";
}

}  // namespace garant::trail

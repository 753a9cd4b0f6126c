#include "cli/persons.h"

#include <algorithm>

#include "base/file.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr size_t kLargestList = size_t{64} << 20U;

}  // namespace

Result<std::vector<trail::Person>> ReadPersons(const std::string& file) {
  const std::string text = TRY(base::ReadFile(file, kLargestList));
  std::vector<trail::Person> persons;
  uint32_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const size_t tab = line.find('\t');
    if (tab == 0 || tab == std::string_view::npos || tab + 1 == line.size() ||
        line.find('\t', tab + 1) != std::string_view::npos)
      return Error{Code::kInvalid,
                   {"a line names one person: the issuer, a tab, and the name that the issuer gave",
                    "une ligne nomme une personne : l’émetteur, une tabulation, et le nom qu’il a "
                    "donné"},
                   {file, number, 1}};
    persons.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
  }
  return persons;
}

}  // namespace garant::cli

#include "service/route.h"

#include <algorithm>

namespace garant::service {

std::vector<std::string_view> Segments(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string_view> result;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return result;
}

bool IsParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool HasParameters(std::string_view route) {
  return std::ranges::any_of(Segments(route), IsParameter);
}

bool MatchesTemplate(std::string_view route, std::string_view path) {
  const auto wanted = Segments(route);
  const auto given = Segments(path);
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](std::string_view want, std::string_view have) {
                      return IsParameter(want) ? !have.empty() : want == have;
                    });
}

}  // namespace garant::service

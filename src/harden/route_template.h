#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Paths as route templates: a path may name a person, a template never does.
namespace garant::harden {

// How a template is asked for: each {param} becomes "0".
[[nodiscard]] std::string ExamplePath(std::string_view route);

// The declared template that matches (one without parameters before others, then the first); else
// the path with static assets as {file} of their folder, every segment that is no plain word as
// {id}, and at most 12 segments.
[[nodiscard]] std::string RouteOf(std::string_view path, const std::vector<std::string>& declared);
// A word of the site: 1 to 24 small letters and hyphens; of the last segment also one ending of 2
// to 5 small letters; or a version such as v1. Whatever else stands there may name a person, a
// record or a session.
[[nodiscard]] bool IsPlainWord(std::string_view segment, bool last);

// Names routes by what all paths of a site look like: where a folder holds many different words,
// they are no words of the site but somebody's names, and are {id} as well.
class RouteNames {
 public:
  explicit RouteNames(std::vector<std::string> declared) : declared_(std::move(declared)) {}

  void Learn(const std::vector<std::string>& paths);
  [[nodiscard]] std::string Of(std::string_view path) const;
  // Whether a template was made here of a path that nobody declared, so that it hides what was
  // asked.
  [[nodiscard]] bool Hides(std::string_view route) const;

 private:
  [[nodiscard]] std::string Folder(const std::vector<std::string_view>& segments,
                                   size_t depth) const;

  std::vector<std::string> declared_;
  std::set<std::string, std::less<>> folders_;  // whose members are parameters
};

// Addresses that could sign out, delete or change something when asked for.
[[nodiscard]] bool LooksHarmful(std::string_view path_and_query, std::string_view link_text);

}  // namespace garant::harden

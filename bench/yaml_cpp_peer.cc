#include "yaml_cpp_peer.h"

#include <yaml-cpp/yaml.h>

#include "figures.h"

namespace garant::bench {
namespace {

size_t Count(const YAML::Node& node) {
  size_t count = 1;
  for (const auto& part : node)
    count += node.IsMap() ? Count(part.first) + Count(part.second) : Count(part);
  return count;
}

}  // namespace

size_t ReadWithYamlCpp(const std::string& text) {
  try {
    return Count(YAML::Load(text));
  } catch (const YAML::Exception& problem) {
    Fail(std::string("yaml-cpp refuses its input: ") + problem.what());
  }
}

}  // namespace garant::bench

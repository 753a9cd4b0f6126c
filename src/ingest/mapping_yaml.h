#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "ingest/pointer.h"

// What the parts of a mapping's reader share: each complains where something is not as it must be.
namespace garant::ingest {

using Names = std::vector<std::string_view>;

[[nodiscard]] base::Text DidYouMean(std::string_view word, const Names& known);
[[nodiscard]] std::string Joined(const Names& names);

class MappingYaml {
 public:
  MappingYaml(const base::YamlNode& root, base::Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  [[nodiscard]] const base::YamlNode& root() const { return root_; }
  void Complain(const base::Where& where, base::Text message);
  // Whether it is a map at all.
  bool KnowsOnly(const base::YamlNode& node, const Names& keys);
  const base::YamlNode* Required(const base::YamlNode& node, std::string_view key);
  std::optional<std::string> Word(const base::YamlNode& node);
  std::optional<size_t> OneOf(const base::YamlNode& node, const Names& words);
  // One place, or a list of which the first counts that a line has.
  std::optional<Pointer> ReadPointer(const base::YamlNode& node);
  std::optional<Pointer> PointerAt(std::string_view key);
  std::optional<Pointer> PlaceOf(const base::YamlNode& node);
  const std::vector<base::YamlNode>& List(std::string_view key);

 private:
  void ComplainOfPlace(const base::Where& where);

  const base::YamlNode& root_;
  base::Diagnostics& diagnostics_;
};

struct Mapping;
// The keys that are about the source as a whole (mapping_source.cc).
void ReadSourceKeys(MappingYaml& yaml, Mapping& out);

}  // namespace garant::ingest

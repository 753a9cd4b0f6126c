#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

// YAML 1.2 documents of untrusted origin as a tree with positions, over libyaml.
namespace garant::base {

struct YamlMember;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Where where;
  bool plain = false;      // a scalar without quotes: may be read as a number or true/false
  bool cut_short = false;  // of the root: reading broke off, what follows is not known
  std::string scalar;
  std::vector<YamlNode> items;      // of a list
  std::vector<YamlMember> members;  // of a map; keys are scalars, unique

  [[nodiscard]] const YamlNode* Find(std::string_view key) const;
};

// Not a std::pair: clang with libstdc++ 12 rejects a vector of pairs of a type still incomplete.
struct YamlMember {
  YamlNode first;   // the key
  YamlNode second;  // the value
};

// One document. Takes at most 200 000 nodes and 64 levels; refuses anchors, aliases, tags and
// duplicate keys, since a reader could take each for something else than the writer meant.
// Complaints go to `diagnostics`; what could be read is returned all the same (kNull if nothing).
[[nodiscard]] YamlNode ParseYaml(std::string_view text, const std::string& file,
                                 Diagnostics& diagnostics);

}  // namespace garant::base

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"

// Reads the maps of a standard's files, complaining of what is wrong and going on.
namespace garant::standard {

// One file of a standard; complains where it cannot be read, and gives kNull then.
[[nodiscard]] base::YamlNode ReadYaml(const std::string& path, base::Diagnostics& diagnostics);

class MapReader {
 public:
  // `what` names the thing in messages: "a proof". Unknown keys are complained of at once.
  MapReader(const base::YamlNode& node, std::string_view what,
            std::initializer_list<std::string_view> keys, base::Diagnostics& diagnostics);

  [[nodiscard]] bool Has(std::string_view key) const { return node_.Find(key) != nullptr; }
  // A scalar; complains where it is missing (unless `optional`), blank or no scalar.
  [[nodiscard]] std::string Word(std::string_view key, bool optional = false);
  [[nodiscard]] base::Text Bilingual(std::string_view key, bool optional = false);
  [[nodiscard]] std::vector<std::string> Words(std::string_view key, bool optional = false);
  // The elements of a list of maps; empty where it is missing (then complains unless `optional`).
  [[nodiscard]] const std::vector<base::YamlNode>& Maps(std::string_view key,
                                                        bool optional = false);
  // Where the value of `key` stands, or where the map does.
  [[nodiscard]] base::Where At(std::string_view key) const;
  // Where the first character of a scalar's text stands: behind its quote.
  [[nodiscard]] base::Where TextAt(std::string_view key, std::string_view language = {}) const;

  void Complain(base::Where where, std::string en, std::string fr);

 private:
  [[nodiscard]] const base::YamlNode* Get(std::string_view key, bool optional);

  const base::YamlNode& node_;
  std::string what_;
  base::Diagnostics& diagnostics_;
};

}  // namespace garant::standard

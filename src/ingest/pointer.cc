#include "ingest/pointer.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace garant::ingest {
namespace {

// "~1" is a slash and "~0" a tilde; a tilde before anything else is a mistake.
std::optional<std::string> Unescaped(std::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '~') {
      out += word[i];
      continue;
    }
    if (i + 1 == word.size() || (word[i + 1] != '0' && word[i + 1] != '1')) return {};
    out += word[++i] == '0' ? '~' : '/';
  }
  return out;
}

const nlohmann::json* Element(const nlohmann::json& list, std::string_view word) {
  size_t number = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool leading_zero = word.size() > 1 && word[0] == '0';
  if (problem != std::errc() || end != word.data() + word.size() || leading_zero) return nullptr;
  return number < list.size() ? &list[number] : nullptr;
}

const nlohmann::json* At(const nlohmann::json& value, const std::vector<std::string>& words) {
  const nlohmann::json* at = &value;
  for (const std::string& word : words) {
    if (at->is_object()) {
      const auto found = at->find(word);
      if (found == at->end()) return nullptr;
      at = &*found;
    } else if (at->is_array()) {
      at = Element(*at, word);
      if (at == nullptr) return nullptr;
    } else {
      return nullptr;
    }
  }
  return at;
}

}  // namespace

std::optional<Pointer> Pointer::Parse(std::string_view text) {
  if (!text.starts_with('/')) return {};
  Words words;
  while (!text.empty()) {
    text.remove_prefix(1);
    const size_t end = std::min(text.find('/'), text.size());
    auto word = Unescaped(text.substr(0, end));
    if (!word) return {};
    words.push_back(std::move(*word));
    text.remove_prefix(end);
  }
  Pointer pointer;
  pointer.places_.push_back(std::move(words));
  return pointer;
}

void Pointer::Or(Pointer other) {
  for (Words& words : other.places_) places_.push_back(std::move(words));
}

const nlohmann::json* Pointer::In(const nlohmann::json& value) const {
  const nlohmann::json* last = nullptr;
  for (const Words& words : places_) {
    last = At(value, words);
    if (last != nullptr && !last->is_null()) return last;
  }
  return last;
}

}  // namespace garant::ingest

#include "report/phrases.h"

#include <array>
#include <vector>

namespace garant::report {
namespace {

constexpr std::array kWords = {
#define GARANT_PHRASE_WORDS(name, en, fr) Words{en, fr},
    GARANT_PHRASES(GARANT_PHRASE_WORDS)
#undef GARANT_PHRASE_WORDS
};
static_assert(kWords.size() == static_cast<size_t>(Phrase::kCount));

std::string Fill(std::string_view words, const std::vector<base::Text>& arguments,
                 base::Language language) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == '{' && i + 2 < words.size() && words[i + 2] == '}') {
      const auto number = static_cast<size_t>(words[i + 1] - '0');
      if (number < arguments.size()) out += arguments[number].In(language);
      i += 2;
    } else {
      out += words[i];
    }
  }
  return out;
}

}  // namespace

Words WordsOf(Phrase phrase) { return kWords[static_cast<size_t>(phrase)]; }

base::Text Say(Phrase phrase) {
  const Words words = WordsOf(phrase);
  return {std::string(words.en), std::string(words.fr)};
}

base::Text Say(Phrase phrase, std::initializer_list<base::Text> arguments) {
  const Words words = WordsOf(phrase);
  return {Fill(words.en, arguments, base::Language::kEnglish),
          Fill(words.fr, arguments, base::Language::kFrench)};
}

base::Text Say(Phrase phrase, std::initializer_list<std::string> arguments) {
  std::vector<base::Text> same;
  for (const std::string& argument : arguments) same.push_back({argument, argument});
  const Words words = WordsOf(phrase);
  return {Fill(words.en, same, base::Language::kEnglish),
          Fill(words.fr, same, base::Language::kFrench)};
}

}  // namespace garant::report

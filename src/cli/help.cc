#include <algorithm>

#include "cli/command.h"

namespace garant::cli {
namespace {

using base::Language;

constexpr size_t kWidth = 100;
constexpr size_t kColumn = 28;  // where explanations start

// Characters of UTF-8, each taken for one column.
size_t Columns(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

// `lead`, then `text` from column `at` on, broken at spaces before kWidth.
std::string Paragraph(std::string lead, std::string_view text, size_t at) {
  std::string out = std::move(lead);
  size_t column = Columns(out);
  if (column + 2 > at && column > 0) {
    out += '\n';
    column = 0;
  }
  bool fresh = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!fresh && column + 1 + Columns(word) > kWidth) {
      out += '\n';
      column = 0;
      fresh = true;
    }
    out.append(fresh ? at - column : 1, ' ');
    out += word;
    column = (fresh ? at : column + 1) + Columns(word);
    fresh = false;
  }
  return out + "\n";
}

std::string Head(const Option& option, Language language) {
  std::string head = "  --" + std::string(option.name);
  if (!option.value.en.empty())
    head += " " + std::string(option.choices.empty() ? option.value.In(language) : option.choices);
  return head;
}

std::string Options(std::span<const Option> options, Language language) {
  static constexpr Wording kRepeats = {" (may be repeated)", " (peut être répétée)"};
  std::string text;
  for (const Option& option : options)
    text += Paragraph(Head(option, language),
                      std::string(option.about.In(language)) +
                          std::string(option.repeats ? kRepeats.In(language) : std::string_view{}),
                      kColumn);
  return text;
}

std::string Examples(const Command& command, Language language) {
  static constexpr Wording kHeading = {"\nExamples:\n", "\nExemples :\n"};
  std::string text(kHeading.In(language));
  for (const Example& example : command.examples)
    text += "  " + std::string(example.line.In(language)) + "\n" +
            Paragraph("", example.about.In(language), 6);
  return text;
}

std::string Usage(Language language) {
  return language == Language::kFrench ? "Usage : " : "Usage: ";
}

}  // namespace

std::string HelpOf(const Command& command, Language language) {
  static constexpr Wording kOptions = {" [OPTIONS]\n\nOptions:\n", " [OPTIONS]\n\nOptions :\n"};
  std::string text = Paragraph("", command.summary.In(language), 0);
  text += Usage(language) + "garant " + std::string(command.name);
  if (!command.argument.en.empty()) text += " " + std::string(command.argument.In(language));
  std::string options(kOptions.In(language));
  if (!command.choices.empty() && command.choices != command.argument.en)
    options.insert(options.find("\n\n") + 1, "  " + std::string(command.argument.In(language)) +
                                                 (language == Language::kFrench ? " : " : ": ") +
                                                 std::string(command.choices) + "\n");
  text += options + Options(command.options, language) + Options(CommonOptions(), language);
  return text + Examples(command, language);
}

std::string HelpOf(std::string_view group, Language language) {
  static constexpr Wording kWhat = {
      "Garant proves that a digital service is safe and private, and keeps it so.",
      "Garant prouve qu’un service numérique est sûr et respecte la vie privée, et l’y maintient."};
  static constexpr Wording kForm = {" COMMAND [OPTIONS]\n\nCommands:\n",
                                    " COMMANDE [OPTIONS]\n\nCommandes :\n"};
  static constexpr Wording kEnd = {
      "\n  --lang en|fr              language of what is printed\n"
      "  --help                    show help; garant COMMAND --help shows a command's\n"
      "  --version                 show the version\n"
      "\nExit status: 0 every item due is met, 1 not, 2 bad input, 3 the machine refused, "
      "4 evidence that\ndoes not hold.\nManual: garant man | man -l -\n",
      "\n  --lang en|fr              langue de ce qui s’affiche\n"
      "  --help                    afficher l’aide; garant COMMANDE --help montre celle d’une "
      "commande\n  --version                 afficher la version\n"
      "\nÉtat de sortie : 0 tout élément exigible est satisfait, 1 non, 2 entrée fautive, 3 refus "
      "de "
      "la\nmachine, 4 preuve qui ne tient pas.\nManuel : garant man --lang fr | man -l -\n"};
  std::string text;
  if (group.empty()) text = std::string(kWhat.In(language)) + "\n";
  text += Usage(language) + "garant" + (group.empty() ? "" : " ") + std::string(group) +
          std::string(kForm.In(language));
  for (const Command& command : Commands())
    if (group.empty() || command.name.starts_with(std::string(group) + " "))
      text += Paragraph("  " + std::string(command.name), command.summary.In(language), 18);
  return group.empty() ? text + std::string(kEnd.In(language)) : text;
}

}  // namespace garant::cli

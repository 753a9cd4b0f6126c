#include "cli/command.h"

namespace garant::cli {
namespace {

using base::Language;

constexpr std::string_view kNoBreak = "\xc2\xa0";

// roff takes a backslash, a leading dot and a bare hyphen for its own, and has its own no-break
// space.
std::string Roff(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(kNoBreak)) {
      out += "\\ ";
      ++i;
    } else if (text[i] == '\\') {
      out += "\\e";
    } else if (text[i] == '-') {
      out += "\\-";
    } else {
      out += text[i];
    }
  }
  if (out.starts_with(".") || out.starts_with("'")) out.insert(0, "\\&");
  return out;
}

std::string RoffOptions(std::span<const Option> options, Language language) {
  static constexpr Wording kRepeats = {"; may be repeated", "; peut être répétée"};
  std::string page;
  for (const Option& option : options) {
    page += ".TP\n\\fB\\-\\-" + Roff(option.name) + "\\fR";
    if (!option.value.en.empty())
      page += " \\fI" + Roff(option.choices.empty() ? option.value.In(language) : option.choices) +
              "\\fR";
    page += "\n" + Roff(option.about.In(language));
    if (option.repeats) page += Roff(kRepeats.In(language));
    page += "\n";
  }
  return page;
}

std::string Spaced(std::string_view choices) {
  std::string words(choices);
  for (char& c : words)
    if (c == '|') c = ' ';
  return words;
}

// The page's own words, already in roff.
struct PageTexts {
  const char* head;
  const char* is_one_of;
  const char* common;
  const char* tail;
};

constexpr PageTexts kEnglishPage = {
    "\\- prove that a digital service is safe and private\n"
    ".SH SYNOPSIS\n\\fBgarant\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n"
    "Garant joins what a standard requires, what a team declares in its service file and what is "
    "observed in a tamper\\-evident trail into verdicts that explain and prove themselves.\n"
    ".SH COMMANDS\n",
    " is one of: ", ".SH OPTIONS OF EVERY COMMAND\n",
    ".SH EXIT STATUS\n.TP\n0\nevery item that is due now is met or excused\n.TP\n1\nnot\n"
    ".TP\n2\nbad input\n.TP\n3\nthe machine refused: a file, the network, a permission\n"
    ".TP\n4\nevidence that does not hold: a signature, a digest, the trail\n"
    ".SH FILES\n.TP\ngarant.yaml\nthe service file\n"
    ".TP\n\\&.garant/trail\nthe trail beside it\n"
    ".TP\n~/.local/share/garant/\nroot keys of trails, for trials\n"};

constexpr PageTexts kFrenchPage = {
    "\\- prouver qu’un service numérique est sûr et respecte la vie privée\n"
    ".SH SYNOPSIS\n\\fBgarant\\fR \\fICOMMANDE\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n"
    "Garant joint ce qu’un référentiel exige, ce qu’une équipe déclare dans son fichier de service "
    "et ce qu’un journal qui révèle toute altération a observé, en verdicts qui s’expliquent et "
    "se prouvent d’eux\\-mêmes.\n"
    ".SH COMMANDES\n",
    " est l’un de\\ : ", ".SH OPTIONS DE CHAQUE COMMANDE\n",
    ".SH ÉTAT DE SORTIE\n.TP\n0\ntout élément exigible maintenant est satisfait ou dispensé\n"
    ".TP\n1\nnon\n.TP\n2\nentrée fautive\n"
    ".TP\n3\nrefus de la machine\\ : un fichier, le réseau, une permission\n"
    ".TP\n4\npreuve qui ne tient pas\\ : une signature, une empreinte, le journal\n"
    ".SH FICHIERS\n.TP\ngarant.yaml\nle fichier de service\n"
    ".TP\n\\&.garant/trail\nle journal, à côté de lui\n"
    ".TP\n~/.local/share/garant/\nclés racines des journaux, pour les essais\n"};

}  // namespace

std::string ManPage(Language language) {
  const PageTexts& texts = language == Language::kFrench ? kFrenchPage : kEnglishPage;
  std::string page = ".TH GARANT 1 \"\" \"garant " GARANT_VERSION "\" \"Garant\"\n";
  page += language == Language::kFrench ? ".SH NOM\n" : ".SH NAME\n";
  page += std::string("garant ") + texts.head;
  for (const Command& command : Commands()) {
    const std::string argument(command.argument.In(language));
    page += ".SS \"garant " + std::string(command.name) + (argument.empty() ? "" : " " + argument) +
            "\"\n" + Roff(command.summary.In(language)) + "\n";
    if (!command.choices.empty() && command.choices != command.argument.en)
      page += "\n" + Roff(argument) + texts.is_one_of + Roff(Spaced(command.choices)) + ".\n";
    page += RoffOptions(command.options, language);
    for (const Example& example : command.examples)
      page += ".PP\n.nf\n    " + Roff(example.line.In(language)) + "\n.fi\n" +
              Roff(example.about.In(language)) + "\n";
  }
  return page + texts.common + RoffOptions(CommonOptions(), language) + texts.tail;
}

std::string BashCompletion(Language language) {
  std::string first;
  std::string cases;
  for (const Command& command : Commands()) {
    const std::string name(command.name);
    const size_t space = name.find(' ');
    const std::string word = name.substr(0, space);
    if (first.find(" " + word + " ") == std::string::npos)
      first += (first.empty() ? " " : "") + word + " ";
    std::string options;
    std::string values;
    const auto add = [&](const Option& option) {
      options += "--" + std::string(option.name) + " ";
      if (!option.choices.empty())
        values += "        --" + std::string(option.name) + ") words='" + Spaced(option.choices) +
                  "' ;;\n";
      else if (option.file)
        values += "        --" + std::string(option.name) +
                  ") COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n";
      else if (!option.value.en.empty())
        values += "        --" + std::string(option.name) + ") return ;;\n";
    };
    for (const Option& option : command.options) add(option);
    for (const Option& option : CommonOptions()) add(option);
    if (!command.choices.empty()) options = Spaced(command.choices) + " " + options;
    cases += "    '" + name + "')\n      words='" + options + "'\n      case $previous in\n" +
             values + "      esac ;;\n";
    if (space != std::string::npos) {
      const std::string arm = "    '" + word + "') words=\"$words " + name.substr(space + 1) + "\"";
      cases += arm + " ;;&\n";
    }
  }
  static constexpr Wording kHead = {
      "# Bash completion for garant: source <(garant completion bash)\n",
      "# Complétion de garant dans bash : source <(garant completion bash)\n"};
  return std::string(kHead.In(language)) +
         "_garant() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words= "
         "command\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    COMPREPLY=($(compgen -W '" +
         first +
         "--help --version' -- \"$current\")); return\n"
         "  fi\n"
         "  command=${COMP_WORDS[1]}\n"
         "  case $command in trail|standard) ((COMP_CWORD > 2)) && command=\"$command "
         "${COMP_WORDS[2]}\" ;; esac\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  [[ $current == -* || ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "
         "\"$current\"))\n"
         "}\n"
         "complete -F _garant garant\n";
}

int RunMan(const Invocation& call) {
  *call.out << ManPage(call.language);
  return kMet;
}

int RunCompletion(const Invocation& call) {
  *call.out << BashCompletion(call.language);
  return kMet;
}

}  // namespace garant::cli

#include "cli/command.h"

namespace garant::cli {
namespace {

// roff takes a backslash, a leading dot and a bare hyphen for its own.
std::string Roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  if (out.starts_with(".") || out.starts_with("'")) out.insert(0, "\\&");
  return out;
}

std::string RoffOptions(std::span<const Option> options) {
  std::string page;
  for (const Option& option : options) {
    page += ".TP\n\\fB\\-\\-" + Roff(option.name) + "\\fR";
    if (!option.value.empty())
      page += " \\fI" + Roff(option.choices.empty() ? option.value : option.choices) + "\\fR";
    page += "\n" + Roff(option.about) + (option.repeats ? "; may be repeated" : "") + "\n";
  }
  return page;
}

std::string Words(std::string_view choices) {
  std::string words(choices);
  for (char& c : words)
    if (c == '|') c = ' ';
  return words;
}

}  // namespace

std::string ManPage() {
  std::string page =
      ".TH GARANT 1 \"\" \"garant " GARANT_VERSION
      "\" \"Garant\"\n.SH NAME\ngarant \\- prove that a digital service is safe and private\n"
      ".SH SYNOPSIS\n\\fBgarant\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n"
      "Garant joins what a standard requires, what a team declares in its service file and what is "
      "observed in a tamper\\-evident trail into verdicts that explain and prove themselves.\n"
      ".SH COMMANDS\n";
  for (const Command& command : Commands()) {
    page += ".SS \"garant " + std::string(command.name) +
            (command.argument.empty() ? "" : " " + std::string(command.argument)) + "\"\n" +
            Roff(command.summary) + "\n";
    if (!command.choices.empty() && command.choices != command.argument)
      page += "\n" + Roff(command.argument) + " is one of: " + Roff(Words(command.choices)) + ".\n";
    page += RoffOptions(command.options);
    for (const Example& example : command.examples)
      page += ".PP\n.nf\n    " + Roff(example.line) + "\n.fi\n" + Roff(example.about) + "\n";
  }
  page += ".SH OPTIONS OF EVERY COMMAND\n" + RoffOptions(CommonOptions());
  page +=
      ".SH EXIT STATUS\n.TP\n0\nevery item that is due now is met or "
      "excused\n.TP\n1\nnot\n.TP\n2\nbad "
      "input\n.TP\n3\nthe machine refused: a file, the network, a permission\n.TP\n4\nevidence "
      "that "
      "does not hold: a signature, a digest, the trail\n"
      ".SH FILES\n.TP\ngarant.yaml\nthe service file\n.TP\n\\&.garant/trail\nthe trail beside "
      "it\n.TP\n"
      "~/.local/share/garant/\nroot keys of trails, for trials\n";
  return page;
}

std::string BashCompletion() {
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
        values += "        --" + std::string(option.name) + ") words='" + Words(option.choices) +
                  "' ;;\n";
      else if (option.file)
        values += "        --" + std::string(option.name) +
                  ") COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n";
      else if (!option.value.empty())
        values += "        --" + std::string(option.name) + ") return ;;\n";
    };
    for (const Option& option : command.options) add(option);
    for (const Option& option : CommonOptions()) add(option);
    if (!command.choices.empty()) options = Words(command.choices) + " " + options;
    cases += "    '" + name + "')\n      words='" + options + "'\n      case $previous in\n" +
             values + "      esac ;;\n";
    if (space != std::string::npos) {
      const std::string arm = "    '" + word + "') words=\"$words " + name.substr(space + 1) + "\"";
      cases += arm + " ;;&\n";
    }
  }
  return "# Bash completion for garant: source <(garant completion bash)\n"
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
  *call.out << ManPage();
  return kMet;
}

int RunCompletion(const Invocation& call) {
  *call.out << BashCompletion();
  return kMet;
}

}  // namespace garant::cli

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

#include "cli/command.h"
#include "report/escape.h"

namespace garant::cli {
namespace {

using base::Text;

base::Language FromEnvironment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string_view(value).starts_with("fr") ? base::Language::kFrench
                                                       : base::Language::kEnglish;
  return base::Language::kEnglish;
}

std::vector<std::string> Split(std::string_view choices) {
  std::vector<std::string> words;
  while (!choices.empty()) {
    const size_t bar = choices.find('|');
    words.emplace_back(choices.substr(0, bar));
    choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 1);
  }
  return words;
}

std::string ExamplesOf(const Command& command) {
  std::string text = "Examples:\n";
  for (const Example& example : command.examples)
    text += "  " + std::string(example.line) + "\n      " + std::string(example.about) + "\n";
  return text;
}

// One parsed command line: CLI11 fills the strings, the table says what they are.
struct Parsed {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::string argument;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::map<std::string, bool, std::less<>> flags;
};

void AddOptions(CLI::App& app, std::span<const Option> options, Parsed& parsed) {
  for (const Option& option : options) {
    if (option.name == "help") continue;  // CLI11's own
    const std::string name(option.name);
    const std::string about(option.about);
    if (option.value.empty()) {
      app.add_flag("--" + name, parsed.flags[name], about);
      continue;
    }
    CLI::Option* added = app.add_option("--" + name, parsed.values[name], about)
                             ->type_name(std::string(option.value))
                             ->expected(1)
                             ->allow_extra_args(false);  // what follows its value is not its own
    if (option.repeats)
      added->take_all();
    else
      added->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    if (!option.choices.empty()) added->check(CLI::IsMember(Split(option.choices)));
  }
}

CLI::App* AppFor(CLI::App& root, std::string_view name) {
  CLI::App* app = &root;
  while (!name.empty()) {
    const size_t space = name.find(' ');
    const std::string word(name.substr(0, space));
    CLI::App* next = nullptr;
    for (CLI::App* known : app->get_subcommands([](CLI::App*) { return true; }))
      if (known->get_name() == word) next = known;
    if (next == nullptr) next = app->add_subcommand(word);
    app->require_subcommand(1);
    app = next;
    name = space == std::string_view::npos ? std::string_view{} : name.substr(space + 1);
  }
  return app;
}

std::vector<std::unique_ptr<Parsed>> Build(CLI::App& root) {
  std::vector<std::unique_ptr<Parsed>> all;
  for (const Command& command : Commands()) {
    auto parsed = std::make_unique<Parsed>();
    parsed->command = &command;
    parsed->app = AppFor(root, command.name);
    parsed->app->description(std::string(command.summary));
    parsed->app->footer(ExamplesOf(command));
    if (!command.argument.empty()) {
      const bool optional = command.argument.starts_with("[");
      std::string name(command.argument);
      if (optional) name = name.substr(1, name.size() - 2);
      CLI::Option* argument = parsed->app->add_option(name, parsed->argument, "");
      if (!optional) argument->required();
      if (!command.choices.empty()) argument->check(CLI::IsMember(Split(command.choices)));
    }
    AddOptions(*parsed->app, command.options, *parsed);
    AddOptions(*parsed->app, CommonOptions(), *parsed);
    all.push_back(std::move(parsed));
  }
  return all;
}

Invocation ToInvocation(const Parsed& parsed, std::ostream& out, std::ostream& err, bool terminal,
                        const char* program) {
  Invocation invocation;
  invocation.argument = parsed.argument;
  for (const auto& [name, values] : parsed.values)
    if (!values.empty()) invocation.values[name] = values;
  for (const auto& [name, set] : parsed.flags)
    if (set) invocation.values[name] = {"true"};
  invocation.out = &out;
  invocation.err = &err;
  invocation.terminal = terminal;
  invocation.program = program;
  invocation.language = base::ParseLanguage(invocation.Value("lang")).value_or(FromEnvironment());
  return invocation;
}

}  // namespace

std::string Invocation::Value(std::string_view name, std::string_view otherwise) const {
  const auto found = values.find(name);
  return found == values.end() || found->second.empty() ? std::string(otherwise)
                                                        : found->second.back();
}

std::vector<std::string> Invocation::All(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

std::string Shown(std::string_view text) {
  std::string shown;
  for (;;) {
    const size_t end = text.find('\n');
    shown += report::Plain(text.substr(0, end));
    if (end == std::string_view::npos) return shown;
    shown += '\n';
    text.remove_prefix(end + 1);
  }
}

int Invocation::Fail(const base::Error& error) const {
  *err << Say({"garant: ", "garant : "}) << Shown(error.ToString(language)) << "\n";
  return base::ExitStatus(error.code);
}

int Invocation::Misuse(const Text& message) const {
  *err << Say({"garant: ", "garant : "}) << Shown(Say(message)) << "\n";
  return kBadInput;
}

int Run(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool terminal) {
  CLI::App root("Garant proves that a digital service is safe and private, and keeps it so.",
                "garant");
  root.set_version_flag("--version", std::string("garant ") + GARANT_VERSION);
  root.footer(
      "Exit status: 0 every item due is met, 1 not, 2 bad input, 3 the machine refused, "
      "4 evidence that does not hold.\nManual: garant man | man -l -");
  const auto all = Build(root);
  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return root.exit(success, out, err);
  } catch (const CLI::ParseError& problem) {
    root.exit(problem, out, err);
    return kBadInput;
  }
  for (const auto& parsed : all) {
    if (!parsed->app->parsed() || !parsed->app->get_subcommands().empty()) continue;
    const Invocation invocation = ToInvocation(*parsed, out, err, terminal, argv[0]);
    try {
      return parsed->command->run(invocation);
    } catch (const std::exception& problem) {  // a library's, such as a folder that vanished
      return invocation.Fail({base::Code::kIo, {problem.what(), problem.what()}, {}});
    }
  }
  return kBadInput;
}

}  // namespace garant::cli

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "cli/command.h"
#include "report/escape.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Piece;
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

// Taken before anything is parsed, so that help and refusals speak it as well.
base::Language LanguageOf(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word(argv[i]);
    std::optional<base::Language> chosen;
    if (word.starts_with("--lang=")) chosen = base::ParseLanguage(word.substr(7));
    if (word == "--lang" && i + 1 < argc) chosen = base::ParseLanguage(argv[i + 1]);
    if (chosen) return *chosen;
  }
  return FromEnvironment();
}

// One parsed command line: CLI11 fills the strings, the table says what they are.
struct Parsed {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  std::string argument;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::map<std::string, bool, std::less<>> flags;

  // That it was called, and not one of a longer name.
  [[nodiscard]] bool called() const { return app->parsed() && app->get_subcommands().empty(); }
};

void AddOptions(CLI::App& app, std::span<const Option> options, Parsed& parsed) {
  for (const Option& option : options) {
    if (option.name == "help") continue;  // CLI11's own
    const std::string name(option.name);
    if (option.value.en.empty())
      app.add_flag("--" + name, parsed.flags[name])->disable_flag_override();
    else
      app.add_option("--" + name, parsed.values[name])
          ->expected(1)
          ->allow_extra_args(false)  // what follows its value is not its own
          ->take_all();
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
    if (!command.argument.en.empty()) parsed->app->add_option("argument", parsed->argument);
    AddOptions(*parsed->app, command.options, *parsed);
    AddOptions(*parsed->app, CommonOptions(), *parsed);
    all.push_back(std::move(parsed));
  }
  return all;
}

bool Among(std::string_view choices, const std::string& word) {
  const std::vector<std::string> words = Split(choices);
  return std::ranges::find(words, word) != words.end();
}

Text DidYouMean(const std::string& word, const std::vector<std::string_view>& known) {
  const std::string_view near = base::Nearest(word, known.data(), known.size());
  if (near.empty()) return {};
  return Filled("; did you mean '{}'?", "; vouliez-vous dire « {} »?", {near});
}

Text NoSuchOption(const std::string& word, const Parsed* parsed) {
  std::vector<std::string> names = {"--help", "--lang"};
  if (parsed == nullptr) names.emplace_back("--version");
  const auto add = [&names](std::span<const Option> options) {
    for (const Option& option : options) names.push_back("--" + std::string(option.name));
  };
  if (parsed != nullptr) add(parsed->command->options);
  if (parsed != nullptr) add(CommonOptions());
  const std::vector<std::string_view> known(names.begin(), names.end());
  return Filled("there is no option '{}'{}", "il n’y a pas d’option « {} »{}",
                {word, DidYouMean(word, known)});
}

Text NoSuchCommand(const std::string& word, std::string_view group) {
  std::vector<std::string_view> known;
  for (const Command& command : Commands()) {
    std::string_view rest = command.name;
    if (!group.empty() && !rest.starts_with(std::string(group) + " ")) continue;
    if (!group.empty()) rest.remove_prefix(group.size() + 1);
    known.push_back(rest.substr(0, rest.find(' ')));
  }
  return Filled("there is no command '{}'{}", "il n’y a pas de commande « {} »{}",
                {word, DidYouMean(word, known)});
}

Text BadChoice(const Piece& what, const std::string& word, std::string_view choices) {
  std::string list;
  for (const std::string& choice : Split(choices)) list += (list.empty() ? "" : ", ") + choice;
  return Filled("{} cannot be '{}'; it is one of: {}",
                "{} ne peut être « {} »; choix possibles : {}", {what, word, list});
}

std::optional<Text> BadOption(const Parsed& parsed, const Option& option) {
  const auto given = parsed.values.find(option.name);
  if (given == parsed.values.end() || given->second.empty()) return {};
  const std::string name = "--" + std::string(option.name);
  if (given->second.size() > 1 && !option.repeats)
    return Filled("{} is given more than once", "{} est donnée plus d’une fois", {name});
  if (!option.choices.empty() && !Among(option.choices, given->second.front()))
    return BadChoice(name, given->second.front(), option.choices);
  return {};
}

std::optional<Text> BadUse(const Parsed& parsed) {
  const Command& command = *parsed.command;
  const Text argument{std::string(command.argument.en), std::string(command.argument.fr)};
  if (parsed.argument.empty() && !argument.en.empty() && !argument.en.starts_with("["))
    return Filled("{} is missing", "il manque {}", {argument});
  if (!parsed.argument.empty() && !command.choices.empty() &&
      !Among(command.choices, parsed.argument))
    return BadChoice(argument, parsed.argument, command.choices);
  for (const std::span<const Option> options : {command.options, CommonOptions()})
    for (const Option& option : options)
      if (auto bad = BadOption(parsed, option)) return bad;
  return {};
}

// What the table does not allow of a command line that CLI11 has taken apart.
std::optional<Text> Refusal(const CLI::App& root, const Parsed* parsed) {
  const auto groups = root.get_subcommands();
  const std::string group = groups.empty() ? std::string() : groups.front()->get_name();
  std::vector<std::string> left = root.remaining(true);
  std::erase(left, "--");
  if (!left.empty()) {
    const std::string& word = left.front();
    if (word.starts_with("-")) return NoSuchOption(word, parsed);
    if (parsed == nullptr) return NoSuchCommand(word, group);
    return Filled("'{}' is one argument too many", "« {} » est un argument de trop", {word});
  }
  if (parsed == nullptr) return Text{"a command is missing", "il manque une commande"};
  return BadUse(*parsed);
}

// What CLI11 itself could not take apart.
Text Explained(const CLI::ParseError& problem) {
  const std::string told = problem.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) {
    const size_t end = told.find_first_of(": ");
    const std::string name = told.substr(0, end);
    // A flag is named without its dashes, an option with them and a colon behind.
    if (!name.starts_with("--"))
      return Filled("--{} takes no value", "--{} ne prend pas de valeur", {name});
    return Filled("{} needs a value", "{} exige une valeur", {name});
  }
  return {"this command line cannot be read", "cette ligne de commande ne peut être lue"};
}

std::string CalledName(const CLI::App& root) {
  std::string name;
  for (const CLI::App* app = &root; !app->get_subcommands().empty();) {
    app = app->get_subcommands().front();
    name += (name.empty() ? "" : " ") + app->get_name();
  }
  return name;
}

std::string HelpFor(std::string_view name, base::Language language) {
  for (const Command& command : Commands())
    if (command.name == name) return HelpOf(command, language);
  return HelpOf(name, language);
}

int Refuse(const Text& why, const std::string& name, base::Language language, std::ostream& err) {
  Invocation invocation;
  invocation.err = &err;
  invocation.language = language;
  const std::string called = name.empty() ? "garant" : "garant " + name;
  invocation.Misuse(why);
  err << invocation.Say(Filled("Help: {} --help", "Aide : {} --help", {called})) << "\n";
  return kBadInput;
}

Invocation ToInvocation(const Parsed& parsed, std::ostream& out, std::ostream& err, bool terminal,
                        const char* program, base::Language language) {
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
  invocation.language = language;
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
  const base::Language language = LanguageOf(argc, argv);
  CLI::App root("", "garant");
  root.set_version_flag("--version", std::string("garant ") + GARANT_VERSION);
  std::vector<std::string> spoken;  // read before, and taken before a command as well as behind it
  root.add_option("--lang", spoken)->expected(1)->allow_extra_args(false)->take_all();
  root.allow_extras();
  root.formatter_fn([language](const CLI::App*, const std::string& name, CLI::AppFormatMode) {
    const size_t space = name.find(' ');
    return HelpFor(space == std::string::npos ? "" : name.substr(space + 1), language);
  });
  const auto all = Build(root);
  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return root.exit(success, out, err);
  } catch (const CLI::ParseError& problem) {
    return Refuse(Explained(problem), CalledName(root), language, err);
  }
  const auto found = std::ranges::find_if(all, [](const auto& one) { return one->called(); });
  const Parsed* const parsed = found == all.end() ? nullptr : found->get();
  for (const std::string& word : spoken)
    if (!base::ParseLanguage(word))
      return Refuse(BadChoice("--lang", word, "en|fr"), CalledName(root), language, err);
  if (const auto why = Refusal(root, parsed)) return Refuse(*why, CalledName(root), language, err);
  const Invocation invocation = ToInvocation(*parsed, out, err, terminal, argv[0], language);
  try {
    return parsed->command->run(invocation);
  } catch (const std::exception& problem) {  // a library's, such as a folder that vanished
    return invocation.Fail({base::Code::kIo, {problem.what(), problem.what()}, {}});
  }
}

}  // namespace garant::cli

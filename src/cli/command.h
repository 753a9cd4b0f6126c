#pragma once

#include <map>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

// The one table of commands: parsing, help, the man page and shell completion derive from it.
namespace garant::cli {

// A text of the table, in both languages.
struct Wording {
  std::string_view en;
  std::string_view fr;

  constexpr Wording() = default;
  constexpr Wording(const char* both)
      : en(both), fr(both) {}  // NOLINT(google-explicit-constructor)
  constexpr Wording(const char* english, const char* french) : en(english), fr(french) {}
  [[nodiscard]] std::string_view In(base::Language language) const {
    return language == base::Language::kFrench ? fr : en;
  }
};

struct Option {
  std::string_view name;     // without dashes
  Wording value;             // what stands for its value in help; empty for a flag
  std::string_view choices;  // "text|json": all that it takes; empty for any
  Wording about;
  bool repeats = false;
  bool file = false;  // completes as a path
};

struct Example {
  Wording line;
  Wording about;
};

class Invocation;

struct Command {
  std::string_view name;     // "trail verify"
  Wording argument;          // the positional: "[FILE]", "KIND", or empty
  std::string_view choices;  // of the positional; empty for any
  Wording summary;
  std::span<const Option> options;
  std::span<const Example> examples;
  int (*run)(const Invocation&);
};

[[nodiscard]] std::span<const Command> Commands();
// Text that somebody else may have written, fit for a terminal: of what would move the cursor or
// turn text round nothing is left; line ends stay.
[[nodiscard]] std::string Shown(std::string_view text);
// Options that every command takes.
[[nodiscard]] std::span<const Option> CommonOptions();

class Invocation {
 public:
  std::string argument;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  base::Language language = base::Language::kEnglish;
  bool terminal = false;  // `out` is a terminal that takes colours
  std::string program;    // how garant was called

  [[nodiscard]] bool Has(std::string_view name) const { return values.contains(name); }
  // The last value given, or `otherwise`.
  [[nodiscard]] std::string Value(std::string_view name, std::string_view otherwise = {}) const;
  [[nodiscard]] std::vector<std::string> All(std::string_view name) const;
  [[nodiscard]] std::string Say(const base::Text& text) const { return text.In(language); }

  // Writes "garant: message" and gives the exit status of the error's code.
  int Fail(const base::Error& error) const;
  // Likewise for a mistake in how the command was called; status 2.
  int Misuse(const base::Text& message) const;
};

constexpr int kMet = 0;     // everything due is met
constexpr int kNotMet = 1;  // something due is not
constexpr int kBadInput = 2;

// Parses and runs; gives the exit status.
int Run(int argc, const char* const* argv, std::ostream& out, std::ostream& err, bool terminal);

// What --help shows of a command; of a group such as "trail"; of the program where `group` is
// empty.
[[nodiscard]] std::string HelpOf(const Command& command, base::Language language);
[[nodiscard]] std::string HelpOf(std::string_view group, base::Language language);
[[nodiscard]] std::string ManPage(base::Language language);
[[nodiscard]] std::string BashCompletion(base::Language language);

int RunInit(const Invocation&);
int RunCheck(const Invocation&);
int RunAct(const Invocation&);
int RunActs(const Invocation&);
int RunProbe(const Invocation&);
int RunRecorder(const Invocation&);
int RunServe(const Invocation&);
int RunTrailVerify(const Invocation&);
int RunTrailShow(const Invocation&);
int RunTrailJourney(const Invocation&);
int RunTrailExport(const Invocation&);
int RunTrailWhoLooked(const Invocation&);
int RunTrailProve(const Invocation&);
int RunTrailTiles(const Invocation&);
int RunTrailCosign(const Invocation&);
int RunTrailWitness(const Invocation&);
int RunTrailErase(const Invocation&);
int RunTrailReceipt(const Invocation&);
int RunTrailRotateRoot(const Invocation&);
int RunTrailHoldAdd(const Invocation&);
int RunTrailHoldList(const Invocation&);
int RunTrailHoldEnd(const Invocation&);
int RunTrailExpire(const Invocation&);
int RunTrailBackup(const Invocation&);
int RunTrailRestore(const Invocation&);
int RunStandardTest(const Invocation&);
int RunSchema(const Invocation&);
int RunDemo(const Invocation&);
int RunGuardRender(const Invocation&);
int RunGuardDiff(const Invocation&);
int RunGuardRun(const Invocation&);
int RunDoctor(const Invocation&);
int RunCompletion(const Invocation&);
int RunMan(const Invocation&);

}  // namespace garant::cli

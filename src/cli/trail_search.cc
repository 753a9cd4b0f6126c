#include "cli/trail_search.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <limits>

#include "base/file.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;
using trail::RunKey;

constexpr size_t kLongestSecret = 4096;
constexpr std::string_view kOfPeople[] = {"actor", "session", "subject", "trace"};
constexpr std::string_view kOfWords[] = {"category", "kind",   "outcome", "part",
                                         "since",    "source", "until"};

Error Misused(const Text& message) { return {Code::kInvalid, message, {}}; }

Status AddPerson(const Invocation& call, RunKey key, const trail::TrailReader& reader,
                 const trail::KeyRing& keys, trail::Search& search) {
  const std::string name(trail::RunKeyName(key));
  if (!call.Has(name)) return Ok{};
  const trail::Person person{call.Value("issuer"), call.Value(name)};
  // The name is what was to be forgotten, where they were erased: it is not said again.
  if (!keys.store().FindSubject(person))
    return Error{Code::kNotFound,
                 Filled("the trail knows nobody by that --issuer and --{}: never seen, or erased",
                        "le journal ne connaît personne sous ces --issuer et --{} : jamais vue, "
                        "ou effacée",
                        {name}),
                 {}};
  search.all_of.push_back(trail::ByPerson(key, person, reader, keys));
  return Ok{};
}

Status NeedDays(const trail::Criterion& criterion) {
  if (!criterion.any_of.empty()) return Ok{};
  return Error{Code::kNotFound,
               {"the trail has no key of any day: nothing was followed, or all has expired",
                "le journal n’a de clé pour aucun jour : rien n’a été suivi, ou tout a expiré"},
               {}};
}

// What is looked for by who or what it was needs the keys that its tokens are drawn from.
Status AddTokens(const Invocation& call, const trail::TrailReader& reader,
                 const trail::KeyRing* keys, trail::Search& search) {
  const bool person = call.Has("subject") || call.Has("actor");
  if (person != call.Has("issuer"))
    return Misused({"--subject and --actor name a person together with --issuer",
                    "--subject et --actor désignent une personne, avec --issuer"});
  if (keys == nullptr) return Ok{};
  TRY(AddPerson(call, RunKey::kSubject, reader, *keys, search));
  TRY(AddPerson(call, RunKey::kActor, reader, *keys, search));
  if (call.Has("session")) {
    search.all_of.push_back(trail::BySession(TRY(SecretOf(call, "session")), *keys));
    TRY(NeedDays(search.all_of.back()));
  }
  if (call.Has("trace")) {
    search.all_of.push_back(TRY(trail::ByTrace(call.Value("trace"), *keys)));
    TRY(NeedDays(search.all_of.back()));
  }
  return Ok{};
}

}  // namespace

bool NeedsKeys(const Invocation& call) {
  return std::ranges::any_of(kOfPeople, [&](std::string_view name) { return call.Has(name); });
}

Result<std::string> SecretOf(const Invocation& call, std::string_view option) {
  const std::string file = call.Value(option);
  std::string text;
  if (file == "-") {
    std::getline(std::cin, text);
  } else {
    text = TRY(base::ReadFile(file, kLongestSecret));
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (!text.empty()) return text;
  return Misused(
      Filled("--{} names a file that holds the raw identifier, or - for standard input; "
             "it is empty",
             "--{} nomme un fichier qui contient l’identifiant brut, ou - pour "
             "l’entrée standard; c’est vide",
             {std::string(option)}));
}

Result<uint64_t> NumberOption(std::string_view name, const std::string& text, uint64_t most) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem == std::errc() && stop == end && number <= most) return number;
  return Misused(Filled("{} takes a number of at most {}, not '{}'",
                        "{} prend un nombre d’au plus {}, et non « {} »", {name, most, text}));
}

Result<size_t> MostOption(const Invocation& call, size_t usual, size_t most) {
  if (!call.Has("most")) return usual;
  const uint64_t number = TRY(NumberOption("--most", call.Value("most"), most));
  if (number > 0) return size_t{number};
  return Misused({"--most takes 1 or more", "--most prend 1 ou plus"});
}

Result<trail::Search> SearchOf(const Invocation& call, const trail::TrailReader& reader,
                               const trail::KeyRing* keys) {
  trail::Search search;
  for (const RunKey key : {RunKey::kKind, RunKey::kPart, RunKey::kCategory, RunKey::kOutcome}) {
    const std::string name(trail::RunKeyName(key));
    if (call.Has(name)) search.all_of.push_back(trail::ByText(key, call.Value(name)));
  }
  TRY(AddTokens(call, reader, keys, search));
  if (call.Has("since")) search.since = TRY(base::ParseTime(call.Value("since")));
  if (call.Has("until")) search.until = TRY(base::ParseTime(call.Value("until")));
  search.source = call.Value("source");
  if (call.Has("newest")) search.order = trail::SearchOrder::kNewestFirst;
  search.most = TRY(MostOption(call, std::numeric_limits<size_t>::max(), 1'000'000'000));
  return search;
}

reading::Filters FiltersOf(const Invocation& call) {
  reading::Filters filters;
  for (const std::string_view name : kOfPeople)
    if (call.Has(name)) filters.names.emplace_back(name);
  for (const std::string_view name : kOfWords) {
    if (!call.Has(name)) continue;
    filters.names.emplace_back(name);
    filters.words.emplace_back(name, call.Value(name));
  }
  std::ranges::sort(filters.names);
  return filters;
}

}  // namespace garant::cli

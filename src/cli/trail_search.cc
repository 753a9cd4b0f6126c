#include "cli/trail_search.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Status;
using base::Text;

// Values of the first are somebody's, or lead to somebody; those of the others stand in clear
// headers.
constexpr std::string_view kOfPeople[] = {"actor", "session", "subject", "trace"};
constexpr std::string_view kOfWords[] = {"category", "kind",   "outcome", "part",
                                         "since",    "source", "until"};

Error Misused(const Text& message) { return {Code::kInvalid, message, {}}; }

// What is looked for by who or what it was needs the keys that its tokens are drawn from.
Status AddTokens(const Invocation& call, const trail::TrailReader& reader,
                 const trail::KeyRing* keys, trail::Search& search) {
  const bool person = call.Has("subject") || call.Has("actor");
  if (person != call.Has("issuer"))
    return Misused({"--subject and --actor name a person together with --issuer",
                    "--subject et --actor désignent une personne, avec --issuer"});
  if (keys == nullptr) return base::Ok{};
  for (const auto& [name, key] :
       {std::pair("subject", trail::RunKey::kSubject), std::pair("actor", trail::RunKey::kActor)})
    if (call.Has(name))
      search.all_of.push_back(
          trail::ByPerson(key, {call.Value("issuer"), call.Value(name)}, reader, *keys));
  if (call.Has("session")) search.all_of.push_back(trail::BySession(call.Value("session"), *keys));
  if (call.Has("trace")) search.all_of.push_back(TRY(trail::ByTrace(call.Value("trace"), *keys)));
  return base::Ok{};
}

}  // namespace

bool NeedsKeys(const Invocation& call) {
  return std::ranges::any_of(kOfPeople, [&](std::string_view name) { return call.Has(name); });
}

Result<uint64_t> NumberOption(std::string_view name, const std::string& text, uint64_t most) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem == std::errc() && stop == end && number <= most) return number;
  return Misused(Filled("{} takes a number of at most {}, not '{}'",
                        "{} prend un nombre d’au plus {}, et non « {} »", {name, most, text}));
}

Result<trail::Search> SearchOf(const Invocation& call, const trail::TrailReader& reader,
                               const trail::KeyRing* keys) {
  trail::Search search;
  for (const trail::RunKey key : {trail::RunKey::kKind, trail::RunKey::kPart,
                                  trail::RunKey::kCategory, trail::RunKey::kOutcome}) {
    const std::string name(trail::RunKeyName(key));
    if (call.Has(name)) search.all_of.push_back(trail::ByText(key, call.Value(name)));
  }
  TRY(AddTokens(call, reader, keys, search));
  if (call.Has("since")) search.since = TRY(base::ParseTime(call.Value("since")));
  if (call.Has("until")) search.until = TRY(base::ParseTime(call.Value("until")));
  search.source = call.Value("source");
  if (call.Has("newest")) search.order = trail::SearchOrder::kNewestFirst;
  search.most = std::numeric_limits<size_t>::max();
  if (call.Has("most"))
    search.most = TRY(NumberOption("--most", call.Value("most"), 1'000'000'000));
  return search;
}

Filters FiltersOf(const Invocation& call) {
  Filters filters;
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

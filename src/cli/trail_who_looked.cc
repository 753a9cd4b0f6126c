#include <limits>
#include <nlohmann/json.hpp>

#include "cli/persons.h"
#include "cli/trail_search.h"
#include "cli/workspace.h"
#include "reading/looks.h"
#include "report/trail_json.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;
using reading::Look;

constexpr uint64_t kUsual = 100;
constexpr uint64_t kMost = 100'000;
constexpr size_t kTokenDigits = 12;  // shown of a token: enough to tell two people apart

Result<trail::Person> PersonOf(const Invocation& call) {
  std::vector<trail::Person> persons;
  if (!call.argument.empty()) persons = TRY(ReadPersons(call.argument));
  if (call.Has("issuer") || call.Has("subject"))
    persons.push_back({call.Value("issuer"), call.Value("subject")});
  if (persons.size() == 1 && !persons[0].issuer.empty() && !persons[0].subject.empty())
    return persons[0];
  return Error{Code::kInvalid,
               {"name one person, with --issuer and --subject or in a file: the issuer, a tab, and "
                "the name that the issuer gave",
                "nommez une personne, avec --issuer et --subject ou dans un fichier : l’émetteur, "
                "une tabulation, et le nom qu’il a donné"},
               {}};
}

Result<reading::LookSearch> SearchFor(const Invocation& call) {
  reading::LookSearch search;
  if (call.Has("since")) search.since = TRY(base::ParseTime(call.Value("since")));
  if (call.Has("until")) search.until = TRY(base::ParseTime(call.Value("until")));
  if (call.Has("newest")) search.order = trail::SearchOrder::kNewestFirst;
  if (call.Has("from")) search.from = TRY(NumberOption("--from", call.Value("from"), UINT64_MAX));
  search.most = TRY(MostOption(call, kUsual, kMost));
  return search;
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Text Who(const Look& look) {
  if (look.self) return {"the person themselves", "la personne elle-même"};
  const Text role =
      look.role.empty() ? Text() : Text{" (" + look.role + ")", " (" + look.role + ")"};
  if (!look.person.empty()) return Filled("{}{}", "{}{}", {look.person, role});
  if (look.actor)
    return Filled("somebody known as {}…{}", "quelqu’un connu comme {}…{}",
                  {base::ToHex(*look.actor).substr(0, kTokenDigits), role});
  if (!look.roles.empty())
    return Filled("nobody says who; the route is for: {}",
                  "personne ne dit qui; la route est pour : {}", {Listed(look.roles)});
  return {"nobody says who; the route is for anybody",
          "personne ne dit qui; la route est pour quiconque"};
}

void Show(const Invocation& call, const Look& look) {
  std::string line = base::FormatTime(look.time) + "  " + call.Say(Who(look)) + "  ";
  if (look.at == Look::At::kTrail) {
    line += call.Say(Filled("read the trail ({}) for {}", "a lu le journal ({}) à la fin {}",
                            {look.source, look.purpose}));
  } else {
    line += (look.method.empty() ? "" : look.method + " ") + look.route;
  }
  if (!look.outcome.empty()) line += "  " + look.outcome;
  if (look.status) line += "  " + std::to_string(*look.status);
  if (!look.categories.empty()) line += "  " + Listed(look.categories);
  line += "  [" + std::to_string(look.entry) +
          (look.request && *look.request != look.entry ? ", " + std::to_string(*look.request)
                                                       : std::string()) +
          "]";
  *call.out << Shown(line) << "\n";
}

void ShowAll(const Invocation& call, const reading::Looks& looks) {
  for (const Look& look : looks.looks) Show(call, look);
  if (looks.looks.empty())
    *call.out << call.Say({"Nobody is recorded to have looked.",
                           "Rien ne dit que quelqu’un ait consulté quoi que ce soit."})
              << "\n";
  if (looks.next)
    *call.out << call.Say(Filled("There may be more: --from {}",
                                 "Il peut y en avoir d’autres : "
                                 "--from {}",
                                 {*looks.next}))
              << "\n";
  *call.out << call.Say({"What this cannot show:", "Ce que ceci ne peut montrer :"}) << "\n";
  for (const reading::Unseen& one : looks.unseen)
    *call.out << "  " << Shown(call.Say(one.text)) << "\n";
}

}  // namespace

int RunTrailWhoLooked(const Invocation& call) {
  const auto person = PersonOf(call);
  if (!person) return call.Fail(person.error());
  const auto search = SearchFor(call);
  if (!search) return call.Fail(search.error());
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const Places places = PlacesOf(call, file, *model);
  const auto reader = trail::TrailReader::Open(places.trail);
  if (!reader) return call.Fail(reader.error());
  const auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return call.Fail(keys.error());
  const auto looks = reading::WhoLooked(*model, *reader, *keys, *person, *search);
  if (!looks) return call.Fail(looks.error());
  if (call.Value("format") == "json")
    *call.out << report::LooksJson(*looks).dump(1, ' ', false,
                                                nlohmann::json::error_handler_t::replace)
              << "\n";
  else
    ShowAll(call, *looks);
  return kMet;
}

}  // namespace garant::cli

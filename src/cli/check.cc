#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/judging.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Text;

struct Worse {
  std::string item;
  Text was;
  Text is;
};

// Items due now whose state is worse than in an earlier `--format json`.
base::Result<std::vector<Worse>> CompareWith(const std::string& file, const Judged& judged) {
  const std::string text = TRY(base::ReadFile(file));
  const auto bad = [&](const Text& why) {
    return base::Error{
        base::Code::kInvalid,
        Filled("{}; a baseline is what garant check --format json printed",
               "{}; une référence est ce qu’a affiché garant check --format json", {why}),
        {file, 0, 0}};
  };
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto word = [&](const char* pointer) {
    const nlohmann::json::json_pointer at(pointer);
    return json.is_object() && json.contains(at) && json[at].is_string()
               ? json[at].get<std::string>()
               : std::string();
  };
  if (word("/format") != "garant-verdicts/1" || !json.contains("items") ||
      !json["items"].is_array())
    return bad({"this is no judgement that this build can read",
                "ce n’est pas un jugement que ce programme sait lire"});
  const assess::Judgement& now = judged.judgement;
  if (word("/service/id") != now.service)
    return bad(Filled("this judges another service, '{}'", "ceci juge un autre service, « {} »",
                      {word("/service/id")}));
  if (word("/standard/id") != now.standard)
    return bad(Filled("this judges by another standard, '{}'",
                      "ceci juge selon un autre référentiel, « {} »", {word("/standard/id")}));
  const bool same_version = word("/standard/version") == now.standard_version;
  std::map<std::string, std::string> before;
  for (const auto& item : json["items"]) {
    if (!item.is_object() || !item.contains("id") || !item["id"].is_string() ||
        !item.contains("state") || !item["state"].is_string())
      return bad(
          {"an item lacks its id or state", "il manque à un élément son identifiant ou son état"});
    before[item["id"].get<std::string>()] = item["state"].get<std::string>();
  }
  const auto rank = [](std::string_view name) {
    for (const assess::State state :
         {assess::State::kContradicted, assess::State::kUnmet, assess::State::kUnknown,
          assess::State::kExcused, assess::State::kMet})
      if (assess::StateName(state) == name) return static_cast<int>(state);
    return -1;
  };
  std::vector<Worse> worse;
  for (const assess::Verdict& verdict : judged.judgement.verdicts) {
    if (verdict.due != assess::Due::kNow) continue;
    const std::string& id = judged.standard->items[verdict.item].id;
    const auto was = before.find(id);
    if (was == before.end()) {
      // An item that a later version of the standard brought cannot have got worse.
      if (same_version) return bad(Filled("it lacks item {}", "il y manque l’élément {}", {id}));
      continue;
    }
    if (rank(was->second) < 0)
      return bad(Filled("item {} has no known state", "l’élément {} n’a pas d’état connu", {id}));
    if (static_cast<int>(verdict.state) < rank(was->second))
      worse.push_back({id, assess::StateText(static_cast<assess::State>(rank(was->second))),
                       assess::StateText(verdict.state)});
  }
  return worse;
}

std::string Render(const Invocation& call, const Judged& judged) {
  const report::View view = judged.View();
  const std::string format = call.Value("format", "text");
  if (format == "json") return report::RenderJson(view);
  if (format == "sarif") return report::RenderSarif(view, call.language);
  if (format == "html") return report::RenderHtml(view, call.language);
  report::TextOptions options;
  options.colour =
      call.terminal && !call.Has("output") ? report::Colour::kOn : report::Colour::kOff;
  if (call.Has("item")) {
    const standard::Item* item = judged.standard->FindItem(call.Value("item"));
    const auto index = static_cast<size_t>(item - judged.standard->items.data());
    return report::RenderItem(view, index, call.language, options);
  }
  if (call.Has("all")) options.verbosity = report::Verbosity::kFull;
  return report::RenderText(view, call.language, options);
}

int StatusOf(const Invocation& call, const Judged& judged) {
  if (call.Has("item")) {
    const standard::Item* item = judged.standard->FindItem(call.Value("item"));
    const auto index = static_cast<size_t>(item - judged.standard->items.data());
    return judged.judgement.verdicts[index].state >= assess::State::kExcused ? kMet : kNotMet;
  }
  if (!call.Has("baseline")) return judged.judgement.AllDueMet() ? kMet : kNotMet;
  auto worse = CompareWith(call.Value("baseline"), judged);
  if (!worse) return call.Fail(worse.error());
  for (const Worse& one : *worse)
    *call.err << call.Say(Filled("{} got worse: it was {}, it is {}",
                                 "{} a empiré : {} auparavant, {} maintenant",
                                 {one.item, one.was, one.is}))
              << "\n";
  return worse->empty() ? kMet : kNotMet;
}

}  // namespace

int RunCheck(const Invocation& call) {
  if (call.Has("item") && call.Has("baseline"))
    return call.Misuse({"--baseline compares every item; leave out --item",
                        "--baseline compare tous les éléments; omettez --item"});
  // A whole second reads better; the next one, so that what was recorded just now is before it.
  base::Time as_of = std::chrono::ceil<std::chrono::seconds>(base::SystemClock().Now());
  if (call.Has("as-of")) {
    auto time = base::ParseTime(call.Value("as-of"));
    if (!time) return call.Fail(time.error());
    // What nobody can have seen yet is not judged: acts would expire, yet nothing else would
    // change.
    if (*time > as_of)
      return call.Misuse({"--as-of " + call.Value("as-of") +
                              " lies in the future, of which there is no evidence: "
                              "give a moment that has passed, or leave it out to judge now",
                          "--as-of " + call.Value("as-of") +
                              " est dans l’avenir, dont il n’y a aucune preuve : "
                              "donnez un moment passé, ou omettez-le pour juger maintenant"});
    as_of = *time;
  }
  int status = kMet;
  const std::string file = call.argument.empty() ? "garant.yaml" : call.argument;
  const auto judged = Judge(call, file, as_of, status);
  if (!judged) return status;
  if (call.Has("item") && judged->standard->FindItem(call.Value("item")) == nullptr) {
    std::vector<std::string_view> ids;
    for (const standard::Item& item : judged->standard->items) ids.emplace_back(item.id);
    const std::string near(base::Nearest(call.Value("item"), ids.data(), ids.size()));
    return call.Misuse({"the standard has no item '" + call.Value("item") + "'" +
                            (near.empty() ? "" : "; did you mean " + near + "?"),
                        "le référentiel n’a pas d’élément « " + call.Value("item") + " »" +
                            (near.empty() ? "" : "; vouliez-vous dire " + near + "?")});
  }
  const std::string text = Render(call, *judged);
  if (call.Has("output")) {
    if (auto written = base::WriteFileDurably(call.Value("output"), text); !written)
      return call.Fail(written.error());
  } else {
    *call.out << text;
  }
  return StatusOf(call, *judged);
}

}  // namespace garant::cli

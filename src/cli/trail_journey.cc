#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/workspace.h"
#include "trail/journey.h"
#include "trail/reader.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using trail::Entry;
using trail::Journey;
using trail::Step;

constexpr size_t kTraceDigits = 32;

int64_t NumberOf(const Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* number = std::get_if<int64_t>(&fact.value)) return *number;
  return -1;
}

std::string TextOf(const Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* text = std::get_if<std::string>(&fact.value)) return *text;
  return {};
}

// What selects the entries of one journey, or of all journeys of one visit.
class Wanted {
 public:
  static Result<Wanted> From(const Invocation& call, const trail::TrailReader& reader,
                             const trail::KeyRing& keys) {
    Wanted wanted(keys);
    if (!call.Has("entry")) {
      wanted.raw_ = call.argument;
      for (char& c : wanted.raw_)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
      if (wanted.raw_.size() != kTraceDigits ||
          wanted.raw_.find_first_not_of("0123456789abcdef") != std::string::npos)
        return Error{Code::kInvalid,
                     Filled("a trace id has 32 hexadecimal digits, unlike '{}'; or name an entry "
                            "with --entry",
                            "un identifiant de trace a 32 chiffres hexadécimaux, contrairement à "
                            "« {} »; ou nommez une entrée avec --entry",
                            {call.argument}),
                     {}};
      return wanted;
    }
    const std::string text = call.Value("entry");
    uint64_t index = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), index);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || index >= reader.size())
      return Error{
          Code::kInvalid,
          Filled("--entry takes an index below {}, not '{}'",
                 "--entry prend un numéro inférieur à {}, et non « {} »", {reader.size(), text}),
          {}};
    const Entry entry = TRY(reader.Read(index));
    wanted.token_ = call.Has("visit") ? entry.header.session : entry.header.trace;
    wanted.visit_ = call.Has("visit");
    wanted.epoch_ = trail::EpochOf(entry.time);
    if (!wanted.token_)
      return Error{
          Code::kNotFound,
          call.Has("visit")
              ? Filled("entry {} belongs to no session: the route needed none",
                       "l’entrée {} n’est d’aucune session : la route n’en exigeait pas", {index})
              : Filled("entry {} belongs to no trace", "l’entrée {} n’appartient à aucune trace",
                       {index}),
          {}};
    return wanted;
  }

  [[nodiscard]] bool Has(const Entry& entry) const {
    const auto& token = visit_ ? entry.header.session : entry.header.trace;
    if (!token) return false;
    const uint32_t epoch = trail::EpochOf(entry.time);
    if (token_) return epoch == epoch_ && *token == *token_;
    const auto wanted = keys_.TokenOfTrace(raw_, epoch);
    return wanted && *wanted == *token;
  }

 private:
  explicit Wanted(const trail::KeyRing& keys) : keys_(keys) {}
  const trail::KeyRing& keys_;
  std::string raw_;
  std::optional<trail::Token> token_;
  uint32_t epoch_ = 0;
  bool visit_ = false;
};

// One journey for each trace among the entries, in the order in which they began.
Result<std::vector<Journey>> Journeys(const trail::TrailReader& reader, const trail::KeyRing& keys,
                                      const Wanted& wanted) {
  std::vector<Entry> all = TRY(reader.ReadAll());
  std::vector<trail::Token> order;
  for (const Entry& entry : all)
    if (wanted.Has(entry) && entry.header.trace &&
        std::ranges::find(order, *entry.header.trace) == order.end())
      order.push_back(*entry.header.trace);
  std::vector<Journey> journeys;
  for (const trail::Token& token : order) {
    std::vector<Entry> of_trace;
    for (const Entry& entry : all)
      if (entry.header.trace == token) of_trace.push_back(entry);
    journeys.push_back(trail::JourneyOf(std::move(of_trace), keys));
  }
  return journeys;
}

void ShowText(const Invocation& call, const Journey& journey) {
  for (const Step& step : journey.steps) {
    const trail::Header& header = step.entry.header;
    std::string line = base::FormatTime(step.entry.time) + "  " + std::string(2 * step.depth, ' ') +
                       header.part + "  " + header.kind;
    for (const std::string& more :
         {TextOf(step.entry, "event"), TextOf(step.entry, "method"), header.route, header.outcome})
      if (!more.empty()) line += "  " + more;
    if (const int64_t status = NumberOf(step.entry, "status"); status >= 0)
      line += "  " + std::to_string(status);
    if (const int64_t took = NumberOf(step.entry, "milliseconds"); took >= 0)
      line += "  " + std::to_string(took) + " ms";
    line += "  [" + std::to_string(step.entry.index) + ", " + header.source + "]";
    if (step.orphan)
      line += call.Say({"  called from outside what is recorded",
                        "  appelé de l’extérieur de ce qui est consigné"});
    *call.out << Shown(line) << "\n";
  }
  for (const trail::Edge& edge : journey.edges)
    *call.out << Shown(call.Say(Filled("It went from {} to {}.", "Le parcours va de {} à {}.",
                                       {edge.from, edge.to})))
              << "\n";
  if (journey.keys_gone)
    *call.out << call.Say({"Some keys are gone: who called whom is not known of all.",
                           "Des clés n’existent plus : on ne sait pas tout de qui a appelé qui."})
              << "\n";
}

nlohmann::json ToJson(const Journey& journey) {
  nlohmann::json json = {{"steps", nlohmann::json::array()},
                         {"edges", nlohmann::json::array()},
                         {"keys_gone", journey.keys_gone}};
  for (const Step& step : journey.steps) {
    const trail::Header& header = step.entry.header;
    json["steps"].push_back({{"entry", step.entry.index},
                             {"time", base::FormatTime(step.entry.time)},
                             {"kind", header.kind},
                             {"part", header.part},
                             {"route", header.route},
                             {"outcome", header.outcome},
                             {"event", TextOf(step.entry, "event")},
                             {"source", header.source},
                             {"span", step.span},
                             {"parent", step.parent},
                             {"depth", step.depth},
                             {"orphan", step.orphan}});
  }
  for (const trail::Edge& edge : journey.edges)
    json["edges"].push_back({{"from", edge.from}, {"to", edge.to}});
  return json;
}

}  // namespace

int RunTrailJourney(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  if (call.argument.empty() == !call.Has("entry") || (call.Has("visit") && !call.Has("entry")))
    return call.Misuse({"name a trace id, or an entry with --entry; --visit goes with --entry",
                        "nommez un identifiant de trace, ou une entrée avec --entry; --visit va "
                        "avec --entry"});
  const Places places = PlacesOf(call, file, model->id());
  const auto reader = trail::TrailReader::Open(places.trail);
  if (!reader) return call.Fail(reader.error());
  const auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return call.Fail(keys.error());
  const auto wanted = Wanted::From(call, *reader, *keys);
  if (!wanted) return call.Fail(wanted.error());
  const auto journeys = Journeys(*reader, *keys, *wanted);
  if (!journeys) return call.Fail(journeys.error());
  if (journeys->empty())
    return call.Fail({Code::kNotFound,
                      {"no entry belongs to that trace; its key may have expired",
                       "aucune entrée n’appartient à cette trace; sa clé a peut-être expiré"},
                      {}});
  if (call.Value("format") == "json") {
    nlohmann::json json = nlohmann::json::array();
    for (const Journey& journey : *journeys) json.push_back(ToJson(journey));
    *call.out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return kMet;
  }
  for (const Journey& journey : *journeys) {
    if (&journey != &journeys->front()) *call.out << "\n";
    ShowText(call, journey);
  }
  return kMet;
}

}  // namespace garant::cli

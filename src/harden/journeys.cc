#include "harden/journeys.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "harden/channels.h"
#include "harden/http_client.h"
#include "harden/probe.h"
#include "service/model.h"

namespace garant::harden {
namespace {

using base::Filled;
using expr::FieldOf;
using trail::Edge;

std::string TextAt(const expr::Value& value, std::string_view field) {
  return std::string(FieldOf(value, field).text());
}

std::string Name(const Edge& edge) { return edge.from + ">" + edge.to; }

std::vector<std::string> SystemsOf(const service::Model& model) {
  std::vector<std::string> systems;
  for (const expr::Value& system : FieldOf(model.root(), "systems").list().items)
    systems.push_back(TextAt(system, "id"));
  return systems;
}

// Flows that lead from one system to another, each edge once.
std::vector<Edge> DeclaredEdges(const service::Model& model) {
  const std::vector<std::string> systems = SystemsOf(model);
  const auto is_system = [&](const std::string& party) {
    return std::ranges::find(systems, party) != systems.end();
  };
  std::vector<Edge> edges;
  for (const expr::Value& flow : FieldOf(model.root(), "flows").list().items) {
    const Edge edge{TextAt(flow, "from"), TextAt(flow, "to")};
    if (edge.from != edge.to && is_system(edge.from) && is_system(edge.to) &&
        std::ranges::find(edges, edge) == edges.end())
      edges.push_back(edge);
  }
  return edges;
}

void AddWalk(Walks& walks, const std::string& path, const Edge& edge) {
  const auto known = std::ranges::find(walks.walks, path, &Walk::path);
  Walk& walk = known == walks.walks.end() ? walks.walks.emplace_back(Walk{path, {}}) : *known;
  walk.edges.push_back(edge);
}

// The first that the file names for the edge.
std::string PathAlong(const service::Model& model, const Edge& edge) {
  for (const expr::Value& flow : FieldOf(model.root(), "flows").list().items)
    if (TextAt(flow, "from") == edge.from && TextAt(flow, "to") == edge.to)
      if (std::string path = TextAt(flow, "journey"); !path.empty()) return path;
  return {};
}

struct Fresh {
  std::string trace;
  std::string traceparent;
};

// W3C trace context, version 00, sampled. Zeros alone are no id; chance gives none.
Fresh FreshTrace() {
  std::array<uint8_t, 16> trace{};
  std::array<uint8_t, 8> span{};
  base::FillRandom(trace);
  base::FillRandom(span);
  trace[0] |= 1U;
  span[0] |= 1U;
  const std::string id = base::ToHex(trace);
  return {id, "00-" + id + "-" + base::ToHex(span) + "-01"};
}

}  // namespace

Walks WalksFromModel(const service::Model& model) {
  Walks walks;
  std::vector<Edge> edges = DeclaredEdges(model);
  const auto systems = FieldOf(model.root(), "systems").list().items;
  if (edges.empty() && systems.size() == 1) {
    const std::string id = TextAt(systems.front(), "id");
    if (const std::string path = TextAt(systems.front(), "journey"); !path.empty())
      AddWalk(walks, path, {id, id});
    else
      walks.unwalked.push_back({id, id});
  }
  for (const Edge& edge : edges) {
    if (const std::string path = PathAlong(model, edge); !path.empty())
      AddWalk(walks, path, edge);
    else
      walks.unwalked.push_back(edge);
  }
  return walks;
}

base::Result<WalkReport> TakeWalks(std::span<const Walk> walks, const ProbeTarget& target) {
  WalkReport report;
  if (walks.empty()) return report;
  const auto url = ParseUrl(target.url);
  if (!url)
    return base::Error{base::Code::kInvalid,
                       Filled("'{}' is no address of the web",
                              "« {} » n’est pas une adresse du Web", {target.url}),
                       {}};
  const Deadline deadline = After(target.limits.run);
  bool more = false;
  std::vector<Channel> channels = OpenEach(*url, target, deadline, more);
  const auto open = std::ranges::find(channels, Reach::kConnected, &Channel::reach);
  if (open == channels.end())
    return base::Error{base::Code::kIo,
                       Filled("nothing answers at {}", "rien ne répond à {}", {url->Authority()}),
                       {}};
  const auto client = TRY(HttpClient::Create(target.limits, deadline));
  for (const Walk& walk : walks) {
    const Fresh fresh = FreshTrace();
    Walked walked{walk, fresh.trace, 0, VantageOf(open->endpoint)};
    const auto asked = url->WithPath(walk.path);
    const auto answer = client->Get(asked, open->endpoint, "traceparent: " + fresh.traceparent);
    if (answer) walked.status = answer->status;
    if (!answer)
      report.notes.push_back(answer.error().message);
    else if (answer->status >= 300)
      report.notes.push_back(Filled("{} answered with the status {}",
                                    "{} a répondu par le code d’état {}",
                                    {asked.ToString(), std::to_string(answer->status)}));
    report.walked.push_back(std::move(walked));
  }
  return report;
}

bool Joins(const trail::Journey& journey, const Edge& edge) {
  return std::ranges::any_of(journey.steps, [&](const trail::Step& called) {
    if (called.entry.header.part != edge.to || called.parent.empty()) return false;
    return std::ranges::any_of(journey.steps, [&](const trail::Step& caller) {
      return caller.span == called.parent && caller.entry.header.part == edge.from &&
             caller.entry.header.source != called.entry.header.source;
    });
  });
}

std::vector<trail::Observation> ObserveWalk(const Walked& walked, const trail::Journey& journey,
                                            const service::Model& model, base::Time run) {
  std::vector<trail::Observation> seen;
  const auto add = [&](const Edge& edge, bool joined) {
    trail::Observation one;
    one.kind = "journey-edge";
    one.subject = Name(edge);
    one.vantage = walked.vantage;
    one.method = std::string(kProbeMethod);
    one.version = kProbeVersion;
    one.time = run;
    one.numerator = joined ? 1 : 0;
    one.denominator = 1;
    one.facts = {{"joined", joined}};
    seen.push_back(std::move(one));
  };
  for (const Edge& edge : walked.walk.edges) add(edge, Joins(journey, edge));
  const std::vector<Edge> declared = DeclaredEdges(model);
  const std::vector<std::string> systems = SystemsOf(model);
  const auto is_system = [&](const std::string& part) {
    return std::ranges::find(systems, part) != systems.end();
  };
  for (const Edge& edge : journey.edges)
    if (is_system(edge.from) && is_system(edge.to) &&
        std::ranges::find(declared, edge) == declared.end())
      add(edge, true);
  return seen;
}

}  // namespace garant::harden

#include "harden/observe.h"

#include <algorithm>
#include <set>

#include "harden/probe.h"

namespace garant::harden {
namespace {

constexpr size_t kMostInList = 100;
constexpr size_t kMostNotes = 20;

int64_t Seconds(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

void AddReach(const Channel& channel, trail::Observation& seen) {
  if (channel.reach == Reach::kConnected || channel.reach == Reach::kRefused)
    seen.facts.push_back({"connects", channel.reach == Reach::kConnected});
}

trail::Observation ObserveTls(const Channel& secure, const TlsFindings& tls, base::Time time,
                              Omissions& omitted) {
  const Endpoint& endpoint = secure.endpoint;
  auto seen = Observe("tls-endpoint", endpoint.At(), VantageOf(endpoint), time);
  seen.facts.push_back({"address", endpoint.address});
  AddReach(secure, seen);
  if (tls.answers) seen.facts.push_back({"answers", *tls.answers});
  if (!tls.answers.value_or(false)) return seen;
  seen.facts.push_back({"versions", tls.versions});
  // Half a list would read as if the rest had been accepted.
  if (tls.unsettled.empty())
    seen.facts.push_back({"refused", tls.refused});
  else
    seen.facts.push_back({"unsettled", tls.unsettled});
  if (tls.weak_settled || !tls.weak_suites.empty())
    seen.facts.push_back({"weak-ciphers", Capped(tls.weak_suites, "weak-ciphers", omitted)});
  if (tls.certificate_valid) seen.facts.push_back({"certificate-valid", *tls.certificate_valid});
  if (tls.certificate_expires)
    seen.facts.push_back({"certificate-expires", Seconds(*tls.certificate_expires)});
  if (!tls.certificate_problem.empty())
    seen.facts.push_back({"certificate-problem", tls.certificate_problem});
  return seen;
}

// Whose redirects over plain HTTP lead to the service and not to somebody else.
using Hosts = std::set<std::string>;

Hosts HostsOf(const ProbeTarget& target, const Endpoint& plain) {
  Hosts hosts(target.hosts.begin(), target.hosts.end());
  hosts.insert(plain.host);
  if (const auto url = ParseUrl(target.url)) hosts.insert(url->host);
  return hosts;
}

struct PlainCounts {
  explicit PlainCounts(Hosts of) : hosts(std::move(of)) {}

  Hosts hosts;
  uint64_t asked = 0;
  uint64_t redirected = 0;
  bool permanent = true;
  bool whole = true;  // every route was settled
  int status = 0;

  void Add(const AnswerFacts& facts) {
    ++asked;
    if (status == 0) status = facts.status;
    const bool secure =
        facts.location && facts.location->secure() && hosts.contains(facts.location->host);
    redirected += secure ? 1 : 0;
    permanent = permanent && secure && (facts.status == 301 || facts.status == 308);
  }
};

trail::Observation ObservePlain(const Channel& plain, const PlainCounts& counts, base::Time time) {
  const Endpoint& endpoint = plain.endpoint;
  auto seen = Observe("http-plain", endpoint.At(), VantageOf(endpoint), time);
  seen.facts.push_back({"address", endpoint.address});
  AddReach(plain, seen);
  if (plain.answers || !plain.late) seen.facts.push_back({"answers", plain.answers});
  if (counts.asked == 0) return seen;
  seen.numerator = counts.redirected;
  seen.denominator = counts.asked;
  const bool redirects = counts.redirected == counts.asked;
  if (counts.whole || !redirects) seen.facts.push_back({"redirects", redirects});
  seen.facts.push_back({"status", int64_t{counts.status}});
  if (counts.whole || !counts.permanent) seen.facts.push_back({"permanent", counts.permanent});
  return seen;
}

// The route of the first page first: its status stands for the address.
PlainCounts CountPlain(const std::map<std::string, SecondLook>& looks, const Survey& survey,
                       Hosts hosts) {
  PlainCounts counts(std::move(hosts));
  const std::string& first = survey.crawl.visits.front().route;
  if (const auto root = looks.find(first); root != looks.end() && root->second.facts)
    counts.Add(*root->second.facts);
  for (const auto& [route, look] : looks)
    if (look.facts && route != first) counts.Add(*look.facts);
  counts.whole = std::ranges::all_of(survey.crawl.visits, [&](const Visit& visit) {
    const auto look = looks.find(visit.route);
    return look != looks.end() && look->second.settled;
  });
  return counts;
}

PlainCounts CountPlain(const Survey& survey, Hosts hosts) {
  PlainCounts counts(std::move(hosts));
  if (!survey.plain.answers) return counts;
  if (survey.crawled_secure) return CountPlain(survey.second, survey, std::move(counts.hosts));
  for (const Visit& visit : survey.crawl.visits) counts.Add(visit.facts);
  return counts;
}

trail::Observation ObserveSecurityTxt(const Survey& survey, base::Time time) {
  const Endpoint& endpoint = survey.secure.endpoint;
  auto seen = Observe("security-txt", endpoint.Subject(), VantageOf(endpoint), time);
  const SecurityTxt& file = *survey.security_txt;
  seen.facts.push_back({"present", file.present});
  if (!file.present) return seen;
  if (file.contact || !file.partial) seen.facts.push_back({"contact", file.contact});
  if (file.expires && !file.partial) seen.facts.push_back({"expires", Seconds(*file.expires)});
  return seen;
}

trail::Observation ObserveCrawl(const Survey& survey, const ProbeTarget& target, base::Time time) {
  const Endpoint& endpoint = survey.crawled_secure ? survey.secure.endpoint : survey.plain.endpoint;
  auto seen = Observe("crawl", endpoint.Subject(), VantageOf(endpoint), time);
  seen.numerator = survey.crawl.visits.size();
  seen.denominator = survey.crawl.known;
  seen.facts.push_back({"pages", static_cast<int64_t>(survey.crawl.visits.size())});
  seen.facts.push_back({"bounded", survey.crawl.bounded});
  seen.facts.push_back({"failed", int64_t{survey.crawl.failed}});
  if (!target.declaration.empty()) seen.facts.push_back({"declaration", target.declaration});
  return seen;
}

}  // namespace

trail::Observation Observe(std::string_view kind, std::string subject, trail::Vantage vantage,
                           base::Time time) {
  trail::Observation seen;
  seen.kind = kind;
  seen.subject = std::move(subject);
  seen.vantage = vantage;
  seen.method = kProbeMethod;
  seen.version = kProbeVersion;
  seen.time = time;
  return seen;
}

void Omissions::Add(std::string en, std::string fr) {
  bounded = true;
  if (notes.size() < kMostNotes) notes.push_back({std::move(en), std::move(fr)});
}

std::vector<std::string> Capped(std::vector<std::string> list, std::string_view of,
                                Omissions& omitted) {
  if (list.size() <= kMostInList) return list;
  list.resize(kMostInList);
  const std::string most = std::to_string(kMostInList);
  omitted.Add(std::string(of) + ": only " + most + " are recorded in one list",
              std::string(of) + " : seuls " + most + " sont consignés dans une même liste");
  return list;
}

Observations ObserveEndpoints(const Survey& survey, const ProbeTarget& target, base::Time time,
                              Omissions& omitted) {
  Observations all;
  if (survey.tls_asked) all.push_back(ObserveTls(survey.secure, survey.tls, time, omitted));
  if (!survey.plain.endpoint.address.empty())
    all.push_back(ObservePlain(survey.plain,
                               CountPlain(survey, HostsOf(target, survey.plain.endpoint)), time));
  for (const OtherAddress& other : survey.others) {
    if (!other.secure.endpoint.address.empty())
      all.push_back(ObserveTls(other.secure, other.tls, time, omitted));
    if (!other.plain.endpoint.address.empty())
      all.push_back(ObservePlain(
          other.plain, CountPlain(other.in_clear, survey, HostsOf(target, other.plain.endpoint)),
          time));
  }
  if (survey.more_addresses) {  // of which nothing is known
    const Endpoint& endpoint = survey.secure.endpoint;
    all.push_back(Observe("tls-endpoint", endpoint.Subject() + "@more", VantageOf(endpoint), time));
  }
  if (survey.security_txt) all.push_back(ObserveSecurityTxt(survey, time));
  all.push_back(ObserveCrawl(survey, target, time));
  for (const OriginLook& look : survey.origins) {
    // From a private or loopback address only those within can look.
    const auto vantage = VantageOf(look.endpoint) == trail::Vantage::kOutside
                             ? trail::Vantage::kOutside
                             : trail::Vantage::kInside;
    auto seen = Observe("origin-direct", look.system, vantage, time);
    if (look.answers || look.settled) {
      seen.facts.push_back({"answers", look.answers});
      seen.facts.push_back({"tls", look.tls});
    }
    if (look.same || look.settled) seen.facts.push_back({"same", look.same});
    all.push_back(std::move(seen));
  }
  return all;
}

}  // namespace garant::harden

#include "harden/observe.h"

#include <algorithm>

#include "harden/probe.h"

namespace garant::harden {
namespace {

constexpr size_t kMostInList = 100;

int64_t Seconds(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

trail::Observation ObserveTls(const Survey& survey, base::Time time) {
  const Endpoint& endpoint = survey.secure.endpoint;
  const TlsFindings& tls = survey.tls;
  auto seen = Observe("tls-endpoint", endpoint.Subject(), VantageOf(endpoint), time);
  seen.facts.push_back({"answers", tls.answers});
  if (!tls.answers) return seen;
  seen.facts.push_back({"versions", tls.versions});
  seen.facts.push_back({"refused", tls.refused});
  if (tls.weak_settled || !tls.weak_suites.empty())
    seen.facts.push_back({"weak-ciphers", Capped(tls.weak_suites)});
  seen.facts.push_back({"certificate-valid", tls.certificate_valid});
  if (tls.certificate_expires)
    seen.facts.push_back({"certificate-expires", Seconds(*tls.certificate_expires)});
  if (!tls.certificate_problem.empty())
    seen.facts.push_back({"certificate-problem", tls.certificate_problem});
  return seen;
}

struct PlainCounts {
  uint64_t asked = 0;
  uint64_t redirected = 0;
  bool permanent = true;
  int status = 0;

  void Add(const AnswerFacts& facts) {
    ++asked;
    if (status == 0) status = facts.status;
    const bool secure = facts.location && facts.location->secure();
    redirected += secure ? 1 : 0;
    permanent = permanent && secure && (facts.status == 301 || facts.status == 308);
  }
};

trail::Observation ObservePlain(const Survey& survey, base::Time time) {
  const Endpoint& endpoint = survey.plain.endpoint;
  auto seen = Observe("http-plain", endpoint.Subject(), VantageOf(endpoint), time);
  PlainCounts counts;
  if (survey.plain.answers && !survey.crawled_secure)
    for (const Visit& visit : survey.crawl.visits) counts.Add(visit.facts);
  if (survey.plain.answers && survey.crawled_secure) {
    if (const auto root = survey.second.find(survey.crawl.visits.front().route);
        root != survey.second.end() && root->second.facts)
      counts.Add(*root->second.facts);
    for (const auto& [route, look] : survey.second)
      if (look.facts && route != survey.crawl.visits.front().route) counts.Add(*look.facts);
  }
  seen.facts.push_back({"answers", survey.plain.answers});
  if (counts.asked == 0) return seen;
  seen.numerator = counts.redirected;
  seen.denominator = counts.asked;
  seen.facts.push_back({"redirects", counts.redirected == counts.asked});
  seen.facts.push_back({"status", int64_t{counts.status}});
  seen.facts.push_back({"permanent", counts.permanent});
  return seen;
}

trail::Observation ObserveSecurityTxt(const Survey& survey, base::Time time) {
  const Endpoint& endpoint = survey.secure.endpoint;
  auto seen = Observe("security-txt", endpoint.Subject(), VantageOf(endpoint), time);
  const SecurityTxt& file = *survey.security_txt;
  seen.facts.push_back({"present", file.present});
  if (!file.present) return seen;
  seen.facts.push_back({"contact", file.contact});
  if (file.expires) seen.facts.push_back({"expires", Seconds(*file.expires)});
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

std::vector<std::string> Capped(std::vector<std::string> list) {
  if (list.size() > kMostInList) list.resize(kMostInList);
  return list;
}

Observations ObserveEndpoints(const Survey& survey, const ProbeTarget& target, base::Time time) {
  Observations all;
  if (survey.tls_asked) all.push_back(ObserveTls(survey, time));
  if (!survey.plain.endpoint.address.empty()) all.push_back(ObservePlain(survey, time));
  if (survey.security_txt) all.push_back(ObserveSecurityTxt(survey, time));
  all.push_back(ObserveCrawl(survey, target, time));
  for (const OriginLook& look : survey.origins) {
    // From a private or loopback address only those within can look.
    const auto vantage = VantageOf(look.endpoint) == trail::Vantage::kOutside
                             ? trail::Vantage::kOutside
                             : trail::Vantage::kInside;
    auto seen = Observe("origin-direct", look.system, vantage, time);
    seen.facts.push_back({"answers", look.answers});
    seen.facts.push_back({"tls", look.tls});
    seen.facts.push_back({"same", look.same});
    all.push_back(std::move(seen));
  }
  return all;
}

}  // namespace garant::harden

#include "harden/answer_facts.h"

#include <algorithm>

#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr size_t kMostCookies = 100;

bool IsPage(std::string_view content_type, std::string_view body) {
  const std::string type = Lower(Trim(content_type.substr(0, content_type.find(';'))));
  // Browsers look into an answer that does not say what it is.
  if (type.empty()) return body.substr(0, 512).find('<') != std::string_view::npos;
  return type == "text/html" || type == "application/xhtml+xml";
}

std::string Charset(std::string_view content_type) {
  for (const std::string_view part : Split(content_type, ';')) {
    const std::string lower = Lower(part);
    if (!lower.starts_with("charset=")) continue;
    std::string charset = lower.substr(8);
    std::erase(charset, '"');
    return charset;
  }
  return {};
}

}  // namespace

AnswerFacts ReadAnswer(const Answer& answer, const Url& url, base::Time now) {
  AnswerFacts facts;
  facts.status = answer.status;
  facts.html = IsPage(answer.Header("content-type"), answer.body);
  facts.charset = Charset(answer.Header("content-type"));
  if (url.secure()) facts.hsts = ParseHsts(answer.Header("strict-transport-security"));
  std::optional<bool> ancestors;
  for (const std::string_view csp : answer.Headers("content-security-policy")) {
    facts.scripts_restricted = facts.scripts_restricted || RestrictsScripts(csp);
    if (const auto one = RestrictsAncestors(csp)) ancestors = ancestors.value_or(false) || *one;
  }
  facts.framing_restricted =
      ancestors ? *ancestors : RestrictsFraming(answer.Headers("x-frame-options"));
  facts.nosniff = EqualsIgnoringCase(answer.Header("x-content-type-options"), "nosniff");
  for (const std::string_view policy : answer.Headers("referrer-policy"))
    facts.referrer_kept = KeepsReferrer(policy);
  for (const std::string_view control : answer.Headers("cache-control"))
    facts.no_store = facts.no_store || HasToken(control, "no-store");
  for (const std::string_view header : answer.Headers("set-cookie"))
    if (auto cookie = ParseSetCookie(header, now); cookie && !cookie->removal) {
      facts.more_cookies = facts.more_cookies || facts.cookies.size() >= kMostCookies;
      if (!facts.more_cookies) facts.cookies.push_back(*std::move(cookie));
    }
  if (answer.status >= 300 && answer.status < 400 && !answer.Header("location").empty())
    facts.location = ResolveUrl(url, answer.Header("location"));
  return facts;
}

}  // namespace garant::harden

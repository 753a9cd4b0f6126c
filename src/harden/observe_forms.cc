#include <algorithm>
#include <map>
#include <set>

#include "harden/observe.h"
#include "harden/route_template.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr size_t kMostFormsOfRoute = 20;

struct FormLook {
  Form form;
  bool notice = false;
  uint64_t pages = 0;
};

// A link is a notice only where it leads to a policy that answers.
bool HasNotice(const Form& form, const Survey& survey, const PolicyLook& policy) {
  if (form.notice_text) return true;
  return policy.answers &&
         std::any_of(form.beside.begin(), form.beside.end(), [&](const Link& link) {
           const std::string key = link.to.path + "?" + link.to.query;
           return survey.site.Holds(link.to) &&
                  (MatchesTemplate(policy.route, link.to.path) ||
                   std::find(policy.addresses.begin(), policy.addresses.end(), key) !=
                       policy.addresses.end());
         });
}

void Add(const Form& form, bool notice, std::vector<FormLook>& forms) {
  const auto same = std::find_if(forms.begin(), forms.end(),
                                 [&](const FormLook& look) { return look.form == form; });
  if (same != forms.end()) {
    same->notice = same->notice && notice;
    ++same->pages;
  } else if (forms.size() < kMostFormsOfRoute) {
    forms.push_back({form, notice, 1});
  }
}

std::string ActionOf(const Url& action, const Survey& survey, const ProbeTarget& target) {
  return survey.site.Holds(action) ? RouteOf(action.path, target.routes) : SafeName(action.host);
}

void Emit(const std::string& route, size_t number, const FormLook& look, const Survey& survey,
          const ProbeTarget& target, base::Time time, Observations& all) {
  const Endpoint& endpoint = survey.crawled_secure ? survey.secure.endpoint : survey.plain.endpoint;
  const std::string subject = route + "#" + std::to_string(number);
  std::vector<std::string> names;
  std::set<std::string> personal;
  for (const FormField& field : look.form.fields) {
    names.push_back(field.name);
    if (!field.category.empty() && field.category != "none") personal.insert(field.category);
    auto seen = Observe("http-field", subject + "." + field.name, VantageOf(endpoint), time);
    seen.facts = {{"route", route}, {"name", field.name}, {"category", field.category}};
    all.push_back(std::move(seen));
  }
  auto seen = Observe("http-form", subject, VantageOf(endpoint), time);
  seen.numerator = look.pages;
  seen.denominator = look.pages;
  seen.facts = {{"route", route},
                {"action", ActionOf(look.form.action, survey, target)},
                {"secure", look.form.action.secure()},
                {"fields", names},
                {"personal", std::vector<std::string>(personal.begin(), personal.end())},
                {"notice", look.notice}};
  all.push_back(std::move(seen));
}

}  // namespace

Observations ObserveForms(const Survey& survey, const ProbeTarget& target, base::Time time) {
  const PolicyLook policy = FindPolicy(survey, target, true);
  std::map<std::string, std::vector<FormLook>> by_route;
  for (const Visit& visit : survey.crawl.visits) {
    if (visit.facts.status == 404 || visit.facts.status == 410) continue;
    for (const Form& form : visit.page.forms)
      Add(form, HasNotice(form, survey, policy), by_route[visit.route]);
  }
  Observations all;
  for (const auto& [route, forms] : by_route)
    for (size_t i = 0; i < forms.size(); ++i)
      Emit(route, i + 1, forms[i], survey, target, time, all);
  return all;
}

}  // namespace garant::harden

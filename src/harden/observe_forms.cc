#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harden/observe.h"
#include "harden/route_template.h"
#include "harden/words.h"
#include "service/route.h"

namespace garant::harden {
namespace {

constexpr size_t kMostFormsOfRoute = 20;

struct FormLook {
  Form form;
  std::optional<bool> notice;  // nothing where not everything beside it was read
  uint64_t pages = 0;
};

// A link is a notice only where it leads to a policy that answers.
std::optional<bool> HasNotice(const Form& form, const Survey& survey, const PolicyLook& policy) {
  if (form.notice_text) return true;
  const bool linked =
      policy.answers && std::any_of(form.beside.begin(), form.beside.end(), [&](const Link& link) {
        const std::string key = link.to.path + "?" + link.to.query;
        return survey.site.Holds(link.to) &&
               (service::MatchesTemplate(policy.route, link.to.path) ||
                std::find(policy.addresses.begin(), policy.addresses.end(), key) !=
                    policy.addresses.end());
      });
  if (!linked && (form.notice_cut || policy.late)) return std::nullopt;
  return linked;
}

// Whether there was room for it.
bool Add(const Form& form, std::optional<bool> notice, std::vector<FormLook>& forms) {
  const auto same = std::find_if(forms.begin(), forms.end(),
                                 [&](const FormLook& look) { return look.form == form; });
  if (same != forms.end()) {
    // Absent on one page is absent; else unknown on one is unknown.
    const bool absent = same->notice == false || notice == false;
    if (absent || !notice) same->notice = absent ? std::optional(false) : std::nullopt;
    ++same->pages;
    return true;
  }
  if (forms.size() >= kMostFormsOfRoute) return false;
  forms.push_back({form, notice, 1});
  return true;
}

std::string ActionOf(const Url& action, const Survey& survey) {
  return survey.site.Holds(action) ? survey.crawl.names.Of(action.path) : SafeHost(action.host);
}

void Emit(const std::string& route, size_t number, const FormLook& look, const Survey& survey,
          base::Time time, Observations& all) {
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
                {"action", ActionOf(look.form.action, survey)},
                {"secure", look.form.action.secure()},
                {"fields", names},
                {"personal", std::vector<std::string>(personal.begin(), personal.end())}};
  if (look.notice) seen.facts.push_back({"notice", *look.notice});
  all.push_back(std::move(seen));
}

}  // namespace

Observations ObserveForms(const Survey& survey, const ProbeTarget& target, base::Time time,
                          Omissions& omitted) {
  const PolicyLook policy = FindPolicy(survey, target, true);
  std::map<std::string, std::vector<FormLook>> by_route;
  std::set<std::string> full;
  for (const Visit& visit : survey.crawl.visits) {
    if (visit.facts.status == 404 || visit.facts.status == 410) continue;
    if (TimeLeft(survey.deadline).count() == 0) {
      omitted.Add("the time of this run was over before the forms of every page were read",
                  "le temps de ce parcours était écoulé avant que les formulaires de toutes les "
                  "pages aient été lus");
      break;
    }
    for (const Form& form : visit.page.forms)
      if (!Add(form, HasNotice(form, survey, policy), by_route[visit.route]))
        full.insert(visit.route);
  }
  for (const std::string& route : full)
    omitted.Add(route + ": more than " + std::to_string(kMostFormsOfRoute) +
                    " different forms; the others were not recorded",
                route + " : plus de " + std::to_string(kMostFormsOfRoute) +
                    " formulaires différents; les autres n’ont pas été consignés");
  Observations all;
  for (const auto& [route, forms] : by_route)
    for (size_t i = 0; i < forms.size(); ++i) Emit(route, i + 1, forms[i], survey, time, all);
  return all;
}

}  // namespace garant::harden

#include "harden/target.h"
#include "harden/url.h"
#include "service/model.h"
#include "service/whereabouts.h"

namespace garant::harden {
namespace {

using expr::FieldOf;

std::string TextAt(const expr::Value& value, std::string_view field) {
  return std::string(FieldOf(value, field).text());
}

std::vector<std::string> TextsOf(const expr::Value& list, std::string_view field) {
  std::vector<std::string> texts;
  for (const expr::Value& item : list.list().items)
    if (std::string text = TextAt(item, field); !text.empty()) texts.push_back(std::move(text));
  return texts;
}

}  // namespace

base::Result<ProbeTarget> TargetFromModel(const service::Model& model) {
  const expr::Value& root = model.root();
  ProbeTarget target;
  target.url = service::PublicUrl(model);
  if (target.url.empty())
    return base::Error{
        base::Code::kInvalid,
        {"the service file says nowhere where the service answers: set service.url",
         "le fichier de service ne dit nulle part où le service répond : indiquez service.url"},
        {model.file(), FieldOf(root, "service").origin().line,
         FieldOf(root, "service").origin().column}};
  target.declaration = base::FormatDigest(service::DigestOfWhereabouts(model));
  target.routes = TextsOf(FieldOf(FieldOf(root, "access"), "routes"), "match");
  for (std::string& route : TextsOf(FieldOf(root, "collection"), "route"))
    target.routes.push_back(std::move(route));
  const expr::Value& policies = FieldOf(root, "policies");
  target.privacy_route = TextAt(FieldOf(policies, "privacy"), "route");
  target.cookies_route = TextAt(FieldOf(policies, "cookies"), "route");
  target.cookies = TextsOf(FieldOf(root, "cookies"), "name");
  for (const std::string& url : TextsOf(FieldOf(root, "systems"), "url"))
    if (const auto parsed = ParseUrl(url)) target.hosts.push_back(parsed->host);
  for (const expr::Value& system : FieldOf(root, "systems").list().items)
    if (std::string origin = TextAt(system, "origin"); !origin.empty())
      target.origins.emplace_back(TextAt(system, "id"), std::move(origin));
  return target;
}

}  // namespace garant::harden

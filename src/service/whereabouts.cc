#include "service/whereabouts.h"

#include <map>
#include <string>

#include "service/canonical.h"

namespace garant::service {
namespace {

using expr::FieldOf;
using expr::Value;

}  // namespace

std::string_view PublicUrl(const Model& model) {
  const Value& root = model.root();
  if (const auto url = FieldOf(FieldOf(root, "service"), "url").text(); !url.empty()) return url;
  for (const Value& system : FieldOf(root, "systems").list().items)
    if (const auto url = FieldOf(system, "url").text();
        FieldOf(system, "internet").boolean() && !url.empty())
      return url;
  return {};
}

std::string_view FrontSystem(const Value& root) {
  for (const Value& system : FieldOf(root, "systems").list().items)
    if (FieldOf(system, "internet").boolean()) return FieldOf(system, "id").text();
  return {};
}

base::Digest DigestOfWhereabouts(const Model& model) {
  std::map<std::string, std::string_view> places;  // in one order, whatever the file's
  places["url"] = PublicUrl(model);
  for (const Value& system : FieldOf(model.root(), "systems").list().items)
    if (const auto origin = FieldOf(system, "origin").text(); !origin.empty())
      places["origin " + std::string(FieldOf(system, "id").text())] = origin;
  for (const char* policy : {"privacy", "cookies"})
    if (const auto route =
            FieldOf(FieldOf(FieldOf(model.root(), "policies"), policy), "route").text();
        !route.empty())
      places[std::string("policy ") + policy] = route;
  std::string text = "garant-whereabouts/1\n";
  for (const auto& [name, place] : places)
    text += JsonString(name) + ":" + JsonString(place) + "\n";
  return base::Sha256(base::AsBytes(text));
}

}  // namespace garant::service

#include "service/whereabouts.h"

#include <map>
#include <string>

#include "service/canonical.h"

namespace garant::service {
namespace {

using expr::Value;

const Value& At(const Value& value, std::string_view field) {
  static const Value kAbsent;
  const expr::Record& record = value.record();
  const int slot = record.type == nullptr ? -1 : record.type->Find(field);
  return slot < 0 ? kAbsent : record.fields[static_cast<size_t>(slot)];
}

}  // namespace

std::string_view PublicUrl(const Model& model) {
  const Value& root = model.root();
  if (const auto url = At(At(root, "service"), "url").text(); !url.empty()) return url;
  for (const Value& system : At(root, "systems").list().items)
    if (const auto url = At(system, "url").text(); At(system, "internet").boolean() && !url.empty())
      return url;
  return {};
}

base::Digest DigestOfWhereabouts(const Model& model) {
  std::map<std::string, std::string_view> places;  // in one order, whatever the file's
  places["url"] = PublicUrl(model);
  for (const Value& system : At(model.root(), "systems").list().items)
    if (const auto origin = At(system, "origin").text(); !origin.empty())
      places["origin " + std::string(At(system, "id").text())] = origin;
  for (const char* policy : {"privacy", "cookies"})
    if (const auto route = At(At(At(model.root(), "policies"), policy), "route").text();
        !route.empty())
      places[std::string("policy ") + policy] = route;
  std::string text = "garant-whereabouts/1\n";
  for (const auto& [name, place] : places)
    text += JsonString(name) + ":" + JsonString(place) + "\n";
  return base::Sha256(base::AsBytes(text));
}

}  // namespace garant::service

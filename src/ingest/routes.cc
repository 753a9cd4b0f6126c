#include "ingest/routes.h"

#include <algorithm>

#include "service/whereabouts.h"

namespace garant::ingest {
namespace {

using expr::FieldOf;
using expr::Value;

void AddCategory(const Value& data, std::vector<std::string>& categories) {
  const std::string_view name = data.text();
  if (!name.empty() && name != "none") categories.emplace_back(name);
}

std::vector<std::string_view> TemplatesOf(const service::Model& model) {
  const auto& routes = FieldOf(FieldOf(model.root(), "access"), "routes").list().items;
  std::vector<std::string_view> templates;
  templates.reserve(routes.size());
  for (const Value& route : routes) templates.push_back(FieldOf(route, "match").text());
  return templates;
}

}  // namespace

Routes::Routes(const service::Model& model)
    : table_(TemplatesOf(model)), front_(service::FrontSystem(model.root())) {
  const Value& root = model.root();
  for (const Value& route : FieldOf(FieldOf(root, "access"), "routes").list().items) {
    auto& categories = categories_[std::string(FieldOf(route, "match").text())];
    const std::string_view about = FieldOf(FieldOf(route, "about"), "store").text();
    for (const Value& store : FieldOf(root, "stores").list().items)
      if (!about.empty() && FieldOf(store, "id").text() == about)
        for (const Value& held : FieldOf(store, "holds").list().items)
          AddCategory(FieldOf(held, "data"), categories);
  }
  for (const Value& collection : FieldOf(root, "collection").list().items) {
    const auto found = categories_.find(FieldOf(collection, "route").text());
    if (found == categories_.end()) continue;
    for (const Value& field : FieldOf(collection, "fields").list().items)
      AddCategory(FieldOf(field, "data"), found->second);
  }
  for (auto& [route, categories] : categories_) {
    std::ranges::sort(categories);
    categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
  }
}

bool Routes::HasRoute(std::string_view path) const { return table_.Find(path).has_value(); }

const std::vector<std::string>* Routes::CategoriesOf(std::string_view route) const {
  const auto found = categories_.find(route);
  return found == categories_.end() ? nullptr : &found->second;
}

Systems::Systems(const service::Model& model) {
  for (const Value& system : FieldOf(model.root(), "systems").list().items) {
    const std::string id(FieldOf(system, "id").text());
    if (FieldOf(system, "events").boolean()) sending.insert(id);
    declared.insert(id);
  }
}

}  // namespace garant::ingest

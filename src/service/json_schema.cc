#include <nlohmann/json.hpp>

#include "service/data_category.h"
#include "service/model.h"
#include "service/schema.h"
#include "service/shape.h"
#include "service/types.h"

namespace garant::service {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
 public:
  Json Write() {
    Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                   {"title", "Garant: the service file (garant.yaml)"}};
    schema.update(Record(Sections()));
    Define("bilingual", BilingualFields());
    schema["definitions"] = std::move(definitions_);
    return schema;
  }

 private:
  Json Record(std::span<const Field> fields) {
    Json required = Json::array();
    Json properties = Json::object();
    for (const Field& field : fields) {
      if (field.required) required.push_back(field.name);
      properties[std::string(field.name)] = Property(field);
    }
    Json record = {{"type", "object"}, {"additionalProperties", false}};
    if (!required.empty()) record["required"] = std::move(required);
    record["properties"] = std::move(properties);
    return record;
  }

  Json Property(const Field& field) {
    Json property = {{"description", field.en}};
    if (field.list)
      property.update({{"type", "array"}, {"items", One(field)}});
    else
      property.update(One(field));
    return property;
  }

  Json One(const Field& field) {
    switch (field.shape) {
      case Shape::kRecord:
        return Define(field.type, field.fields);
      case Shape::kBilingual:
        return Reference("bilingual");
      case Shape::kBool:
        return {{"type", "boolean"}};
      case Shape::kInt:
        return {{"type", "integer"}, {"minimum", field.least}, {"maximum", field.most}};
      case Shape::kWord:
        return {{"type", "string"}, {"enum", Json(field.words)}};
      case Shape::kCategory:
        return Category();
      default:
        return {{"type", "string"}, {"pattern", FactsOf(field.shape).pattern}};
    }
  }

  // Draft-07 takes no notice of what stands beside a $ref, such as a description.
  static Json Reference(std::string_view name) {
    return {{"allOf", Json::array({{{"$ref", "#/definitions/" + std::string(name)}}})}};
  }

  Json Define(std::string_view name, std::span<const Field> fields) {
    const std::string key(name);
    if (!definitions_.contains(key)) definitions_[key] = Record(fields);
    return Reference(name);
  }

  Json Category() {
    if (!definitions_.contains("category")) {
      Json names = Json::array();
      for (const DataCategory& category : DataCategories()) names.push_back(category.name);
      const Json own = {{"type", "string"}, {"pattern", FactsOf(Shape::kCategory).pattern}};
      definitions_["category"] = {{"anyOf", Json::array({Json{{"enum", names}}, own})}};
    }
    return Reference("category");
  }

  Json definitions_ = Json::object();
};

}  // namespace

std::string JsonSchema() { return Writer().Write().dump(2) + "\n"; }

}  // namespace garant::service

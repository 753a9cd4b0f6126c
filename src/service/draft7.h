#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

// As much of JSON Schema draft-07 as service::JsonSchema() uses, for tests: a keyword that it does
// not know makes everything invalid, so that none goes unnoticed.
namespace garant::service {

class Draft7 {
 public:
  explicit Draft7(nlohmann::json schema) : schema_(std::move(schema)) {}

  [[nodiscard]] bool Takes(const nlohmann::json& value) const { return Takes(schema_, value); }

 private:
  using Json = nlohmann::json;

  [[nodiscard]] bool Takes(const Json& schema, const Json& value) const {
    for (auto rule = schema.begin(); rule != schema.end(); ++rule)
      if (!Holds(schema, rule.key(), rule.value(), value)) return false;
    return true;
  }

  [[nodiscard]] bool Holds(const Json& schema, const std::string& keyword, const Json& rule,
                           const Json& value) const {
    if (keyword == "$schema" || keyword == "title" || keyword == "description" ||
        keyword == "definitions")
      return true;
    if (keyword == "type") return Json(TypeOf(value)) == rule;
    if (keyword == "$ref")
      return Takes(schema_.at(Json::json_pointer(rule.get<std::string>().substr(1))), value);
    if (keyword == "allOf") {
      return std::all_of(rule.begin(), rule.end(), [&](const Json& s) { return Takes(s, value); });
    }
    if (keyword == "anyOf") {
      return std::any_of(rule.begin(), rule.end(), [&](const Json& s) { return Takes(s, value); });
    }
    if (keyword == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
    if (keyword == "pattern") return !value.is_string() || Matches(rule, value);
    if (keyword == "minimum") return !value.is_number() || value >= rule;
    if (keyword == "maximum") return !value.is_number() || value <= rule;
    if (keyword == "required") {
      return !value.is_object() || std::all_of(rule.begin(), rule.end(), [&](const Json& name) {
        return value.contains(name.get<std::string>());
      });
    }
    if (keyword == "items") {
      return !value.is_array() || std::all_of(value.begin(), value.end(),
                                              [&](const Json& item) { return Takes(rule, item); });
    }
    if (keyword == "properties") {
      if (!value.is_object()) return true;
      for (auto member = value.begin(); member != value.end(); ++member)
        if (rule.contains(member.key()) && !Takes(rule.at(member.key()), member.value()))
          return false;
      return true;
    }
    if (keyword == "additionalProperties" && rule == false) {
      if (!value.is_object()) return true;
      for (auto member = value.begin(); member != value.end(); ++member)
        if (!schema.at("properties").contains(member.key())) return false;
      return true;
    }
    return false;
  }

  [[nodiscard]] bool Matches(const std::string& pattern, const std::string& text) const {
    const auto known = patterns_.try_emplace(pattern, pattern).first;
    return std::regex_search(text, known->second);
  }

  static std::string TypeOf(const Json& value) {
    if (value.is_object()) return "object";
    if (value.is_array()) return "array";
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "boolean";
    if (value.is_number_integer()) return "integer";
    if (value.is_number()) return "number";
    return "null";
  }

  Json schema_;
  mutable std::map<std::string, std::regex> patterns_;  // slow to compile
};

}  // namespace garant::service

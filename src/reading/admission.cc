#include "reading/admission.h"

#include <algorithm>

namespace garant::reading {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using expr::FieldOf;
using expr::Value;

Error Invalid(const base::Text& message) { return {Code::kInvalid, message, {}}; }

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<std::string> PeopleOf(const service::Model& model, std::string_view role) {
  std::vector<std::string> people;
  for (const Value& person : FieldOf(model.root(), "people").list().items)
    if (FieldOf(person, "role").text() == role) people.emplace_back(FieldOf(person, "id").text());
  return people;
}

Result<std::string> PersonOf(const service::Model& model, const Request& request) {
  const std::vector<std::string> people = PeopleOf(model, request.role);
  if (people.empty())
    return Invalid(Filled("`people` of the service file names nobody in the role '{}'",
                          "`people` du fichier de service ne nomme personne dans le rôle « {} »",
                          {request.role}));
  if (request.person.empty()) {
    if (people.size() == 1) return people.front();
    return Invalid(Filled("several people are '{}': say which of them reads ({})",
                          "plusieurs personnes ont le rôle « {} » : dites laquelle lit ({})",
                          {request.role, Listed(people)}));
  }
  if (std::ranges::find(people, request.person) != people.end()) return request.person;
  return Error{Code::kPermission,
               Filled("'{}' is not '{}' in the service file; in that role it names: {}",
                      "« {} » n’est pas « {} » dans le fichier de service; il y nomme dans ce "
                      "rôle : {}",
                      {request.person, request.role, Listed(people)}),
               {}};
}

bool Holds(const Value& list, std::string_view word) {
  return std::ranges::any_of(list.list().items,
                             [word](const Value& one) { return one.text() == word; });
}

}  // namespace

bool Reader::MayOpen(std::string_view category) const {
  return std::ranges::binary_search(categories, category);
}

trail::Person Reader::AsPerson() const { return {std::string(kPeopleIssuer), person}; }

Result<Reader> Admit(const service::Model& model, const Request& request) {
  if (request.purpose.empty() || request.role.empty())
    return Invalid(
        {"opening what is sealed takes a purpose and a role, as `trail.readers` of the "
         "service file names them",
         "ouvrir ce qui est scellé exige une fin (purpose) et un rôle (role), tels que "
         "`trail.readers` du fichier de service les nomme"});
  Reader reader{TRY(PersonOf(model, request)), request.role, request.purpose, request.reason, {}};
  std::vector<std::string> purposes;
  for (const Value& rule : FieldOf(FieldOf(model.root(), "trail"), "readers").list().items) {
    if (FieldOf(rule, "role").text() != request.role) continue;
    for (const Value& purpose : FieldOf(rule, "purposes").list().items)
      purposes.emplace_back(purpose.text());
    if (!Holds(FieldOf(rule, "purposes"), request.purpose)) continue;
    for (const Value& category : FieldOf(rule, "categories").list().items)
      reader.categories.emplace_back(category.text());
  }
  if (reader.categories.empty())
    return Error{
        Code::kPermission,
        Filled("the service file lets nobody in the role '{}' open what is sealed for '{}'; {}",
               "le fichier de service ne laisse personne dans le rôle « {} » ouvrir ce qui est "
               "scellé à la fin « {} »; {}",
               {request.role, request.purpose,
                purposes.empty()
                    ? base::Text{"`trail.readers` names that role for nothing",
                                 "`trail.readers` ne nomme ce rôle pour rien"}
                    : Filled("it does so for: {}", "il le fait pour : {}", {Listed(purposes)})}),
        {}};
  std::ranges::sort(reader.categories);
  return reader;
}

}  // namespace garant::reading

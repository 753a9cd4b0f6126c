#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/model.h"
#include "trail/entry/draft.h"

// Who may open what is sealed in a trail: those whom `trail.readers` of the service file names.
namespace garant::reading {

// The issuer of the tokens of those whom `people:` names; no mapping needs it.
constexpr std::string_view kPeopleIssuer = "garant.people";

// What somebody who wants to read says.
struct Request {
  std::string purpose;
  std::string role;
  std::string person{};  // an id of `people:`; may be left out where one person has the role
  std::string reason{};  // why, in their own words; sealed in the entry
};

// Who was let in; only Admit makes one that may open anything.
struct Reader {
  std::string person;
  std::string role;
  std::string purpose;
  std::string reason;
  std::vector<std::string> categories;  // of sealed parts that they may open, ascending

  [[nodiscard]] bool MayOpen(std::string_view category) const;
  [[nodiscard]] trail::Person AsPerson() const;
};

// kInvalid: something was not said, or nobody is called so; kPermission: the file lets nobody of
// that role open anything for that purpose. Whether it is really that person is for who asks to
// know: whoever has the trail's root can read it without asking.
[[nodiscard]] base::Result<Reader> Admit(const service::Model& model, const Request& request);

}  // namespace garant::reading

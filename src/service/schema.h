#pragma once

#include <span>
#include <string_view>

// The shape of the service file (garant.yaml), as one table, which is written in groups of sections
// (sections.h). The parser, the JSON Schema, the
// starter file, docs/formats/service-file.md and the types of proofs derive from it, so they cannot
// differ.
namespace garant::service {

enum class Shape {
  kText,       // UTF-8 on any number of lines, not blank
  kBilingual,  // { en: …, fr: … }, both not blank
  kId,         // lower-case letters, digits and dashes, starting with a letter
  kWord,       // one of `words`
  kBool,
  kInt,  // least … most
  kDate,
  kDuration,      // ISO 8601
  kKeep,          // a retention: a duration, "P2Y after store.field", or "session"
  kUrl,           // http:// or https://
  kRoute,         // a route template: /clerk/applications/{id}
  kPath,          // one path, as it is asked for: /health/systems
  kCategory,      // a data category: contact.email (data_category.h)
  kKey,           // an OpenSSH public key
  kDigest,        // sha256:…
  kReference,     // the id of an element of section `refers_to`
  kParty,         // person, public, or the id of a system, store or sharing
  kThreat,        // the id of a threat that the file names, or a derived one: tampering.web
  kParameter,     // the name of a {parameter} of the route beside it
  kRequest,       // a method and a route: POST /permits
  kJurisdiction,  // an ISO 3166 code in lower case: ca, ca-on
  kSecret,        // env:NAME, the environment variable that holds it
  kRecord,        // a map with `fields`
};

struct Field {
  std::string_view name;
  Shape shape = Shape::kText;
  bool list = false;  // a list of that shape
  bool required = false;
  bool unique = false;    // no two elements of the list around it have the same
  bool verbatim = false;  // of kText: as a machine calls it, where a field may well be named todo
  std::span<const std::string_view> words = {};  // of kWord
  int least = 0;                                 // of kInt
  int most = 0;
  std::string_view refers_to = {};     // of kReference: a section's name
  std::span<const Field> fields = {};  // of kRecord
  std::string_view type = {};  // of kRecord: what one is called; the same for the same fields
  std::string_view en = {};    // what it is for, one sentence
  std::string_view fr = {};
};

// The sections, in the order of the starter file. A list of records whose first field is an `id`
// can be referred to; `unique` says that no two have the same.
[[nodiscard]] std::span<const Field> Sections();
[[nodiscard]] const Field* FindSection(std::string_view name);

}  // namespace garant::service

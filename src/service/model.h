#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "expr/value.h"

// A service file, read, checked and typed.
namespace garant::service {

// The record type of the whole file: one field for each section of the schema, texts and lists
// typed as the schema says. Bilingual text is a record {en, fr}; a date is a time, a duration a
// duration; every other scalar but kBool and kInt is text (kWord with its allowed words). A missing
// section or field is absent, at the place of the map that lacks it; [] is an empty list.
[[nodiscard]] const expr::RecordType& ModelType();
// The type of a list section's elements, or of a record section; the name must be one of those.
[[nodiscard]] const expr::RecordType& SectionType(std::string_view section);

// A larger file is refused unread.
constexpr size_t kLargestFile = 8U << 20U;

class Model {
 public:
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model();

  // Reads everything and complains of everything that is wrong, all at once, in the order of the
  // file: unknown keys with the nearest known one, wrong types, missing fields, references to
  // nothing. Gives nullptr where anything was wrong.
  static std::unique_ptr<const Model> Parse(std::string_view text, const std::string& file,
                                            base::Diagnostics& diagnostics);

  [[nodiscard]] const expr::Value& root() const;  // a record of ModelType()
  void Prefetch() const;                          // expr::Arena::Prefetch of all its values
  [[nodiscard]] const std::string& file() const;
  [[nodiscard]] std::string_view id() const;     // service.id
  [[nodiscard]] std::string_view stage() const;  // alpha, beta, live
  [[nodiscard]] bool trial() const;              // service.environment

  // SHA-256 over the canonical form of the named sections (docs/formats/service-file.md): what an
  // act is signed over. Comments, order of keys and layout do not change it. An empty list means
  // all sections. A name that is no section is an error.
  [[nodiscard]] base::Result<base::Digest> DigestOf(const std::vector<std::string>& sections) const;

 private:
  struct State;
  explicit Model(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A JSON Schema (draft-07) of the service file for editors.
[[nodiscard]] std::string JsonSchema();
// A commented starter file for `garant init`, valid as it is, in the language asked for. `id` must
// be sound: FaultOfId of service/grammar.h says whether.
[[nodiscard]] std::string StarterFile(std::string_view id, base::Language language);
// docs/formats/service-file.md's table of sections and fields, in Markdown.
[[nodiscard]] std::string SchemaReference();

}  // namespace garant::service

#pragma once

#include <span>

#include "base/yaml.h"
#include "expr/value.h"
#include "service/complaints.h"
#include "service/schema.h"

namespace garant::service {

// Turns the YAML tree of a service file into values of ModelType(), and complains of whatever does
// not fit the schema. A scalar that was complained of stays in the tree as it was written (as
// text), so that what refers to it is not complained of as well; such a tree is for References
// only.
class Reader {
 public:
  enum class Extent { kWhole, kCutShort };

  // Of a file that was cut short (its YAML breaks off), nothing is said to be missing.
  Reader(expr::Arena& arena, Complaints& complaints, Extent extent)
      : arena_(arena), complaints_(complaints), extent_(extent) {}

  [[nodiscard]] expr::Value ReadRecord(std::span<const Field> fields, const base::YamlNode& node);

 private:
  expr::Value ReadField(const Field& field, const base::YamlNode& node);
  expr::Value ReadOne(const Field& field, const base::YamlNode& node);
  expr::Value ReadScalar(const Field& field, const base::YamlNode& node);
  expr::Value ReadBool(const Field& field, const base::YamlNode& node);
  expr::Value ReadInt(const Field& field, const base::YamlNode& node);
  expr::Value ReadText(const Field& field, const base::YamlNode& node);
  bool TextIsSound(const Field& field, const base::YamlNode& node);
  bool WordIsKnown(const Field& field, const base::YamlNode& node);

  void RefuseUnknownKeys(std::span<const Field> fields, const base::YamlNode& node);
  void WrongShape(const Field& field, const base::YamlNode& node);
  void Complain(const base::YamlNode& node, base::Text message);
  expr::Value AsWritten(const base::YamlNode& node);

  expr::Arena& arena_;
  Complaints& complaints_;
  Extent extent_;
};

}  // namespace garant::service

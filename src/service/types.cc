#include "service/types.h"

#include <map>
#include <memory>

#include "service/model.h"

namespace garant::service {
namespace {

using expr::Kind;
using expr::RecordType;
using expr::Type;

constexpr Field kBilingualFields[] = {
    {.name = "en", .required = true, .en = "In English.", .fr = "En anglais."},
    {.name = "fr", .required = true, .en = "In French.", .fr = "En français."},
};

Kind KindOf(Shape shape) {
  switch (shape) {
    case Shape::kBool:
      return Kind::kBool;
    case Shape::kInt:
      return Kind::kInt;
    case Shape::kDate:
      return Kind::kTime;
    case Shape::kDuration:
      return Kind::kDuration;
    case Shape::kBilingual:
    case Shape::kRecord:
      return Kind::kRecord;
    default:
      return Kind::kText;
  }
}

class Registry {
 public:
  Registry() {
    bilingual_ = Build("bilingual", kBilingualFields);
    root_ = Build("service-file", Sections());
  }

  [[nodiscard]] const RecordType& bilingual() const { return *bilingual_; }
  [[nodiscard]] const RecordType& Of(std::span<const Field> fields) const {
    return *types_.at(fields.data());
  }

 private:
  const RecordType* Build(std::string_view name, std::span<const Field> fields) {
    if (const auto known = types_.find(fields.data()); known != types_.end())
      return known->second.get();
    auto type = std::make_unique<RecordType>();
    type->name = name;
    for (const Field& field : fields) {
      std::vector<std::string> allowed(field.words.begin(), field.words.end());
      type->fields.push_back({std::string(field.name), TypeOfField(field), std::move(allowed)});
    }
    return types_.emplace(fields.data(), std::move(type)).first->second.get();
  }

  Type TypeOfField(const Field& field) {
    const Kind kind = KindOf(field.shape);
    if (kind != Kind::kRecord) return field.list ? Type::ListOf(kind) : Type::Of(kind);
    const RecordType* record =
        field.shape == Shape::kBilingual ? bilingual_ : Build(field.type, field.fields);
    return field.list ? Type::ListOf(record) : Type::Record(record);
  }

  std::map<const Field*, std::unique_ptr<RecordType>> types_;
  const RecordType* bilingual_ = nullptr;
  const RecordType* root_ = nullptr;
};

const Registry& Types() {
  static const Registry registry;
  return registry;
}

}  // namespace

const RecordType& TypeOf(std::span<const Field> fields) { return Types().Of(fields); }
const RecordType& BilingualType() { return Types().bilingual(); }
std::span<const Field> BilingualFields() { return kBilingualFields; }

const RecordType& ModelType() { return TypeOf(Sections()); }

const RecordType& SectionType(std::string_view section) {
  const Field* field = FindSection(section);
  assert(field != nullptr && field->shape == Shape::kRecord);
  return TypeOf(field->fields);
}

}  // namespace garant::service

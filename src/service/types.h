#pragma once

#include <span>

#include "expr/value.h"
#include "service/schema.h"

namespace garant::service {

// Types of the language for the schema's records, built once; one type for the same fields.
[[nodiscard]] const expr::RecordType& TypeOf(std::span<const Field> fields);
// { en, fr }
[[nodiscard]] const expr::RecordType& BilingualType();
// The fields that BilingualType's slots are read from.
[[nodiscard]] std::span<const Field> BilingualFields();

}  // namespace garant::service

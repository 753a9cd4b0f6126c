#include "expr/value.h"
#include "report/report.h"

namespace garant::report {
namespace {

base::Text TextAt(const service::Model& model, std::string_view field) {
  const expr::Value& value = expr::FieldOf(expr::FieldOf(model.root(), "service"), field);
  const auto in = [&](std::string_view language) {
    const expr::Value& text = expr::FieldOf(value, language);
    return text.kind() == expr::Kind::kText ? std::string(text.text()) : std::string();
  };
  return {in("en"), in("fr")};
}

}  // namespace

View ViewOf(const assess::Sitting& sitting, Named named) {
  return {.standard = *sitting.standard,
          .judgement = sitting.judgement,
          .explanations = sitting.explanations,
          .service_name = TextAt(*sitting.model, "name"),
          .organization = TextAt(*sitting.model, "organization"),
          .service_file = std::move(named.service_file),
          .trail_folder = sitting.evidence->exists ? std::move(named.trail_folder) : "",
          .version = std::move(named.version),
          .acts = sitting.facts->acts()};
}

}  // namespace garant::report

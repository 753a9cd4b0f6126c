#include <fmt/format.h>

#include <set>

#include "service/data_category.h"
#include "service/model.h"
#include "service/schema.h"
#include "service/shape.h"
#include "service/types.h"

namespace garant::service {
namespace {

// A cell of a Markdown table.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string Takes(const Field& field) {
  std::string takes(FactsOf(field.shape).name);
  switch (field.shape) {
    case Shape::kRecord:
      takes = fmt::format("[{0}](#{0})", field.type);
      break;
    case Shape::kWord:
      takes.clear();
      for (const std::string_view word : field.words)
        takes += fmt::format("{}`{}`", takes.empty() ? "" : " ", word);
      break;
    case Shape::kInt:
      takes = field.least == field.most ? std::to_string(field.least)
                                        : fmt::format("{} to {}", field.least, field.most);
      break;
    case Shape::kReference:
      takes = fmt::format("id in `{}`", field.refers_to);
      break;
    default:
      break;
  }
  return field.list ? "list: " + takes : takes;
}

class Writer {
 public:
  std::string Write() {
    out_ =
        "### What fields take\n\n| name | what it is | en français | example "
        "|\n|---|---|---|---|\n";
    for (const Shape shape :
         {Shape::kText, Shape::kBilingual, Shape::kId, Shape::kBool, Shape::kDate, Shape::kDuration,
          Shape::kKeep, Shape::kUrl, Shape::kRoute, Shape::kPath, Shape::kRequest,
          Shape::kParameter, Shape::kCategory, Shape::kKey, Shape::kDigest, Shape::kParty,
          Shape::kThreat, Shape::kJurisdiction, Shape::kSecret}) {
      const ShapeFacts& facts = FactsOf(shape);
      out_ +=
          fmt::format("| {} | {} | {} | `{}` |\n", facts.name, facts.en, facts.fr, facts.example);
    }
    out_ += "\n### The sections\n\nIn bold: required.\n";
    Table(Sections());
    for (const Field& section : Sections()) Type(section);
    out_ +=
        "\n### Categories of data\n\n| category | | en français | personal | sensitive |\n"
        "|---|---|---|---|---|\n";
    for (const DataCategory& category : DataCategories())
      out_ += fmt::format("| `{}` | {} | {} | {} | {} |\n", category.name, category.en, category.fr,
                          category.personal ? "yes" : "–", category.sensitive ? "yes" : "–");
    return std::move(out_);
  }

 private:
  void Type(const Field& field) {
    if (field.shape != Shape::kRecord || !written_.insert(field.type).second) return;
    out_ += fmt::format("\n#### {}\n", field.type);
    Table(field.fields);
    for (const Field& member : field.fields) Type(member);
  }

  void Table(std::span<const Field> fields) {
    out_ += "\n| field | takes | what it is for | en français |\n|---|---|---|---|\n";
    for (const Field& field : fields) {
      const std::string name =
          field.required ? fmt::format("**`{}`**", field.name) : fmt::format("`{}`", field.name);
      out_ += fmt::format("| {} | {}{} | {} | {} |\n", name, Takes(field),
                          field.unique ? ", unique" : "", Cell(field.en), Cell(field.fr));
    }
  }

  std::string out_;
  std::set<std::string_view> written_;
};

}  // namespace

std::string SchemaReference() { return Writer().Write(); }

}  // namespace garant::service

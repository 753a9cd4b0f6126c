#include "service/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/yaml.h"
#include "service/canonical.h"
#include "service/complaints.h"
#include "service/grammar.h"
#include "service/reader.h"
#include "service/references.h"
#include "service/schema.h"
#include "service/types.h"

namespace garant::service {
namespace {

using base::Text;
using base::YamlNode;
using expr::Value;

constexpr int kVersion = 1;

Text NoServiceFile(const YamlNode& root) {
  const Text advice = {
      "a service file is a map that starts with garant: 1; `garant init` writes one",
      "un fichier de service est un groupe de clés qui commence par garant: 1; "
      "`garant init` en écrit un"};
  if (root.kind == YamlNode::Kind::kNull)
    return {"the file is empty; " + advice.en, "le fichier est vide; " + advice.fr};
  return {"this is not a service file; " + advice.en,
          "ceci n’est pas un fichier de service; " + advice.fr};
}

// A later version may mean something else by any key: then only this is said.
bool IsOfNewerVersion(const YamlNode& root) {
  const YamlNode* version = root.Find("garant");
  if (version == nullptr || !version->plain) return false;
  const std::string& digits = version->scalar;
  const bool number =
      !digits.empty() && digits.size() < 7 && digits[0] != '0' &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number && std::stoi(digits) > kVersion;
}

Text NewerVersion(std::string_view version) {
  return {
      fmt::format("this file is of version {} of the format, which is newer; this build reads "
                  "version {}: bring Garant up to date",
                  version, kVersion),
      fmt::format("ce fichier est de la version {} du format, qui est plus récente; ce programme "
                  "lit la version {} : mettez Garant à jour",
                  version, kVersion)};
}

Value Slot(const Value& record, std::string_view name) {
  const int slot = record.record().type->Find(name);
  return record.record().fields[static_cast<size_t>(slot)];
}

}  // namespace

struct Model::State {
  expr::Arena arena;
  Value root;
  std::string file;
};

Model::Model(std::unique_ptr<State> state) : state_(std::move(state)) {}
Model::~Model() = default;

std::unique_ptr<const Model> Model::Parse(std::string_view text, const std::string& file,
                                          base::Diagnostics& diagnostics) {
  base::Diagnostics found;
  auto state = std::make_unique<State>();
  state->file = file;
  if (text.size() > kLargestFile) {
    Complaints(file, found)
        .Add(
            0, 0,
            {fmt::format("the file has {} bytes, more than the {} that are read; a service file is "
                         "text of some hundred lines",
                         text.size(), kLargestFile),
             fmt::format("le fichier compte {} octets, plus que les {} qui sont lus; un fichier de "
                         "service est un texte de quelques centaines de lignes",
                         text.size(), kLargestFile)});
  } else {
    const YamlNode root = base::ParseYaml(text, file, found);
    Complaints complaints(file, found);
    if (root.kind == YamlNode::Kind::kMap && IsOfNewerVersion(root)) {
      const YamlNode& version = *root.Find("garant");
      found.clear();
      complaints.Add(version.where.line, version.where.column, NewerVersion(version.scalar));
    } else if (root.kind == YamlNode::Kind::kMap) {
      const auto extent = root.cut_short ? Reader::Extent::kCutShort : Reader::Extent::kWhole;
      state->root = Reader(state->arena, complaints, extent).ReadRecord(Sections(), root);
      if (!root.cut_short) CheckReferences(state->root, complaints);
    } else if (found.empty()) {
      complaints.Add(1, 1, NoServiceFile(root));
    }
    complaints.SortByPlace();
  }
  const bool sound = found.empty();
  std::move(found.begin(), found.end(), std::back_inserter(diagnostics));
  if (!sound) return nullptr;
  return std::unique_ptr<const Model>(new Model(std::move(state)));
}

void Model::Prefetch() const { state_->arena.Prefetch(); }
const Value& Model::root() const { return state_->root; }
const std::string& Model::file() const { return state_->file; }
std::string_view Model::id() const { return Slot(Slot(root(), "service"), "id").text(); }
std::string_view Model::stage() const { return Slot(Slot(root(), "service"), "stage").text(); }
bool Model::trial() const { return Slot(Slot(root(), "service"), "environment").text() == "trial"; }

base::Result<base::Digest> Model::DigestOf(const std::vector<std::string>& sections) const {
  std::vector<std::string_view> known;
  for (const Field& section : Sections()) known.push_back(section.name);
  for (const std::string& name : sections)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return base::Error{
          base::Code::kInvalid,
          base::Filled("'{}' is not a section of the service file; the sections are {}",
                       "« {} » n’est pas une section du fichier de service; les sections sont {}",
                       {Quote(name), OneOf(known)}),
          {}};
  std::vector<Value> fields(root().record().fields.begin(), root().record().fields.end());
  for (size_t i = 0; i < known.size(); ++i)
    if (!sections.empty() &&
        std::find(sections.begin(), sections.end(), known[i]) == sections.end())
      fields[i] = Value::Absent();
  const expr::Record named{&ModelType(), fields, {}};
  return base::Sha256(base::AsBytes(CanonicalJson(Value::Of(&named))));
}

}  // namespace garant::service

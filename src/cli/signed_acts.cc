#include "cli/signed_acts.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/yaml.h"
#include "cli/making_acts.h"
#include "cli/openssh.h"
#include "proof/acts.h"
#include "standard/reader.h"

namespace garant::cli {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::YamlNode;
using standard::MapReader;

namespace {

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

Error Malformed(const base::Diagnostics& diagnostics) {
  return Error{Code::kInvalid, diagnostics.front().message, diagnostics.front().where};
}

class ActsReader {
 public:
  ActsReader(std::string folder, const std::map<std::string, std::string>& keys,
             const service::Model& model, const standard::Standard& standard, base::Time now)
      : folder_(std::move(folder)), keys_(keys), model_(model), standard_(standard), now_(now) {}

  Result<std::vector<trail::Draft>> Read(const YamlNode& root, const std::string& path) {
    const YamlNode* acts = root.Find("acts");
    if (acts == nullptr)
      return Error{Code::kInvalid,
                   {"a list 'acts:' is expected here", "une liste « acts: » est attendue ici"},
                   {path, 1, 1}};
    for (const YamlNode& node : acts->items) TRY(ReadAct(node));
    TRY(Sign());
    std::vector<trail::Draft> drafts;
    for (const identity::SignedAct& act : acts_) drafts.push_back(TRY(proof::ToDraft(act, now_)));
    return drafts;
  }

 private:
  base::Status ReadAct(const YamlNode& node) {
    base::Diagnostics faults;
    MapReader map(node, "an act",
                  {"kind", "item", "by", "age", "expires-in", "statement", "with", "of", "mode",
                   "document", "document-name", "issuer", "dated", "id", "signed"},
                  faults);
    ActRequest request;
    const std::string kind = map.Word("kind");
    const auto known = identity::FindActKind(kind);
    if (!known)
      map.Complain(map.At("kind"), "there is no act '" + kind + "'",
                   "acte inconnu « " + kind + " »");
    request.by = map.Word("by");
    request.statement = map.Word("statement");
    request.at = now_ - Period(map, "age", "PT1H");
    request.expires = request.at + Period(map, "expires-in", "P1Y");
    request.with = map.Words("with", true);
    request.mode = map.Word("mode", true);
    request.issuer = map.Word("issuer", true);
    if (const std::string document = map.Word("document", true); !document.empty())
      request.document = (std::filesystem::path(folder_) / document).string();
    request.document_name = map.Word("document-name", true);
    if (const std::string dated = map.Word("dated", true); !dated.empty())
      if (auto time = base::ParseTime(dated)) request.dated = *time;
    const std::string of = map.Word("of", true);
    const std::string id = map.Word("id", true);
    const bool is_signed = map.Word("signed", true) != "false";
    std::vector<std::string> items;
    if (const YamlNode* item = node.Find("item");
        item != nullptr && item->kind == YamlNode::Kind::kScalar)
      items = {item->scalar};
    else
      items = map.Words("item");
    if (!faults.empty()) return Malformed(faults);
    request.kind = *known;
    for (const std::string& item : items) {
      request.item = item;
      request.of = TRY(ActNamed(of, item, map.At("of")));
      const std::string payload = TRY(MakePayload(request, model_, standard_));
      if (!id.empty()) ids_[id] = ids_[id + "/" + item] = identity::ActId(payload);
      if (is_signed) to_sign_[request.by].push_back(acts_.size());
      acts_.push_back({payload, {}});
    }
    return base::Ok{};
  }

  // The act that goes by this name in the file, if need be the one on this item; or an act's own
  // id.
  Result<std::string> ActNamed(const std::string& name, const std::string& item,
                               const base::Where& where) const {
    if (name.empty() || name.starts_with("act:")) return name;
    auto found = ids_.find(name + "/" + item);
    if (found == ids_.end()) found = ids_.find(name);
    if (found != ids_.end()) return found->second;
    return Error{Code::kInvalid,
                 Filled("no act before this one goes by the id '{}'",
                        "aucun acte avant celui-ci ne porte l’identifiant « {} »", {name}),
                 where};
  }

  // Person by person: each key is asked once, however much its owner says.
  base::Status Sign() {
    for (const auto& [by, numbers] : to_sign_) {
      const auto key = keys_.find(by);
      if (key == keys_.end())
        return Error{
            Code::kInvalid,
            Filled("'{}' has no key to sign with", "« {} » n’a pas de clé pour signer", {by}),
            {}};
      std::vector<std::string> payloads;
      for (const size_t number : numbers) payloads.push_back(acts_[number].payload);
      const std::vector<std::string> signatures = TRY(SignAllWithOpenSsh(payloads, key->second));
      for (size_t i = 0; i < numbers.size(); ++i) {
        acts_[numbers[i]].signature = signatures[i];
        TRY(CheckSignature(acts_[numbers[i]], model_));
      }
    }
    return base::Ok{};
  }

  static base::Duration Period(MapReader& map, std::string_view key, std::string_view otherwise) {
    const std::string word = map.Word(key, true);
    auto duration = base::ParseDuration(word.empty() ? otherwise : std::string_view(word));
    if (duration) return *duration;
    map.Complain(map.At(key), duration.error().message.en, duration.error().message.fr);
    return {};
  }

  std::string folder_;
  const std::map<std::string, std::string>& keys_;
  const service::Model& model_;
  const standard::Standard& standard_;
  base::Time now_;
  std::vector<identity::SignedAct> acts_;
  std::map<std::string, std::vector<size_t>> to_sign_;  // person to places in acts_
  std::map<std::string, std::string> ids_;  // local id, alone and with its item, to act id
};

}  // namespace

Result<std::map<std::string, std::string>> GiveKeys(const std::string& source,
                                                    const std::string& target,
                                                    const std::string& keys) {
  const std::string text = TRY(base::ReadFile(source));
  base::Diagnostics faults;
  const YamlNode root = base::ParseYaml(text, source, faults);
  if (!faults.empty()) return Malformed(faults);
  const YamlNode* people = root.Find("people");
  if (people == nullptr)
    return Error{Code::kInvalid,
                 {"there is no section 'people'", "il n’y a pas de section « people »"},
                 {source, 1, 1}};
  std::vector<std::string> lines = Lines(text);
  std::map<std::string, std::string> made;
  for (const YamlNode& person : people->items) {
    const YamlNode* id = person.Find("id");
    if (id == nullptr || person.Find("key") != nullptr) continue;
    const std::string path = keys + "/" + id->scalar;
    const std::string line = TRY(MakeKey(path));
    made[id->scalar] = path;
    // Into the same line, so that every other line keeps its number.
    std::string& written = lines[id->where.line - 1];
    const size_t at = written.find("id:");
    if (at == std::string::npos || written.find('{') == std::string::npos)
      return Error{Code::kInvalid,
                   {"a person must stand on one line, in braces",
                    "une personne doit tenir sur une ligne, entre accolades"},
                   id->where};
    written.insert(at, "key: " + line + ", ");
  }
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) out += (i > 0 ? "\n" : "") + lines[i];
  TRY(base::WriteFileDurably(target, out));
  return made;
}

Result<std::vector<trail::Draft>> SignActs(const std::string& acts,
                                           const std::map<std::string, std::string>& keys,
                                           const service::Model& model,
                                           const standard::Standard& standard, base::Time now) {
  const std::string text = TRY(base::ReadFile(acts));
  base::Diagnostics faults;
  const YamlNode root = base::ParseYaml(text, acts, faults);
  if (!faults.empty()) return Malformed(faults);
  const std::string folder = std::filesystem::path(acts).parent_path().string();
  return ActsReader(folder, keys, model, standard, now).Read(root, acts);
}

}  // namespace garant::cli

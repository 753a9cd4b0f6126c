#include "base/yaml.h"

#include <yaml.h>

#include <memory>
#include <unordered_set>

namespace garant::base {
namespace {

constexpr size_t kMostNodes = 200'000;
constexpr size_t kDeepest = 64;

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, Diagnostics& diagnostics)
      : file_(file), diagnostics_(diagnostics) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }

  YamlNode ReadDocument() {
    YamlNode root;
    if (!Next() || !Next()) return root;  // stream start, document start
    if (event_.type != YAML_DOCUMENT_START_EVENT) return root;
    if (!Next()) return root;
    root = ReadNode(0);
    const bool ended = !failed_ && Next() && Next();  // document end, then stream end
    root.cut_short = failed_;
    if (ended && event_.type == YAML_DOCUMENT_START_EVENT)
      Complain(Here(), "a second document starts here; keep one document to a file",
               "un deuxième document commence ici; un seul document par fichier");
    return root;
  }

 private:
  [[nodiscard]] Where At(const yaml_mark_t& mark) const {
    return {file_, static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
  }
  [[nodiscard]] Where Here() const { return At(event_.start_mark); }

  void Complain(Where where, std::string en, std::string fr) {
    diagnostics_.push_back({std::move(where), {std::move(en), std::move(fr)}});
  }

  bool Next() {
    if (failed_) return false;
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) == 1) return true;
    failed_ = true;
    const std::string problem = parser_.problem != nullptr ? parser_.problem : "unreadable";
    Where where = At(parser_.problem_mark);
    Complain(where, "not valid YAML: " + problem, "YAML non valide : " + problem);
    return false;
  }

  YamlNode ReadNode(size_t depth) {
    YamlNode node;
    node.where = Here();
    if (++count_ > kMostNodes || depth > kDeepest) {
      Complain(node.where, "the file is too large or too deeply nested to be read",
               "le fichier est trop grand ou trop imbriqué pour être lu");
      failed_ = true;
      return node;
    }
    switch (event_.type) {
      case YAML_SCALAR_EVENT:
        ReadScalar(node);
        break;
      case YAML_SEQUENCE_START_EVENT:
        RefuseDecoration(event_.data.sequence_start.anchor, event_.data.sequence_start.tag);
        node.kind = YamlNode::Kind::kList;
        while (Next() && event_.type != YAML_SEQUENCE_END_EVENT)
          node.items.push_back(ReadNode(depth + 1));
        break;
      case YAML_MAPPING_START_EVENT:
        RefuseDecoration(event_.data.mapping_start.anchor, event_.data.mapping_start.tag);
        node.kind = YamlNode::Kind::kMap;
        ReadMembers(node, depth);
        break;
      case YAML_ALIAS_EVENT:
        Complain(node.where, "aliases (*name) are not taken here; write the value out",
                 "les alias (*nom) ne sont pas acceptés ici; écrivez la valeur");
        break;
      default:
        break;
    }
    return node;
  }

  void ReadScalar(YamlNode& node) {
    const auto& scalar = event_.data.scalar;
    RefuseDecoration(scalar.anchor, scalar.tag);
    node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node.scalar.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const bool null = node.plain && (node.scalar.empty() || node.scalar == "~" ||
                                     node.scalar == "null" || node.scalar == "Null");
    node.kind = null ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar;
  }

  void ReadMembers(YamlNode& node, size_t depth) {
    std::unordered_set<std::string> seen;
    while (Next() && event_.type != YAML_MAPPING_END_EVENT) {
      YamlNode key = ReadNode(depth + 1);
      if (!Next()) return;
      YamlNode value = ReadNode(depth + 1);
      if (key.kind != YamlNode::Kind::kScalar) {
        Complain(key.where, "a key must be a plain word", "une clé doit être un simple mot");
        continue;
      }
      if (!seen.insert(key.scalar).second) {
        Complain(key.where, "key '" + key.scalar + "' stands here twice; keep one",
                 "la clé « " + key.scalar + " » figure ici deux fois; gardez-en une");
        continue;
      }
      node.members.emplace_back(std::move(key), std::move(value));
    }
  }

  void RefuseDecoration(const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr)
      Complain(Here(), "anchors (&name) are not taken here; write the value out where it is needed",
               "les ancres (&nom) ne sont pas acceptées ici; écrivez la valeur là où il la faut");
    if (tag != nullptr)
      Complain(Here(), "tags (!name) are not taken here",
               "les étiquettes (!nom) ne sont pas acceptées ici");
  }

  std::string file_;
  Diagnostics& diagnostics_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
  size_t count_ = 0;
  bool failed_ = false;
};

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name.scalar == key) return &value;
  return nullptr;
}

YamlNode ParseYaml(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  if (!IsUtf8(text)) {
    diagnostics.push_back({{file, 1, 1},
                           {"the file is not UTF-8; save it as UTF-8",
                            "le fichier n’est pas en UTF-8; enregistrez-le en UTF-8"}});
    return {};
  }
  return Reader(text, file, diagnostics).ReadDocument();
}

}  // namespace garant::base

#include "harden/html_tree.h"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>

#include "harden/words.h"

namespace garant::harden {
namespace {

// Beyond this libxml2 takes time that grows with the square of the nesting; no honest page comes
// near.
constexpr int kDeepest = 400;
constexpr size_t kChunk = 8192;

std::string_view View(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

xmlCharEncoding EncodingOf(const std::string& charset) {
  const xmlCharEncoding known = xmlParseCharEncoding(charset.empty() ? "UTF-8" : charset.c_str());
  return known == XML_CHAR_ENCODING_ERROR ? XML_CHAR_ENCODING_UTF8 : known;
}

bool IsUnread(const xmlNode* node) {
  static constexpr std::array<std::string_view, 6> kUnread = {"script", "style",    "template",
                                                              "head",   "noscript", "option"};
  const std::string_view name = ElementName(node);
  return std::find(kUnread.begin(), kUnread.end(), name) != kUnread.end();
}

// Elements that stand within a line of text.
bool IsInline(const xmlNode* node) {
  static constexpr std::array<std::string_view, 22> kInline = {
      "a", "abbr", "b", "bdi", "bdo",   "br",   "cite",   "code", "dfn", "em",   "font",
      "i", "mark", "q", "s",   "small", "span", "strong", "sub",  "sup", "time", "u"};
  return std::find(kInline.begin(), kInline.end(), ElementName(node)) != kInline.end();
}

const xmlNode* BlockOf(const xmlNode* node) {
  node = node->parent;
  while (node != nullptr && node->type == XML_ELEMENT_NODE && IsInline(node)) node = node->parent;
  return node;
}

void AppendCollapsed(std::string& out, std::string_view text, size_t most) {
  for (const char c : text) {
    if (out.size() >= most) return;
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
}

}  // namespace

HtmlTree::HtmlTree(std::string_view body, const std::string& charset) {
  htmlParserCtxtPtr context =
      htmlCreatePushParserCtxt(nullptr, nullptr, nullptr, 0, nullptr, EncodingOf(charset));
  if (context == nullptr) return;
  htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                  HTML_PARSE_NONET | HTML_PARSE_COMPACT);
  while (!body.empty() && !partial_) {
    const size_t size = std::min(kChunk, body.size());
    htmlParseChunk(context, body.data(), static_cast<int>(size), 0);
    body.remove_prefix(size);
    partial_ = context->nameNr > kDeepest || context->disableSAX != 0;
  }
  htmlParseChunk(context, nullptr, 0, 1);
  document_ = context->myDoc;
  htmlFreeParserCtxt(context);
}

HtmlTree::~HtmlTree() {
  if (document_ != nullptr) xmlFreeDoc(document_);
}

const xmlNode* HtmlTree::root() const {
  return document_ == nullptr ? nullptr : xmlDocGetRootElement(document_);
}

std::string_view ElementName(const xmlNode* node) {
  return node->type == XML_ELEMENT_NODE ? View(node->name) : std::string_view{};
}

bool IsElement(const xmlNode* node, std::string_view name) { return ElementName(node) == name; }

bool HasAttribute(const xmlNode* node, const char* name) {
  return node->type == XML_ELEMENT_NODE &&
         xmlHasProp(const_cast<xmlNode*>(node), reinterpret_cast<const xmlChar*>(name)) != nullptr;
}

std::string Attribute(const xmlNode* node, const char* name) {
  if (node->type != XML_ELEMENT_NODE) return {};
  xmlChar* value = xmlGetProp(const_cast<xmlNode*>(node), reinterpret_cast<const xmlChar*>(name));
  std::string result(View(value));
  if (value != nullptr) xmlFree(value);
  return result;
}

bool IsHidden(const xmlNode* node) {
  if (node->type != XML_ELEMENT_NODE) return false;
  if (HasAttribute(node, "hidden") || Attribute(node, "aria-hidden") == "true") return true;
  std::string style = Lower(Attribute(node, "style"));
  std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  return style.find("display:none") != std::string::npos ||
         style.find("visibility:hidden") != std::string::npos;
}

void Walk(const xmlNode* top, const std::function<Step(const xmlNode*)>& visit) {
  const xmlNode* node = top;
  while (node != nullptr) {
    const bool holds = node->type == XML_ELEMENT_NODE || node->type == XML_TEXT_NODE ||
                       node->type == XML_CDATA_SECTION_NODE;
    const Step step = holds ? visit(node) : Step::kOver;
    if (step == Step::kInto && node->type == XML_ELEMENT_NODE && node->children != nullptr) {
      node = node->children;
      continue;
    }
    while (node != top && node->next == nullptr) node = node->parent;
    if (node == top) return;
    node = node->next;
  }
}

std::string VisibleText(const xmlNode* top, size_t most,
                        const std::function<bool(const xmlNode*)>& skip) {
  std::string text;
  Walk(top, [&](const xmlNode* node) {
    if (text.size() >= most) return Step::kOver;
    if (node->type != XML_ELEMENT_NODE) {
      AppendCollapsed(text, View(node->content), most);
      return Step::kOver;
    }
    if (node != top && (IsUnread(node) || IsHidden(node) || (skip && skip(node))))
      return Step::kOver;
    AppendCollapsed(text, " ", most);
    return Step::kInto;
  });
  return text;
}

std::vector<std::string> VisibleBlocks(const xmlNode* top, size_t most,
                                       const std::function<bool(const xmlNode*)>& skip) {
  std::vector<std::string> blocks;
  const xmlNode* block = nullptr;
  size_t taken = 0;
  Walk(top, [&](const xmlNode* node) {
    if (taken >= most) return Step::kOver;
    if (node->type == XML_ELEMENT_NODE) {
      const bool over = node != top && (IsUnread(node) || IsHidden(node) || (skip && skip(node)));
      return over ? Step::kOver : Step::kInto;
    }
    if (blocks.empty() || BlockOf(node) != block) blocks.emplace_back();
    block = BlockOf(node);
    const size_t before = blocks.back().size();
    AppendCollapsed(blocks.back(), View(node->content), before + most - taken);
    taken += blocks.back().size() - before;
    return Step::kOver;
  });
  return blocks;
}

}  // namespace garant::harden

#pragma once

#include <libxml/HTMLtree.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Thin, iterative access to libxml2's tree of a hostile page: no recursion, bounded nesting.
namespace garant::harden {

class HtmlTree {
 public:
  HtmlTree(std::string_view body, const std::string& charset);
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;
  ~HtmlTree();

  [[nodiscard]] const xmlNode* root() const;
  [[nodiscard]] bool partial() const { return partial_; }

 private:
  htmlDocPtr document_ = nullptr;
  bool partial_ = false;
};

[[nodiscard]] bool IsElement(const xmlNode* node, std::string_view name);
[[nodiscard]] std::string_view ElementName(const xmlNode* node);  // empty for text and comments
// Empty where the attribute is absent; HasAttribute tells the difference.
[[nodiscard]] std::string Attribute(const xmlNode* node, const char* name);
[[nodiscard]] bool HasAttribute(const xmlNode* node, const char* name);
// Not shown by its own attributes: hidden, aria-hidden, or display:none in its style.
[[nodiscard]] bool IsHidden(const xmlNode* node);

enum class Step { kInto, kOver };
// In document order from `top` on; the visitor says whether to go into a node's children.
void Walk(const xmlNode* top, const std::function<Step(const xmlNode*)>& visit);

// What a person reads within `top`, spaces collapsed, at most `most` bytes: no scripts, styles,
// templates or hidden parts, nor what `skip` names.
[[nodiscard]] std::string VisibleText(const xmlNode* top, size_t most,
                                      const std::function<bool(const xmlNode*)>& skip = {});

// Likewise, each block (a paragraph, a heading, a label) by itself.
[[nodiscard]] std::vector<std::string> VisibleBlocks(
    const xmlNode* top, size_t most, const std::function<bool(const xmlNode*)>& skip = {});

}  // namespace garant::harden

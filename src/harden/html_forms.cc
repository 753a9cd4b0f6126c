#include "harden/html_forms.h"

#include <algorithm>
#include <array>
#include <map>

#include "harden/field_categories.h"
#include "harden/notice.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr size_t kMostFields = 200;
constexpr size_t kMostLinksBeside = 50;
constexpr size_t kMostNoticeText = 16'384;
constexpr size_t kMostLabel = 256;

struct Owned {
  const xmlNode* form = nullptr;  // null: fields that stand in no form
  std::vector<const xmlNode*> fields;
};

template <typename Holds>
const xmlNode* Nearest(const xmlNode* node, Holds holds) {
  for (node = node->parent; node != nullptr && node->type == XML_ELEMENT_NODE; node = node->parent)
    if (holds(node)) return node;
  return nullptr;
}

bool IsFilledIn(const xmlNode* node) {
  if (IsElement(node, "textarea") || IsElement(node, "select")) return !IsHidden(node);
  if (!IsElement(node, "input") || IsHidden(node)) return false;
  static constexpr std::array<std::string_view, 5> kOthers = {"hidden", "submit", "button", "reset",
                                                              "image"};
  const std::string type = Lower(Attribute(node, "type"));
  return std::find(kOthers.begin(), kOthers.end(), type) == kOthers.end();
}

std::map<std::string, std::string> ReadLabels(const xmlNode* root, bool& partial) {
  std::map<std::string, std::string> labels;
  Walk(root, [&](const xmlNode* node) {
    if (!IsElement(node, "label") || !HasAttribute(node, "for")) return Step::kInto;
    if (labels.size() < 2 * kMostFields)
      labels.emplace(Attribute(node, "for"), VisibleText(node, kMostLabel));
    else
      partial = true;
    return Step::kInto;
  });
  return labels;
}

FormField ReadField(const xmlNode* node, const std::map<std::string, std::string>& labels) {
  const std::string id = Attribute(node, "id");
  const std::string name = Attribute(node, "name");
  FieldHints hints;
  hints.type = IsElement(node, "input") ? Attribute(node, "type") : std::string(ElementName(node));
  hints.name = name + " " + id;
  hints.autocomplete = Attribute(node, "autocomplete");
  hints.label = Attribute(node, "placeholder") + " " + Attribute(node, "aria-label");
  if (const auto label = labels.find(id); label != labels.end()) hints.label += " " + label->second;
  const xmlNode* around =
      Nearest(node, [](const xmlNode* each) { return IsElement(each, "label"); });
  if (around != nullptr) hints.label += " " + VisibleText(around, kMostLabel);
  const std::string& called = !name.empty() ? name : id;
  return {called.empty() ? "unnamed" : SafeName(called), std::string(CategoryOf(hints))};
}

bool IsSection(const xmlNode* node) {
  return IsElement(node, "section") || IsElement(node, "article") || IsElement(node, "main") ||
         IsElement(node, "dialog");
}

// What stands on every page says nothing about this form.
bool IsFrame(const xmlNode* node) {
  const std::string role = Attribute(node, "role");
  return IsElement(node, "nav") || IsElement(node, "header") || IsElement(node, "footer") ||
         role == "navigation" || role == "banner" || role == "contentinfo";
}

void ReadNotice(const xmlNode* form, const xmlNode* first, const Url& base, Form& out) {
  const xmlNode* inner = form != nullptr ? form : first;
  const xmlNode* around = Nearest(inner, IsSection);
  if (around == nullptr) around = inner->parent;
  if (around == nullptr || around->type != XML_ELEMENT_NODE) around = inner;
  const auto elsewhere = [&](const xmlNode* node) {
    return IsFrame(node) || (IsElement(node, "form") && node != form);
  };
  // A heading and a label that hold the words between them are no notice.
  const auto blocks = VisibleBlocks(around, kMostNoticeText, elsewhere);
  out.notice_text = std::any_of(blocks.begin(), blocks.end(), SpeaksOfPersonalInformation);
  out.beside = ReadAnchors(around, base, kMostLinksBeside, elsewhere);
  size_t read = 0;
  for (const std::string& block : blocks) read += block.size() + 1;
  out.notice_cut = read >= kMostNoticeText || out.beside.size() >= kMostLinksBeside;
}

// Where the form sends; a button that sends elsewhere, or in the clear, decides.
Url ReadAction(const xmlNode* form, const Url& page, const Url& base) {
  if (form == nullptr) return page;
  const auto resolve = [&](const xmlNode* node, const char* attribute) {
    const std::string reference = Attribute(node, attribute);
    return Trim(reference).empty() ? std::optional<Url>(page) : ResolveUrl(base, reference);
  };
  Url action = resolve(form, "action").value_or(page);
  Walk(form, [&](const xmlNode* node) {
    if (HasAttribute(node, "formaction")) {
      const auto other = resolve(node, "formaction");
      if (other && (other->host != page.host || !other->secure())) action = *other;
    }
    return Step::kInto;
  });
  return action;
}

std::vector<Owned> FindForms(const xmlNode* root, bool& partial) {
  std::vector<Owned> forms;
  std::map<std::string, const xmlNode*> by_id;
  Walk(root, [&](const xmlNode* node) {
    if (!IsElement(node, "form")) return Step::kInto;
    partial = partial || forms.size() >= kMostForms;
    if (partial) return Step::kOver;
    forms.push_back({node, {}});
    if (HasAttribute(node, "id")) by_id.emplace(Attribute(node, "id"), node);
    return Step::kInto;
  });
  forms.push_back({});
  Walk(root, [&](const xmlNode* node) {
    if (!IsFilledIn(node)) return Step::kInto;
    const xmlNode* owner =
        Nearest(node, [](const xmlNode* each) { return IsElement(each, "form"); });
    if (HasAttribute(node, "form")) {
      const auto named = by_id.find(Attribute(node, "form"));
      owner = named == by_id.end() ? nullptr : named->second;
    }
    for (Owned& form : forms)
      if (form.form == owner && form.fields.size() <= kMostFields) form.fields.push_back(node);
    return Step::kInto;
  });
  return forms;
}

}  // namespace

bool Form::operator==(const Form& other) const {
  return action.Authority() == other.action.Authority() && action.path == other.action.path &&
         action.scheme == other.action.scheme &&
         std::equal(fields.begin(), fields.end(), other.fields.begin(), other.fields.end(),
                    [](const FormField& left, const FormField& right) {
                      return left.name == right.name && left.category == right.category;
                    });
}

std::vector<Link> ReadAnchors(const xmlNode* top, const Url& base, size_t most,
                              const std::function<bool(const xmlNode*)>& skip) {
  std::vector<Link> links;
  Walk(top, [&](const xmlNode* node) {
    if (node != top && (IsHidden(node) || (skip && skip(node)))) return Step::kOver;
    if ((IsElement(node, "a") || IsElement(node, "area")) && HasAttribute(node, "href") &&
        links.size() < most) {
      const std::string reference = Attribute(node, "href");
      const auto to = ResolveUrl(base, reference);
      if (to && !Trim(reference).starts_with('#')) {
        std::string language = Attribute(node, "hreflang");
        if (language.empty()) language = Attribute(node, "lang");
        links.push_back({*to, VisibleText(node, kMostLabel), Lower(language)});
      }
    }
    return Step::kInto;
  });
  return links;
}

std::vector<Form> ReadForms(const xmlNode* root, const Url& page, const Url& base, bool& partial) {
  const auto labels = ReadLabels(root, partial);
  std::vector<Form> forms;
  for (const Owned& owned : FindForms(root, partial)) {
    if (owned.form == nullptr && owned.fields.empty()) continue;
    Form form;
    form.action = ReadAction(owned.form, page, base);
    partial = partial || owned.fields.size() > kMostFields;
    for (const xmlNode* node : owned.fields) {
      FormField field = ReadField(node, labels);
      const auto same =
          std::find_if(form.fields.begin(), form.fields.end(),
                       [&](const FormField& each) { return each.name == field.name; });
      if (same == form.fields.end())
        form.fields.push_back(std::move(field));
      else if (same->category.empty() || same->category == "none")
        same->category = field.category.empty() ? same->category : field.category;
    }
    ReadNotice(owned.form, owned.fields.empty() ? nullptr : owned.fields.front(), base, form);
    forms.push_back(std::move(form));
  }
  return forms;
}

}  // namespace garant::harden

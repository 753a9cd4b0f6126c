#include "harden/field_categories.h"

#include "harden/words.h"

namespace garant::harden {
namespace {

std::string_view Find(std::span<const FieldPattern> patterns, std::string_view text) {
  const std::string folded = Folded(text);
  for (const FieldPattern& pattern : patterns)
    if (HasWords(folded, pattern.words)) return pattern.category;
  return {};
}

// Two hints may disagree; that a field asks nothing about a person is the weaker claim.
std::string_view Stronger(std::string_view first, std::string_view second) {
  return first.empty() || (first == "none" && !second.empty()) ? second : first;
}

}  // namespace

std::string_view CategoryOf(const FieldHints& hints) {
  const std::string type = Lower(hints.type);
  if (type == "password") return "account.secret";
  if (type == "email") return "contact.email";
  if (type == "tel") return "contact.phone";
  if (const auto found = Find(AutofillPatterns(), hints.autocomplete); !found.empty()) return found;
  const auto named = Find(FieldPatterns(), hints.name);
  // A box to tick speaks in its label of what is agreed to, not of what it asks.
  if (!named.empty() && (type == "checkbox" || type == "radio")) return named;
  const auto found = Stronger(named, Find(FieldPatterns(), hints.label));
  if (type == "checkbox" || type == "radio" || !found.empty()) {
    if (type == "textarea" && found == "none") return "text.free";
    if (type == "file" && !found.starts_with("document.") && found != "identity.photo" &&
        found != "identity.signature")
      return "document.other";
    return found;
  }
  if (type == "file") return "document.other";
  if (type == "textarea") return "text.free";
  if (type == "search") return "none";
  return {};
}

}  // namespace garant::harden

#include "trail/entry/entry_form.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace garant::trail {

using base::Error;
using base::Filled;
using base::Text;

namespace {

constexpr TextField kTextFields[] = {
    {Tag::kKind, "kind", kMaxNameBytes, &Header::kind},
    {Tag::kService, "service", 255, &Header::service},
    {Tag::kPart, "part", 255, &Header::part},
    {Tag::kRoute, "route", 1024, &Header::route},
    {Tag::kOutcome, "outcome", 64, &Header::outcome},
    {Tag::kSource, "source", 255, &Header::source},
};

}  // namespace

const TextField* FindTextField(Tag tag) {
  const auto* found = std::ranges::find(kTextFields, tag, &TextField::tag);
  return found == std::end(kTextFields) ? nullptr : found;
}

Error Malformed(const Text& message) {
  return Error{base::Code::kInvalid, Filled("entry: {}", "entrée : {}", {message}), {}};
}

// Eight bytes at a time.
bool IsPlain(std::string_view text) {
  constexpr uint64_t kEach = 0x0101010101010101;
  const auto is_plain = [](uint64_t eight) {
    const uint64_t below_space = (eight - 0x20 * kEach) | eight;  // or not ASCII
    const uint64_t deleted = (eight ^ 0x7f * kEach) - kEach;
    return ((below_space | deleted) & 0x80 * kEach) == 0;
  };
  uint64_t eight = 0;
  for (; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, text.data(), sizeof eight);
    if (!is_plain(eight)) return false;
  }
  if (text.empty()) return true;
  eight = 0x20 * kEach;
  std::memcpy(&eight, text.data(), text.size());
  return is_plain(eight);
}

std::optional<Text> ProblemOfOther(std::string_view text, size_t limit) {
  if (text.size() > limit) return Filled("is longer than {} bytes", "dépasse {} octets", {limit});
  for (const char c : text)
    if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7f)
      return Text{"holds a control character", "contient un caractère de commande"};
  if (!base::IsUtf8(text)) return Text{"is not UTF-8", "n’est pas de l’UTF-8"};
  return {};
}

bool IsKindName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::optional<Text> PartProblem(const SealedPart& part, const HeaderView& header) {
  const auto key_class = static_cast<uint8_t>(part.key_class);
  if (key_class < 1 || key_class > 3)
    return Filled("unknown key class {}", "classe de clé inconnue {}", {key_class});
  if (part.category.empty())
    return Text{"the part's category is empty", "la catégorie de la partie est vide"};
  if (const auto problem = TextProblem(part.category, kMaxNameBytes))
    return Filled("the part's category {}", "la catégorie de la partie {}", {*problem});
  const bool names_somebody = part.reference != KeyReference::kNobody;
  if (names_somebody != (part.key_class == KeyClass::kSubject))
    return Text{"exactly the parts of class subject refer to a token",
                "les parties de classe « subject », et elles seules, renvoient à un jeton"};
  if (part.reference == KeyReference::kActor && !header.actor)
    return Text{"the part refers to the actor, and there is none",
                "la partie renvoie à l’acteur, et il n’y en a pas"};
  if (names_somebody && part.reference != KeyReference::kActor &&
      static_cast<size_t>(part.reference) > header.subjects.size())
    return Filled("the part refers to subject token {} of {}",
                  "la partie renvoie au jeton de sujet {} sur {}",
                  {static_cast<uint64_t>(part.reference), header.subjects.size()});
  return {};
}

}  // namespace garant::trail

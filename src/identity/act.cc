#include "identity/act.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "identity/ssh_signature.h"

namespace garant::identity {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr std::string_view kFirstLine = "garant-act/1\n";
constexpr size_t kMostPayload = 16384;
constexpr size_t kMostText = 4096;
constexpr std::string_view kKindNames[] = {"engagement",  "review", "approval",
                                           "attestation", "excuse", "external"};
constexpr std::string_view kModeNames[] = {"not-applicable", "accepted"};

Error Invalid(const Text& message) {
  return Error{Code::kInvalid, Filled("act: {}", "acte : {}", {message}), {}};
}

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= 128 && IsWordCharacter(text[0]) &&
         std::ranges::all_of(text, [](char c) {
           return IsWordCharacter(c) || c == '.' || c == '_' || c == '@' || c == '-';
         });
}

bool IsActId(std::string_view text) {
  return text.size() == 36 && text.starts_with("act:") &&
         std::ranges::all_of(text.substr(4), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// Whether a line of text shows what it says: no control characters, and none of those that reorder
// or break it on a screen (U+0080–9F, U+200E–F, U+2028–202E, U+2066–2069).
bool IsShownAsWritten(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto at = [&](size_t offset) {
      return i + offset < text.size() ? static_cast<unsigned char>(text[i + offset]) : 0U;
    };
    if (at(0) < 0x20 || at(0) == 0x7f) return false;
    if (at(0) == 0xc2 && at(1) >= 0x80 && at(1) <= 0x9f) return false;
    if (at(0) == 0xe2 && at(1) == 0x80 &&
        ((at(2) >= 0xa8 && at(2) <= 0xae) || at(2) == 0x8e || at(2) == 0x8f))
      return false;
    if (at(0) == 0xe2 && at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9) return false;
  }
  return base::IsUtf8(text);
}

Status CheckText(std::string_view key, std::string_view text) {
  if (text.empty()) return Invalid(Filled("{} is empty", "{} est vide", {key}));
  if (text.size() > kMostText)
    return Invalid(Filled("{} is longer than 4 096 bytes", "{} dépasse 4 096 octets", {key}));
  if (text.front() == ' ' || text.back() == ' ')
    return Invalid(Filled("{} starts or ends with a space",
                          "{} commence ou se termine par une espace", {key}));
  if (!IsShownAsWritten(text))
    return Invalid(Filled("{} is not one line of UTF-8 text without control characters",
                          "{} n’est pas une ligne de texte UTF-8 sans caractères de commande",
                          {key}));
  return Ok{};
}

Status CheckIds(std::string_view key, const std::vector<std::string>& ids) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!IsId(ids[i]))
      return Invalid(Filled("{}: \"{}\" is not an id (letters, digits, . _ @ -)",
                            "{} : « {} » n’est pas un identifiant (lettres, chiffres, . _ @ -)",
                            {key, ids[i]}));
    if (i > 0 && ids[i - 1] >= ids[i])
      return Invalid(Filled("{} must ascend, each once: {}",
                            "{} doit être en ordre croissant, sans répétition : {}",
                            {key, ids[i]}));
  }
  return Ok{};
}

enum class Need { kMust, kMay, kMustNot };

Status CheckNeed(std::string_view key, ActKind kind, Need need, bool there) {
  if (need == Need::kMust && !there)
    return Invalid(Filled("an act of kind {} needs {}", "un acte de genre {} exige {}",
                          {ActKindName(kind), key}));
  if (need == Need::kMustNot && there)
    return Invalid(Filled("an act of kind {} takes no {}", "un acte de genre {} n’admet pas {}",
                          {ActKindName(kind), key}));
  return Ok{};
}

Status CheckByKind(const Act& act) {
  const auto only = [&act](ActKind kind, Need need) {
    return act.kind == kind ? need : Need::kMustNot;
  };
  Need document = only(ActKind::kExternal, Need::kMust);
  if (act.kind == ActKind::kReview || act.kind == ActKind::kAttestation) document = Need::kMay;
  TRY(CheckNeed("of", act.kind, only(ActKind::kApproval, Need::kMay), act.of.has_value()));
  TRY(CheckNeed("with", act.kind, only(ActKind::kEngagement, Need::kMust), !act.with.empty()));
  TRY(CheckNeed("mode", act.kind, only(ActKind::kExcuse, Need::kMust), act.mode.has_value()));
  TRY(CheckNeed("document", act.kind, document, act.document.has_value()));
  TRY(CheckNeed("issuer", act.kind, only(ActKind::kExternal, Need::kMust), !act.issuer.empty()));
  TRY(CheckNeed("dated", act.kind, only(ActKind::kExternal, Need::kMust), act.dated.has_value()));
  if (act.document.has_value() == act.document_name.empty())
    return Invalid(
        {"document and document-name belong together", "document et document-name vont ensemble"});
  return Ok{};
}

Status Check(const Act& act) {
  TRY(CheckIds("service", {act.service}));
  if (act.item != "-") TRY(CheckIds("item", {act.item}));
  TRY(CheckIds("by", {act.by}));
  if (act.expires <= act.at)
    return Invalid({"expires must be after at", "expires doit être après at"});
  TRY(CheckIds("covers", act.covers));
  if (std::ranges::find(act.covers, "all") != act.covers.end())
    return Invalid({"covers: \"all\" stands alone", "covers : « all » va seul"});
  TRY(CheckIds("with", act.with));
  if (act.of && !IsActId(*act.of))
    return Invalid({"of must be act: and 32 hexadecimal digits, in lower case",
                    "of doit être act: suivi de 32 chiffres hexadécimaux, en minuscules"});
  if (!act.document_name.empty()) TRY(CheckText("document-name", act.document_name));
  if (!act.issuer.empty()) TRY(CheckText("issuer", act.issuer));
  TRY(CheckText("statement", act.statement));
  return CheckByKind(act);
}

std::string Join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> words;
  for (;;) {
    const size_t comma = text.find(',');
    words.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return words;
    text.remove_prefix(comma + 1);
  }
}

template <typename T>
Status Store(Result<T> value, std::string_view key, T& out) {
  if (!value) return Invalid(Filled("{}: {}", "{} : {}", {key, value.error().message}));
  out = std::move(*value);
  return Ok{};
}

template <typename T>
Status Store(Result<T> value, std::string_view key, std::optional<T>& out) {
  return Store(std::move(value), key, out.emplace());
}

Status ReadKind(std::string_view text, Act& act) {
  const auto kind = FindActKind(text);
  if (!kind) return Invalid(Filled("unknown kind \"{}\"", "genre inconnu « {} »", {text}));
  act.kind = *kind;
  return Ok{};
}

Status ReadMode(std::string_view text, Act& act) {
  for (const ExcuseMode mode : {ExcuseMode::kNotApplicable, ExcuseMode::kAccepted}) {
    if (ExcuseModeName(mode) != text) continue;
    act.mode = mode;
    return Ok{};
  }
  return Invalid(Filled("mode must be not-applicable or accepted: \"{}\"",
                        "mode doit être not-applicable ou accepted : « {} »", {text}));
}

Status ReadCovers(std::string_view text, Act& act) {
  if (text != "all") act.covers = Split(text);
  return Ok{};
}

struct Line {
  std::string_view key;
  // Empty where the line is left out.
  std::string (*write)(const Act&);
  Status (*read)(std::string_view, Act&);
};

// In the order of docs/formats/act.md.
constexpr Line kLines[] = {
    {"kind", [](const Act& a) { return std::string(ActKindName(a.kind)); }, ReadKind},
    {"service", [](const Act& a) { return a.service; },
     [](std::string_view text, Act& a) -> Status { return a.service = text, Ok{}; }},
    {"item", [](const Act& a) { return a.item; },
     [](std::string_view text, Act& a) -> Status { return a.item = text, Ok{}; }},
    {"by", [](const Act& a) { return a.by; },
     [](std::string_view text, Act& a) -> Status { return a.by = text, Ok{}; }},
    {"at", [](const Act& a) { return base::FormatTime(a.at); },
     [](std::string_view text, Act& a) { return Store(base::ParseTime(text), "at", a.at); }},
    {"expires", [](const Act& a) { return base::FormatTime(a.expires); },
     [](std::string_view text, Act& a) {
       return Store(base::ParseTime(text), "expires", a.expires);
     }},
    {"covers", [](const Act& a) { return a.covers.empty() ? "all" : Join(a.covers); }, ReadCovers},
    {"digest", [](const Act& a) { return base::FormatDigest(a.digest); },
     [](std::string_view text, Act& a) {
       return Store(base::ParseDigest(text), "digest", a.digest);
     }},
    {"of", [](const Act& a) { return a.of.value_or(""); },
     [](std::string_view text, Act& a) -> Status { return a.of = text, Ok{}; }},
    {"with", [](const Act& a) { return Join(a.with); },
     [](std::string_view text, Act& a) -> Status { return a.with = Split(text), Ok{}; }},
    {"mode", [](const Act& a) { return a.mode ? std::string(ExcuseModeName(*a.mode)) : ""; },
     ReadMode},
    {"document", [](const Act& a) { return a.document ? base::FormatDigest(*a.document) : ""; },
     [](std::string_view text, Act& a) {
       return Store(base::ParseDigest(text), "document", a.document);
     }},
    {"document-name", [](const Act& a) { return a.document_name; },
     [](std::string_view text, Act& a) -> Status { return a.document_name = text, Ok{}; }},
    {"issuer", [](const Act& a) { return a.issuer; },
     [](std::string_view text, Act& a) -> Status { return a.issuer = text, Ok{}; }},
    {"dated", [](const Act& a) { return a.dated ? base::FormatTime(*a.dated) : ""; },
     [](std::string_view text, Act& a) { return Store(base::ParseTime(text), "dated", a.dated); }},
    {"statement", [](const Act& a) { return a.statement; },
     [](std::string_view text, Act& a) -> Status { return a.statement = text, Ok{}; }},
};

}  // namespace

std::string_view ActKindName(ActKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::string_view ExcuseModeName(ExcuseMode mode) { return kModeNames[static_cast<size_t>(mode)]; }

std::optional<ActKind> FindActKind(std::string_view name) {
  const auto* found = std::ranges::find(kKindNames, name);
  if (found == std::end(kKindNames)) return {};
  return static_cast<ActKind>(found - std::begin(kKindNames));
}

Result<std::string> FormatAct(const Act& act) {
  TRY(Check(act));
  std::string out(kFirstLine);
  for (const Line& line : kLines) {
    const std::string value = line.write(act);
    if (!value.empty()) out += std::string(line.key) + ": " + value + "\n";
  }
  if (out.size() > kMostPayload) return Invalid({"larger than 16 KiB", "plus grand que 16 Kio"});
  return out;
}

Result<Act> ParseAct(std::string_view payload) {
  if (payload.size() > kMostPayload)
    return Invalid({"larger than 16 KiB", "plus grand que 16 Kio"});
  if (!payload.starts_with(kFirstLine) || !payload.ends_with('\n'))
    return Invalid({"it must start with the line garant-act/1 and end with a line feed",
                    "il doit commencer par la ligne garant-act/1 et finir par un saut de ligne"});
  std::string_view rest = payload.substr(kFirstLine.size());
  Act act;
  size_t seen = 0;
  for (uint64_t number = 2; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const auto wrong = [number](const Text& message) {
      return Invalid(Filled("line {}: {}", "ligne {} : {}", {number, message}));
    };
    const size_t colon = line.find(": ");
    const std::string_view key = line.substr(0, colon);
    const auto* found = std::ranges::find(kLines, key, &Line::key);
    if (colon == std::string_view::npos || found == std::end(kLines))
      return wrong({"not one of an act's keys, a colon and a space",
                    "ce n’est pas une des clés d’un acte, un deux-points et une espace"});
    const auto place = static_cast<size_t>(found - std::begin(kLines));
    if (place < seen)
      return wrong(Filled("{} stands twice or out of order",
                          "{} figure deux fois ou hors de sa place", {key}));
    seen = place + 1;
    TRY(CheckText(key, line.substr(colon + 2)));
    TRY(found->read(line.substr(colon + 2), act));
  }
  const std::string again = TRY(FormatAct(act));
  if (again != payload)
    return Invalid(
        {"it lacks a line that it must have, or spells one in another way than garant "
         "writes it",
         "il lui manque une ligne obligatoire, ou il en écrit une autrement que garant "
         "ne l’écrit"});
  return act;
}

std::string ActId(std::string_view payload) {
  return "act:" + base::ToHex(base::Sha256(base::AsBytes(payload))).substr(0, 32);
}

Result<Act> VerifyAct(const SignedAct& act, std::span<const PublicKey> keys) {
  Act parsed = TRY(ParseAct(act.payload));
  if (act.signature.empty())
    return Error{Code::kUntrusted,
                 Filled("act: it is not signed, only claimed, and proves nothing; {} signs it with "
                        "ssh-keygen -Y sign -n {}",
                        "acte : il n’est pas signé, seulement affirmé, et ne prouve rien; {} le "
                        "signe avec ssh-keygen -Y sign -n {}",
                        {parsed.by, kActNamespace}),
                 {}};
  const SshSignature signature = TRY(ParseSshSignature(act.signature));
  const auto key = std::ranges::find(keys, signature.key);
  if (key == keys.end())
    return Error{
        Code::kUntrusted,
        Filled("act: the key {} is not a key of {}", "acte : la clé {} n’est pas une clé de {}",
               {signature.key.Fingerprint(), parsed.by}),
        {}};
  TRY(VerifySshSignature(signature, *key, kActNamespace, act.payload));
  return parsed;
}

}  // namespace garant::identity

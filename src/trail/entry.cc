#include "trail/entry.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "trail/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr uint8_t kVersion = 1;
constexpr size_t kMaxNameBytes = 64;

enum class Tag : uint8_t {
  kKind = 1,
  kService,
  kPart,
  kRoute,
  kCategories,
  kOutcome,
  kSource,
  kSequence,
  kActor,
  kSubject,
  kSession,
  kTrace,
  kFacts,
};

enum class FactTag : uint8_t { kBool = 1, kInt, kText, kTextList };

Error Malformed(const Text& message) {
  return Error{Code::kInvalid, Filled("entry: {}", "entrée : {}", {message}), {}};
}

Error At(size_t offset, const Text& message) {
  return Malformed(Filled("byte {}: {}", "octet {} : {}", {offset, message}));
}

// What is wrong with a text that may not stand in an entry: "is longer than …".
std::optional<Text> TextProblem(std::string_view text, size_t limit) {
  if (text.size() > limit) return Filled("is longer than {} bytes", "dépasse {} octets", {limit});
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return Text{"holds a control character", "contient un caractère de commande"};
  if (!base::IsUtf8(text)) return Text{"is not UTF-8", "n’est pas de l’UTF-8"};
  return {};
}

bool IsKindName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

struct TextField {
  Tag tag;
  std::string_view name;
  size_t limit;
  std::string Header::*text;
};
constexpr TextField kTextFields[] = {
    {Tag::kKind, "kind", kMaxNameBytes, &Header::kind},
    {Tag::kService, "service", 255, &Header::service},
    {Tag::kPart, "part", 255, &Header::part},
    {Tag::kRoute, "route", 1024, &Header::route},
    {Tag::kOutcome, "outcome", 64, &Header::outcome},
    {Tag::kSource, "source", 255, &Header::source},
};

const TextField* FindTextField(Tag tag) {
  const auto* found = std::ranges::find(kTextFields, tag, &TextField::tag);
  return found == std::end(kTextFields) ? nullptr : found;
}

Status PutField(Bytes& out, Tag tag, ByteView value) {
  if (value.size() > 0xffff)
    return Malformed({"a header field is longer than 65 535 bytes",
                      "un champ de l’en-tête dépasse 65 535 octets"});
  out.push_back(static_cast<uint8_t>(tag));
  PutInteger(out, value.size(), 2);
  PutBytes(out, value);
  return Ok{};
}

Status PutTextField(Bytes& out, const Header& header, Tag tag) {
  const TextField& field = *FindTextField(tag);
  const std::string& text = header.*field.text;
  if (text.empty()) return Ok{};
  if (const auto problem = TextProblem(text, field.limit))
    return Malformed(Filled("{} {}", "{} {}", {field.name, *problem}));
  return PutField(out, tag, base::AsBytes(text));
}

Status PutCategories(Bytes& out, const std::vector<std::string>& categories) {
  if (categories.empty()) return Ok{};
  Bytes value;
  const std::string* before = nullptr;
  for (const std::string& category : categories) {
    if (category.empty())
      return Malformed({"a data category is empty", "une catégorie de données est vide"});
    if (const auto problem = TextProblem(category, 255))
      return Malformed(Filled("data category {}", "une catégorie de données {}", {*problem}));
    if (before != nullptr && *before >= category)
      return Malformed(
          Filled("data categories must ascend, each once: {}",
                 "les catégories de données doivent être en ordre croissant, sans répétition : {}",
                 {category}));
    before = &category;
    PutInteger(value, category.size(), 1);
    PutText(value, category);
  }
  return PutField(out, Tag::kCategories, value);
}

Result<Bytes> FactBytes(const FactValue& value, FactTag& tag) {
  Bytes out;
  if (const bool* yes = std::get_if<bool>(&value)) {
    tag = FactTag::kBool;
    out.push_back(*yes ? 1 : 0);
  } else if (const int64_t* number = std::get_if<int64_t>(&value)) {
    tag = FactTag::kInt;
    PutInteger(out, static_cast<uint64_t>(*number), 8);
  } else if (const std::string* text = std::get_if<std::string>(&value)) {
    tag = FactTag::kText;
    if (const auto problem = TextProblem(*text, 0xffff)) return Error{Code::kInvalid, *problem, {}};
    PutText(out, *text);
  } else {
    tag = FactTag::kTextList;
    for (const std::string& item : std::get<std::vector<std::string>>(value)) {
      if (const auto problem = TextProblem(item, 0xffff))
        return Error{Code::kInvalid, *problem, {}};
      PutInteger(out, item.size(), 2);
      PutText(out, item);
    }
  }
  if (out.size() > 0xffff)
    return Error{Code::kInvalid, {"is longer than 65 535 bytes", "dépasse 65 535 octets"}, {}};
  return out;
}

Status PutFacts(Bytes& out, const std::vector<Fact>& facts) {
  if (facts.empty()) return Ok{};
  Bytes value;
  const std::string* before = nullptr;
  for (const Fact& fact : facts) {
    if (fact.name.empty() || TextProblem(fact.name, kMaxNameBytes))
      return Malformed({"a fact's name must have 1 to 64 bytes of text",
                        "le nom d’un fait doit avoir de 1 à 64 octets de texte"});
    if (before != nullptr && *before >= fact.name)
      return Malformed(Filled(
          "facts must ascend by name, each once: {}",
          "les faits doivent être en ordre croissant de nom, sans répétition : {}", {fact.name}));
    before = &fact.name;
    FactTag tag{};
    Result<Bytes> bytes = FactBytes(fact.value, tag);
    if (!bytes)
      return Malformed(Filled("fact {} {}", "le fait {} {}", {fact.name, bytes.error().message}));
    PutInteger(value, fact.name.size(), 1);
    PutText(value, fact.name);
    PutInteger(value, static_cast<uint8_t>(tag), 1);
    PutInteger(value, bytes->size(), 2);
    PutBytes(value, *bytes);
  }
  return PutField(out, Tag::kFacts, value);
}

Result<Bytes> HeaderBytes(const Header& header) {
  if (!IsKindName(header.kind))
    return Malformed(Filled("kind must have 1 to 64 bytes of a–z, 0–9 and -: \"{}\"",
                            "kind doit avoir de 1 à 64 octets parmi a–z, 0–9 et - : « {} »",
                            {header.kind}));
  Bytes out;
  TRY(PutTextField(out, header, Tag::kKind));
  TRY(PutTextField(out, header, Tag::kService));
  TRY(PutTextField(out, header, Tag::kPart));
  TRY(PutTextField(out, header, Tag::kRoute));
  TRY(PutCategories(out, header.categories));
  TRY(PutTextField(out, header, Tag::kOutcome));
  TRY(PutTextField(out, header, Tag::kSource));
  if (header.sequence) {
    Bytes number;
    PutInteger(number, *header.sequence, 8);
    TRY(PutField(out, Tag::kSequence, number));
  }
  if (header.actor) TRY(PutField(out, Tag::kActor, *header.actor));
  const Token* before = nullptr;
  for (const Token& subject : header.subjects) {
    if (before != nullptr && *before >= subject)
      return Malformed({"subject tokens must ascend, each once",
                        "les jetons de sujet doivent être en ordre croissant, sans répétition"});
    before = &subject;
    TRY(PutField(out, Tag::kSubject, subject));
  }
  if (header.session) TRY(PutField(out, Tag::kSession, *header.session));
  if (header.trace) TRY(PutField(out, Tag::kTrace, *header.trace));
  TRY(PutFacts(out, header.facts));
  return out;
}

// Everything before the parts.
Result<Bytes> Prefix(const Entry& entry) {
  const Bytes header = TRY(HeaderBytes(entry.header));
  if (header.size() > 0xffff)
    return Malformed({"the header is longer than 65 535 bytes", "l’en-tête dépasse 65 535 octets"});
  Bytes out;
  out.reserve(64 + header.size());
  out.push_back(kVersion);
  PutInteger(out, entry.index, 8);
  PutInteger(out, static_cast<uint64_t>(entry.time.time_since_epoch().count()), 8);
  PutBytes(out, entry.generation);
  PutInteger(out, header.size(), 2);
  PutBytes(out, header);
  return out;
}

std::optional<Text> PartProblem(const SealedPart& part, const Header& header) {
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

void PutDescriptor(Bytes& out, const SealedPart& part) {
  out.push_back(static_cast<uint8_t>(part.key_class));
  PutInteger(out, part.category.size(), 1);
  PutText(out, part.category);
  PutInteger(out, part.epoch, 4);
  PutInteger(out, static_cast<uint16_t>(part.reference), 2);
  PutBytes(out, part.commitment);
}

class EntryReader {
 public:
  explicit EntryReader(ByteView bytes) : in_(bytes) {}

  Result<Entry> Read() {
    if (in_.Integer(1) != kVersion || !in_.ok())
      return At(0, {"unknown version: this build reads version 1",
                    "version inconnue : ce programme lit la version 1"});
    entry_.index = in_.Integer(8);
    entry_.time = base::Time(base::Duration(static_cast<int64_t>(in_.Integer(8))));
    entry_.generation = in_.Array<16>();
    const size_t header_offset = in_.offset() + 2;
    const auto header_length = static_cast<size_t>(in_.Integer(2));
    const ByteView header = in_.Take(header_length);
    if (!in_.ok())
      return At(in_.offset(),
                {"the entry ends inside its header", "l’entrée se termine dans son en-tête"});
    TRY(ReadHeader(WireReader(header, header_offset)));
    const size_t count = static_cast<size_t>(in_.Integer(2));
    if (!in_.ok())
      return At(in_.offset(),
                {"the entry ends before its parts", "l’entrée se termine avant ses parties"});
    for (size_t i = 0; i < count; ++i) TRY(ReadPart());
    if (!in_.AtEnd())
      return At(in_.offset(),
                {"bytes behind the last part", "des octets suivent la dernière partie"});
    return std::move(entry_);
  }

 private:
  Status ReadHeader(WireReader in) {
    uint64_t last = 0;
    while (!in.AtEnd()) {
      const size_t offset = in.offset();
      const uint64_t tag = in.Integer(1);
      const auto length = static_cast<size_t>(in.Integer(2));
      const size_t value_offset = in.offset();
      const ByteView value = in.Take(length);
      if (!in.ok())
        return At(offset, {"a header field runs past the header's end",
                           "un champ dépasse la fin de l’en-tête"});
      if (tag < static_cast<uint8_t>(Tag::kKind) || tag > static_cast<uint8_t>(Tag::kFacts))
        return At(offset, Filled("unknown header field {}", "champ d’en-tête inconnu {}", {tag}));
      if (tag < last || (tag == last && static_cast<Tag>(tag) != Tag::kSubject))
        return At(offset, Filled("header fields must ascend, each once: field {} follows {}",
                                 "les champs de l’en-tête doivent être en ordre croissant, sans "
                                 "répétition : le champ {} suit {}",
                                 {tag, last}));
      last = tag;
      if (value.empty())
        return At(offset,
                  {"a header field without a value", "un champ de l’en-tête est sans valeur"});
      TRY(ReadField(static_cast<Tag>(tag), WireReader(value, value_offset)));
    }
    if (entry_.header.kind.empty())
      return At(in.offset(), {"the header has no kind", "l’en-tête n’a pas de genre"});
    return Ok{};
  }

  Status ReadField(Tag tag, WireReader in) {
    if (const TextField* field = FindTextField(tag)) {
      const size_t offset = in.offset();
      std::string text = in.Text(in.left());
      if (const auto problem = TextProblem(text, field->limit))
        return At(offset, Filled("{} {}", "{} {}", {field->name, *problem}));
      if (tag == Tag::kKind && !IsKindName(text))
        return At(offset,
                  {"kind may hold only a–z, 0–9 and -", "kind ne peut contenir que a–z, 0–9 et -"});
      entry_.header.*(field->text) = std::move(text);
      return Ok{};
    }
    if (tag == Tag::kCategories) return ReadCategories(in);
    if (tag == Tag::kFacts) return ReadFacts(in);
    if (tag == Tag::kSequence) {
      if (in.left() != 8)
        return At(in.offset(),
                  {"a sequence number has 8 bytes", "un numéro de suite compte 8 octets"});
      entry_.header.sequence = in.Integer(8);
      return Ok{};
    }
    return ReadToken(tag, in);
  }

  Status ReadToken(Tag tag, WireReader in) {
    if (in.left() != 32)
      return At(in.offset(), {"a token has 32 bytes", "un jeton compte 32 octets"});
    const size_t offset = in.offset();
    const Token token = in.Array<32>();
    Header& header = entry_.header;
    switch (tag) {
      case Tag::kActor:
        header.actor = token;
        break;
      case Tag::kSession:
        header.session = token;
        break;
      case Tag::kTrace:
        header.trace = token;
        break;
      default:
        if (!header.subjects.empty() && header.subjects.back() >= token)
          return At(offset,
                    {"subject tokens must ascend, each once",
                     "les jetons de sujet doivent être en ordre croissant, sans répétition"});
        header.subjects.push_back(token);
    }
    return Ok{};
  }

  Status ReadCategories(WireReader in) {
    std::vector<std::string>& categories = entry_.header.categories;
    while (!in.AtEnd()) {
      const size_t offset = in.offset();
      std::string text = in.Text(static_cast<size_t>(in.Integer(1)));
      if (!in.ok() || text.empty())
        return At(offset, {"a data category is empty or cut short",
                           "une catégorie de données est vide ou tronquée"});
      if (const auto problem = TextProblem(text, 255))
        return At(offset, Filled("data category {}", "une catégorie de données {}", {*problem}));
      if (!categories.empty() && categories.back() >= text)
        return At(offset,
                  {"data categories must ascend, each once",
                   "les catégories de données doivent être en ordre croissant, sans répétition"});
      categories.push_back(std::move(text));
    }
    return Ok{};
  }

  Status ReadFacts(WireReader in) {
    std::vector<Fact>& facts = entry_.header.facts;
    while (!in.AtEnd()) {
      const size_t offset = in.offset();
      Fact fact;
      fact.name = in.Text(static_cast<size_t>(in.Integer(1)));
      const auto type = static_cast<uint8_t>(in.Integer(1));
      const auto length = static_cast<size_t>(in.Integer(2));
      const size_t value_offset = in.offset();
      const ByteView value = in.Take(length);
      if (!in.ok()) return At(offset, {"a fact is cut short", "un fait est tronqué"});
      if (fact.name.empty() || TextProblem(fact.name, kMaxNameBytes))
        return At(offset, {"a fact's name must have 1 to 64 bytes of text",
                           "le nom d’un fait doit avoir de 1 à 64 octets de texte"});
      if (!facts.empty() && facts.back().name >= fact.name)
        return At(offset, {"facts must ascend by name, each once",
                           "les faits doivent être en ordre croissant de nom, sans répétition"});
      fact.value = TRY(ReadFactValue(type, WireReader(value, value_offset)));
      facts.push_back(std::move(fact));
    }
    return Ok{};
  }

  static Result<FactValue> ReadFactValue(uint8_t type, WireReader in) {
    const size_t offset = in.offset();
    switch (static_cast<FactTag>(type)) {
      case FactTag::kBool: {
        const uint64_t yes = in.left() == 1 ? in.Integer(1) : 2;
        if (yes > 1)
          return At(offset, {"a yes-or-no fact has one byte, 0 or 1",
                             "un fait oui ou non compte un octet, 0 ou 1"});
        return FactValue(yes == 1);
      }
      case FactTag::kInt:
        if (in.left() != 8)
          return At(offset, {"a number fact has 8 bytes", "un fait numérique compte 8 octets"});
        return FactValue(static_cast<int64_t>(in.Integer(8)));
      case FactTag::kText: {
        std::string text = in.Text(in.left());
        if (const auto problem = TextProblem(text, 0xffff))
          return At(offset, Filled("a text fact {}", "un fait de texte {}", {*problem}));
        return FactValue(std::move(text));
      }
      case FactTag::kTextList: {
        std::vector<std::string> list;
        while (!in.AtEnd()) {
          const size_t item_offset = in.offset();
          std::string text = in.Text(static_cast<size_t>(in.Integer(2)));
          if (!in.ok())
            return At(item_offset, {"a list fact is cut short", "un fait de liste est tronqué"});
          if (const auto problem = TextProblem(text, 0xffff))
            return At(item_offset, Filled("a list fact {}", "un fait de liste {}", {*problem}));
          list.push_back(std::move(text));
        }
        return FactValue(std::move(list));
      }
    }
    return At(offset, Filled("unknown type of fact {}", "type de fait inconnu {}", {type}));
  }

  Status ReadPart() {
    const size_t offset = in_.offset();
    SealedPart part;
    part.key_class = static_cast<KeyClass>(in_.Integer(1));
    part.category = in_.Text(static_cast<size_t>(in_.Integer(1)));
    part.epoch = static_cast<uint32_t>(in_.Integer(4));
    part.reference = static_cast<KeyReference>(in_.Integer(2));
    part.commitment = in_.Array<kCommitmentBytes>();
    const ByteView ciphertext = in_.Take(static_cast<size_t>(in_.Integer(2)));
    if (!in_.ok())
      return At(offset, {"a sealed part is cut short", "une partie scellée est tronquée"});
    if (ciphertext.size() < kTagBytes)
      return At(offset, {"a ciphertext is shorter than its tag",
                         "un texte chiffré est plus court que son étiquette"});
    if (const auto problem = PartProblem(part, entry_.header)) return At(offset, *problem);
    part.ciphertext.assign(ciphertext.begin(), ciphertext.end());
    entry_.parts.push_back(std::move(part));
    return Ok{};
  }

  WireReader in_;
  Entry entry_;
};

}  // namespace

Result<Bytes> EncodeEntry(const Entry& entry) {
  Bytes out = TRY(Prefix(entry));
  if (entry.parts.size() > 0xffff)
    return Malformed({"more than 65 535 parts", "plus de 65 535 parties"});
  PutInteger(out, entry.parts.size(), 2);
  for (const SealedPart& part : entry.parts) {
    if (const auto problem = PartProblem(part, entry.header)) return Malformed(*problem);
    if (part.ciphertext.size() < kTagBytes || part.ciphertext.size() > 0xffff)
      return Malformed(Filled(
          "a part of {} bytes; keep larger bodies elsewhere, by the hash of their ciphertext",
          "une partie de {} octets; gardez les corps plus gros ailleurs, par l’empreinte de leur "
          "texte chiffré",
          {part.ciphertext.size()}));
    PutDescriptor(out, part);
    PutInteger(out, part.ciphertext.size(), 2);
    PutBytes(out, part.ciphertext);
  }
  if (out.size() > kMaxEntryBytes)
    return Malformed(Filled(
        "{} bytes, at most 65 535; keep larger bodies elsewhere, by the hash of their ciphertext",
        "{} octets, au plus 65 535; gardez les corps plus gros ailleurs, par l’empreinte de leur "
        "texte chiffré",
        {out.size()}));
  return out;
}

Result<Entry> DecodeEntry(ByteView bytes) {
  if (bytes.size() > kMaxEntryBytes)
    return At(kMaxEntryBytes, {"more than 65 535 bytes", "plus de 65 535 octets"});
  return EntryReader(bytes).Read();
}

Result<Bytes> AssociatedData(const Entry& entry, uint32_t number) {
  if (number >= entry.parts.size())
    return Error{Code::kNotFound,
                 Filled("entry {} has {} parts, and no part {}",
                        "l’entrée {} a {} parties, et pas de partie {}",
                        {entry.index, entry.parts.size(), number}),
                 {}};
  Bytes out = TRY(Prefix(entry));
  PutInteger(out, number, 4);
  PutDescriptor(out, entry.parts[number]);
  return out;
}

uint32_t EpochOf(base::Time time) {
  const int64_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return seconds < 0 ? 0 : static_cast<uint32_t>(seconds / (int64_t{30} * 86400));
}

}  // namespace garant::trail

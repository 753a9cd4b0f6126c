#include <algorithm>

#include "trail/entry/entry.h"
#include "trail/entry/entry_form.h"
#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

Error At(size_t offset, const Text& message) {
  return Malformed(Filled("byte {}: {}", "octet {} : {}", {offset, message}));
}

constexpr size_t kUsualMost = 16;  // that room is taken for before they are seen

class EntryReader {
 public:
  explicit EntryReader(ByteView bytes) : in_(bytes) {}

  Result<Entry> Read() {
    if (in_.Integer(1) != kEntryVersion || !in_.ok())
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
    entry_.parts.reserve(std::min(count, kUsualMost));
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
    constexpr size_t kFactBytes = 12;  // few facts take less
    facts.reserve(std::min(in.left() / kFactBytes, kUsualMost));
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
    if (const auto problem = PartProblem(part, HeaderView(entry_.header)))
      return At(offset, *problem);
    part.ciphertext.assign(ciphertext.begin(), ciphertext.end());
    entry_.parts.push_back(std::move(part));
    return Ok{};
  }

  WireReader in_;
  Entry entry_;
};

}  // namespace

Result<Entry> DecodeEntry(ByteView bytes) {
  if (bytes.size() > kMaxEntryBytes)
    return At(kMaxEntryBytes, {"more than 65 535 bytes", "plus de 65 535 octets"});
  return EntryReader(bytes).Read();
}

}  // namespace garant::trail

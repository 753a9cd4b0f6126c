#include "trail/entry/entry.h"

#include <algorithm>
#include <array>

#include "trail/entry/entry_form.h"
#include "trail/entry/leaf_shapes.h"
#include "trail/entry/wire.h"

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

constexpr size_t kNumberBytes = 4;  // of a part's number

// A field or a value whose length is known once it stands: two bytes of room for it, then filled.
class Counted {
 public:
  explicit Counted(Bytes& out) : out_(out), at_(out.size() + 2) { out.resize(at_); }
  [[nodiscard]] size_t size() const { return out_.size() - at_; }
  [[nodiscard]] bool TooLong() const { return size() > 0xffff; }
  void Fill() const {
    out_[at_ - 2] = static_cast<uint8_t>(size() >> 8U);
    out_[at_ - 1] = static_cast<uint8_t>(size());
  }

 private:
  Bytes& out_;
  size_t at_;
};

Status Fill(const Counted& field) {
  if (field.TooLong())
    return Malformed({"a header field is longer than 65 535 bytes",
                      "un champ de l’en-tête dépasse 65 535 octets"});
  field.Fill();
  return Ok{};
}

Counted BeginField(Bytes& out, Tag tag) {
  out.push_back(static_cast<uint8_t>(tag));
  return Counted(out);
}

Status PutField(Bytes& out, Tag tag, ByteView value) {
  const Counted field = BeginField(out, tag);
  PutBytes(out, value);
  return Fill(field);
}

Status PutTextField(Bytes& out, Tag tag, std::string_view text) {
  if (text.empty()) return Ok{};
  const TextField& field = *FindTextField(tag);
  if (const auto problem = TextProblem(text, field.limit))
    return Malformed(Filled("{} {}", "{} {}", {field.name, *problem}));
  return PutField(out, tag, base::AsBytes(text));
}

Status PutCategories(Bytes& out, std::span<const std::string> categories) {
  if (categories.empty()) return Ok{};
  const Counted field = BeginField(out, Tag::kCategories);
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
    PutInteger(out, category.size(), 1);
    PutText(out, category);
  }
  return Fill(field);
}

// Type, length and value; gives what is wrong with it.
std::optional<Text> PutFactValue(Bytes& out, const FactValue& value) {
  const auto begin = [&out](FactTag tag) {
    out.push_back(static_cast<uint8_t>(tag));
    return Counted(out);
  };
  const auto fill = [](const Counted& counted) -> std::optional<Text> {
    if (counted.TooLong()) return Text{"is longer than 65 535 bytes", "dépasse 65 535 octets"};
    counted.Fill();
    return {};
  };
  if (const std::string* text = std::get_if<std::string>(&value)) {
    if (auto problem = TextProblem(*text, 0xffff)) return problem;
    const Counted counted = begin(FactTag::kText);
    PutText(out, *text);
    return fill(counted);
  }
  const Counted counted = begin(FactTag::kTextList);
  for (const std::string& item : std::get<std::vector<std::string>>(value)) {
    if (auto problem = TextProblem(item, 0xffff)) return problem;
    PutInteger(out, item.size(), 2);
    PutText(out, item);
  }
  return fill(counted);
}

// One whose value has always the same length, as most have; put as a whole.
bool PutFixedFact(Bytes& out, const Fact& fact) {
  if (fact.name.size() > kMaxNameBytes) return false;
  std::array<uint8_t, 1 + kMaxNameBytes + 3 + 8> bytes;
  auto at = bytes.begin();
  *at++ = static_cast<uint8_t>(fact.name.size());
  at = std::ranges::copy(fact.name, at).out;
  if (const bool* yes = std::get_if<bool>(&fact.value)) {
    *at++ = static_cast<uint8_t>(FactTag::kBool);
    *at++ = 0;
    *at++ = 1;
    *at++ = *yes ? 1 : 0;
  } else if (const int64_t* number = std::get_if<int64_t>(&fact.value)) {
    *at++ = static_cast<uint8_t>(FactTag::kInt);
    *at++ = 0;
    *at++ = 8;
    at = std::ranges::copy(BigEndian(static_cast<uint64_t>(*number)), at).out;
  } else {
    return false;
  }
  out.insert(out.end(), bytes.begin(), at);
  return true;
}

Status PutFacts(Bytes& out, std::span<const Fact> facts, bool checked) {
  if (facts.empty()) return Ok{};
  const Counted field = BeginField(out, Tag::kFacts);
  const std::string* before = nullptr;
  for (const Fact& fact : facts) {
    if (checked && PutFixedFact(out, fact)) continue;
    if (fact.name.empty() || TextProblem(fact.name, kMaxNameBytes))
      return Malformed({"a fact's name must have 1 to 64 bytes of text",
                        "le nom d’un fait doit avoir de 1 à 64 octets de texte"});
    if (before != nullptr && *before >= fact.name)
      return Malformed(Filled(
          "facts must ascend by name, each once: {}",
          "les faits doivent être en ordre croissant de nom, sans répétition : {}", {fact.name}));
    before = checked ? nullptr : &fact.name;
    if (PutFixedFact(out, fact)) continue;
    PutInteger(out, fact.name.size(), 1);
    PutText(out, fact.name);
    if (const auto problem = PutFactValue(out, fact.value))
      return Malformed(Filled("fact {} {}", "le fait {} {}", {fact.name, *problem}));
  }
  return Fill(field);
}

Status PutFields(Bytes& out, const HeaderView& header) {
  if (!IsKindName(header.kind))
    return Malformed(Filled("kind must have 1 to 64 bytes of a–z, 0–9 and -: \"{}\"",
                            "kind doit avoir de 1 à 64 octets parmi a–z, 0–9 et - : « {} »",
                            {header.kind}));
  TRY(PutTextField(out, Tag::kKind, header.kind));
  TRY(PutTextField(out, Tag::kService, header.service));
  TRY(PutTextField(out, Tag::kPart, header.part));
  TRY(PutTextField(out, Tag::kRoute, header.route));
  TRY(PutCategories(out, header.categories));
  TRY(PutTextField(out, Tag::kOutcome, header.outcome));
  TRY(PutTextField(out, Tag::kSource, header.source));
  if (header.sequence) {
    const Counted field = BeginField(out, Tag::kSequence);
    PutInteger(out, *header.sequence, 8);
    TRY(Fill(field));
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
  return PutFacts(out, header.facts, header.checked);
}

// The part's number, and its bytes up to its commitment.
void PutAssociatedTail(Bytes& out, const SealedPart& part, uint32_t number) {
  const size_t begin = out.size();
  const size_t category = part.category.size();
  out.resize(begin + kNumberBytes + 2 + category + 6 + kCommitmentBytes);
  uint8_t* at = out.data() + begin;
  const auto put = [&at](ByteView bytes) { at = std::ranges::copy(bytes, at).out; };
  put(ByteView(BigEndian(number)).last<kNumberBytes>());
  *at++ = static_cast<uint8_t>(part.key_class);
  *at++ = static_cast<uint8_t>(category);
  put(base::AsBytes(part.category));
  put(ByteView(BigEndian(part.epoch)).last<4>());
  put(ByteView(BigEndian(static_cast<uint16_t>(part.reference))).last<2>());
  put(part.commitment);
}

}  // namespace

HeaderView::HeaderView(const Header& header)
    : kind(header.kind),
      service(header.service),
      part(header.part),
      route(header.route),
      categories(header.categories),
      outcome(header.outcome),
      source(header.source),
      sequence(header.sequence),
      actor(header.actor),
      subjects(header.subjects),
      session(header.session),
      trace(header.trace),
      facts(header.facts) {}

LeafWriter::LeafWriter() = default;
LeafWriter::LeafWriter(LeafWriter&&) noexcept = default;
LeafWriter& LeafWriter::operator=(LeafWriter&&) noexcept = default;
LeafWriter::~LeafWriter() = default;

Status LeafWriter::PutHeader(uint64_t index, base::Time time, const Generation& generation,
                             const HeaderView& header) {
  leaf_.clear();
  leaf_.push_back(kEntryVersion);
  PutInteger(leaf_, index, 8);
  PutInteger(leaf_, static_cast<uint64_t>(time.time_since_epoch().count()), 8);
  PutBytes(leaf_, generation);
  const Counted fields(leaf_);
  TRY(PutFields(leaf_, header));
  if (fields.TooLong())
    return Malformed({"the header is longer than 65 535 bytes", "l’en-tête dépasse 65 535 octets"});
  fields.Fill();
  EndHeader();
  if (header.checked) {
    if (shapes_ == nullptr) shapes_ = std::make_unique<LeafShapes>();
    shapes_->Learn(header, leaf_);
  }
  return Ok{};
}

bool LeafWriter::PutLikeBefore(uint64_t index, base::Time time, const Generation& generation,
                               const HeaderView& header) {
  if (shapes_ == nullptr || !shapes_->Put(index, time, generation, header, leaf_)) return false;
  EndHeader();
  return true;
}

void LeafWriter::EndHeader() {
  parts_ = 0;
  prefix_ = leaf_.size();
  bound_.assign(leaf_.begin(), leaf_.end());
}

Status LeafWriter::PutPartCount(size_t count) {
  if (count > 0xffff) return Malformed({"more than 65 535 parts", "plus de 65 535 parties"});
  PutInteger(leaf_, count, 2);
  return Ok{};
}

Status LeafWriter::PutDescriptor(const SealedPart& part, const HeaderView& header,
                                 size_t ciphertext) {
  if (const auto problem = PartProblem(part, header)) return Malformed(*problem);
  if (ciphertext < kTagBytes || ciphertext > 0xffff)
    return Malformed(Filled(
        "a part of {} bytes; keep larger bodies elsewhere, by the hash of their ciphertext",
        "une partie de {} octets; gardez les corps plus gros ailleurs, par l’empreinte de leur "
        "texte chiffré",
        {ciphertext}));
  bound_.resize(prefix_);
  PutAssociatedTail(bound_, part, parts_++);
  const ByteView own = ByteView(bound_).subspan(prefix_ + kNumberBytes);
  const size_t begin = leaf_.size();
  leaf_.resize(begin + own.size() + 2 + ciphertext);
  uint8_t* const at = std::ranges::copy(own, leaf_.data() + begin).out;
  at[0] = static_cast<uint8_t>(ciphertext >> 8U);
  at[1] = static_cast<uint8_t>(ciphertext);
  return Ok{};
}

Status LeafWriter::Finish() const {
  if (leaf_.size() > kMaxEntryBytes)
    return Malformed(Filled(
        "{} bytes, at most 65 535; keep larger bodies elsewhere, by the hash of their ciphertext",
        "{} octets, au plus 65 535; gardez les corps plus gros ailleurs, par l’empreinte de leur "
        "texte chiffré",
        {leaf_.size()}));
  return Ok{};
}

Result<Bytes> EncodeEntry(const Entry& entry) {
  LeafWriter leaf;
  const HeaderView header(entry.header);
  TRY(leaf.PutHeader(entry.index, entry.time, entry.generation, header));
  TRY(leaf.PutPartCount(entry.parts.size()));
  for (const SealedPart& part : entry.parts)
    TRY(leaf.PutPart(part, header, part.ciphertext.size(),
                     [&part](ByteView /*bound*/, std::span<uint8_t> room) {
                       std::ranges::copy(part.ciphertext, room.begin());
                     }));
  TRY(leaf.Finish());
  return leaf.leaf();
}

Result<Bytes> AssociatedData(const Entry& entry, uint32_t number) {
  if (number >= entry.parts.size())
    return Error{Code::kNotFound,
                 Filled("entry {} has {} parts, and no part {}",
                        "l’entrée {} a {} parties, et pas de partie {}",
                        {entry.index, entry.parts.size(), number}),
                 {}};
  LeafWriter prefix;
  TRY(prefix.PutHeader(entry.index, entry.time, entry.generation, HeaderView(entry.header)));
  Bytes out = prefix.leaf();
  PutAssociatedTail(out, entry.parts[number], number);
  return out;
}

uint32_t EpochOf(base::Time time) {
  const int64_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return seconds < 0 ? 0 : static_cast<uint32_t>(seconds / (int64_t{30} * 86400));
}

uint32_t DayOf(base::Time time) {
  const int64_t days = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
  return days < 0 ? 0 : static_cast<uint32_t>(days);
}

}  // namespace garant::trail

#include "reading/opening.h"

#include <algorithm>
#include <set>

namespace garant::reading {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using trail::Draft;
using trail::Entry;
using trail::KeyClass;
using trail::KeyReference;
using trail::SealedPart;
using trail::Token;

// Of one entry: with 32 bytes each, what else an entry holds still fits.
constexpr size_t kMostSubjects = 1000;
constexpr std::string_view kReason = "reading.reason";
constexpr std::string_view kFilters = "reading.filters";

bool Opens(const Reader& reader, const Entry& entry) {
  return std::ranges::any_of(entry.parts,
                             [&](const SealedPart& part) { return reader.MayOpen(part.category); });
}

// Whom the entry is about, and whose keys open parts of it, as they are called at `now`.
std::set<Token> Concerned(const Entry& entry, const Reader& reader, const trail::KeyStore& keys,
                          base::Time now) {
  std::set<Token> then(entry.header.subjects.begin(), entry.header.subjects.end());
  for (const SealedPart& part : entry.parts)
    if (part.reference == KeyReference::kActor && entry.header.actor &&
        reader.MayOpen(part.category))
      then.insert(*entry.header.actor);
  std::set<Token> tokens;
  for (const Token& token : then)
    if (const trail::Key* root = keys.FindSubject(token, trail::EpochOf(entry.time)))
      tokens.insert(trail::PersonToken(*root, trail::EpochOf(now)));
  return tokens;
}

// The entries that say what was read, each with as many people as it can hold.
class Readings {
 public:
  explicit Readings(Draft like) : like_(std::move(like)) {}

  void Add(const Entry& entry, const Reader& reader, const std::set<Token>& tokens) {
    if (count_ > 0 && tokens_.size() + tokens.size() > kMostSubjects) Finish();
    if (count_++ == 0) first_ = entry.index;
    first_ = std::min(first_, entry.index);
    last_ = std::max(last_, entry.index);
    for (const SealedPart& part : entry.parts)
      if (reader.MayOpen(part.category)) categories_.insert(part.category);
    for (const Token& token : tokens) {
      if (tokens_.size() == kMostSubjects) {  // one entry about more than that
        const std::set<std::string> categories = categories_;
        Finish();
        categories_ = categories;
        first_ = last_ = entry.index;
        count_ = 1;
      }
      tokens_.insert(token);
    }
  }

  std::vector<Draft> Take() {
    if (count_ > 0) Finish();
    return std::move(drafts_);
  }

 private:
  void Finish() {
    Draft draft = like_;
    draft.categories.assign(categories_.begin(), categories_.end());
    draft.tokens.assign(tokens_.begin(), tokens_.end());
    draft.facts.insert(draft.facts.begin(), {"count", static_cast<int64_t>(count_)});
    draft.facts.push_back({"first", static_cast<int64_t>(first_)});
    draft.facts.push_back({"last", static_cast<int64_t>(last_)});
    drafts_.push_back(std::move(draft));
    categories_.clear();
    tokens_.clear();
    count_ = 0;
    last_ = 0;
  }

  Draft like_;
  std::vector<Draft> drafts_;
  std::set<std::string> categories_;
  std::set<Token> tokens_;
  size_t count_ = 0;
  uint64_t first_ = 0;
  uint64_t last_ = 0;
};

void Seal(Draft& draft, std::string_view category, std::string_view text) {
  if (text.empty()) return;
  const base::ByteView bytes = base::AsBytes(text);
  draft.sealed.push_back(
      {KeyClass::kRecord, std::string(category), {bytes.begin(), bytes.end()}, {}});
}

Part OpenPart(const Entry& entry, uint32_t number, const Reader& reader,
              const trail::KeyRing& keys) {
  const std::string& category = entry.parts[number].category;
  if (!reader.MayOpen(category))
    return {PartState::kWithheld,
            {},
            Filled("the service file does not let '{}' open '{}' for '{}'",
                   "le fichier de service ne laisse pas « {} » ouvrir « {} » à la fin « {} »",
                   {reader.role, category, reader.purpose})};
  auto bytes = keys.OpenPart(entry, number);
  if (bytes) return {PartState::kOpened, std::move(*bytes), {}};
  return {bytes.error().code == Code::kNotFound ? PartState::kGone : PartState::kBroken,
          {},
          bytes.error().message};
}

}  // namespace

Status Opening::Record(std::span<const Entry> entries, base::Time now, Given given) const {
  Draft like;
  like.time = now;
  like.kind = "reading";
  like.service = service_;
  like.source = source_;
  like.outcome = given == Given::kOpened ? "opened" : "given";
  like.actor = reader_.AsPerson();
  like.facts = {{"filters", filters_.names}, {"purpose", reader_.purpose}, {"role", reader_.role}};
  Seal(like, kReason, reader_.reason);
  std::string words;
  for (const auto& [name, word] : filters_.words)
    words += (words.empty() ? "" : "\n") + name + "=" + word;
  Seal(like, kFilters, words);
  Readings readings(std::move(like));
  for (const Entry& entry : entries)
    if (Opens(reader_, entry))
      readings.Add(entry, reader_, Concerned(entry, reader_, keys_.store(), now));
  const std::vector<Draft> drafts = readings.Take();
  if (drafts.empty()) return Ok{};
  const auto recorded = sink_.Append(drafts);
  if (recorded) return Ok{};
  return Error{recorded.error().code,
               Filled("the reading could not be recorded, so nothing was opened: {}",
                      "la lecture n’a pu être consignée, donc rien n’a été ouvert : {}",
                      {recorded.error().message}),
               recorded.error().where};
}

Status Opening::Hand(std::span<const Entry> entries, base::Time now) const {
  for (const Entry& entry : entries)
    for (const SealedPart& part : entry.parts)
      if (!reader_.MayOpen(part.category))
        return Error{Code::kPermission,
                     Filled("entry {}: the service file does not let '{}' have '{}' for '{}'",
                            "entrée {} : le fichier de service ne donne pas « {} » à voir à "
                            "« {} » à la fin « {} »",
                            {entry.index, reader_.role, part.category, reader_.purpose}),
                     {}};
  return Record(entries, now, Given::kSealed);
}

Result<std::vector<Opened>> Opening::Open(std::span<const Entry> entries, base::Time now) const {
  TRY(Record(entries, now, Given::kOpened));
  std::vector<Opened> all;
  all.reserve(entries.size());
  for (const Entry& entry : entries) {
    Opened& opened = all.emplace_back();
    for (uint32_t number = 0; number < entry.parts.size(); ++number)
      opened.parts.push_back(OpenPart(entry, number, reader_, keys_));
  }
  return all;
}

}  // namespace garant::reading

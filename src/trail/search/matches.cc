#include <algorithm>

#include "trail/search/search.h"

// Apart from what finds entries: whoever checks a search has none of the trail's files.
namespace garant::trail {
namespace {

using base::ByteView;

bool HasValue(const Header& header, RunKey key, ByteView value) {
  const auto is_token = [value](const std::optional<Token>& token) {
    return token && std::ranges::equal(*token, value);
  };
  const auto is_text = [value](std::string_view text) {
    return !text.empty() && text == base::AsText(value);
  };
  switch (key) {
    case RunKey::kActor:
      return is_token(header.actor);
    case RunKey::kSubject:
      return std::ranges::any_of(header.subjects, is_token);
    case RunKey::kSession:
      return is_token(header.session);
    case RunKey::kTrace:
      return is_token(header.trace);
    case RunKey::kKind:
      return is_text(header.kind);
    case RunKey::kPart:
      return is_text(header.part);
    case RunKey::kCategory:
      return std::ranges::any_of(header.categories, is_text);
    case RunKey::kOutcome:
      return is_text(header.outcome);
  }
  return false;
}

}  // namespace

bool Matches(const Entry& entry, const Search& search) {
  if (!search.source.empty() && entry.header.source != search.source) return false;
  if ((search.since && entry.time < *search.since) || (search.until && entry.time >= *search.until))
    return false;
  return std::ranges::all_of(search.all_of, [&entry](const Criterion& criterion) {
    return std::ranges::any_of(criterion.any_of, [&](const base::Bytes& value) {
      return HasValue(entry.header, criterion.key, value);
    });
  });
}

}  // namespace garant::trail

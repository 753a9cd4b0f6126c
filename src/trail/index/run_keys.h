#pragma once

#include <optional>

#include "trail/entry/entry_form.h"
#include "trail/index/runs.h"

namespace garant::trail {

// Which run has the values of a field; none where it is not indexed.
inline std::optional<RunKey> KeyOf(Tag tag) {
  switch (tag) {
    case Tag::kActor:
      return RunKey::kActor;
    case Tag::kSubject:
      return RunKey::kSubject;
    case Tag::kSession:
      return RunKey::kSession;
    case Tag::kTrace:
      return RunKey::kTrace;
    case Tag::kKind:
      return RunKey::kKind;
    case Tag::kPart:
      return RunKey::kPart;
    case Tag::kCategories:
      return RunKey::kCategory;
    case Tag::kOutcome:
      return RunKey::kOutcome;
    default:
      return {};
  }
}

}  // namespace garant::trail

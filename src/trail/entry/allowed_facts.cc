#include "trail/entry/allowed_facts.h"

#include <set>
#include <string>

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using enum FactType;

constexpr AttributeKind kAct[] = {
    {"by", kText, "id of the person in the service file"},
    {"expires", kTime, "end of the act's validity"},
    {"item", kText, "the item that it speaks of, or - for the whole service"},
    {"kind", kText, "engagement, review, approval, attestation, excuse or external"},
};

// docs/formats/ingest.md.
constexpr AttributeKind kEvent[] = {
    {"count", kInt, "how many of something"},
    {"event", kText, "what happened"},
    {"method", kText, "the request's method, or other"},
    {"milliseconds", kInt, "how long it took"},
    {"received", kInt, "bytes"},
    {"sent", kInt, "bytes"},
    {"status", kInt, "of the answer"},
};
// docs/formats/erasure.md.
constexpr AttributeKind kErasure[] = {
    {"held", kTextList, "data categories that a hold keeps"},
    {"record", kText, "record id of the person who was erased"},
};
constexpr AttributeKind kHold[] = {
    {"categories", kTextList, "data categories that it keeps"},
    {"id", kText, "the hold"},
    {"until", kTime, "when it ends"},
};
// docs/formats/export.md.
constexpr AttributeKind kExport[] = {
    {"count", kInt, "how many entries were handed over, each counted once"},
    {"end", kInt, "index behind the last that was looked at"},
    {"filters", kTextList, "by what they were selected, without what that was"},
    {"first", kInt, "index from which on"},
    {"follow", kBool, "what is recorded later is handed over too"},
    {"form", kText, "jsonl, ocsf, ecs or cef"},
    {"opened", kBool, "with what is sealed in them, as far as the entries of kind reading say"},
    {"purpose", kText, "what for, where something was opened"},
    {"role", kText, "whose, likewise"},
    {"to", kText, "output, file, unix, or the receiver's address"},
};
// docs/backup.md.
constexpr AttributeKind kBackup[] = {
    {"entries", kInt, "of the trail, when it was copied"},
    {"keys", kBool, "its keys were copied too, sealed under the root"},
};
// docs/formats/retention.md.
constexpr AttributeKind kRetention[] = {
    {"entries", kInt, "how many were deleted"},
    {"first", kInt, "the first of them"},
    {"keep", kText, "the period that was declared"},
    {"newest", kTime, "of the newest entry among them"},
};
// docs/formats/runs.md.
constexpr AttributeKind kIndexRun[] = {
    {"earliest", kInt, "time of the earliest of them, in nanoseconds since 1970"},
    {"entries", kInt, "how many the segment holds"},
    {"first", kInt, "index of the first of them"},
    {"latest", kInt, "time of the latest"},
    {"roots", kTextList, "base64, of the runs in the order of their keys"},
    {"zones", kText, "base64, SHA-256 of the times of each 256 of them"},
};
// docs/formats/reading.md.
constexpr AttributeKind kReading[] = {
    {"count", kInt, "how many entries were read"},
    {"filters", kTextList, "by what they were looked for, without what that was"},
    {"first", kInt, "the first of them"},
    {"last", kInt, "the last of them"},
    {"purpose", kText, "what for, as the service file names it"},
    {"role", kText, "the reader's role"},
};
constexpr AttributeKind kRequest[] = {
    {"continued", kBool, "the trace was taken over from the caller"},
    {"http", kInt, "9, 10, 11, 20; 0 another"},
    {"method", kText, "the request's method, or other"},
    {"milliseconds", kInt, "from the first byte to the last"},
    {"received", kInt, "bytes"},
    {"sampled", kBool, "the trace's sampled flag"},
    {"sent", kInt, "bytes"},
    {"status", kInt, "of the answer"},
    {"tls", kInt, "10, 11, 12, 13; 0 none"},
    {"unnamed", kBool, "the guard named no route, though one is declared for the path"},
    {"waited", kInt, "of the milliseconds, waited for the service"},
};
constexpr AttributeKind kSource[] = {
    {"bytes", kInt, "length of what was refused"},
    {"count", kInt, "how many were lost, or at most"},
    {"next", kInt, "sequence of the next record"},
    {"process", kInt, "process id of a ring's writer, as it said"},
    {"reason", kText, "why it was refused"},
    {"started", kTime, "when the ring's writer started, as it said"},
};

constexpr ObservationKind kRecords[] = {
    {"act", "something that a person said, signed or only claimed", "", "", false, kAct},
    {"erasure", "a person whose keys were destroyed", "", "", false, kErasure},
    {"event", "a line of a system's own log", "", "", false, kEvent},
    {"export", "entries were handed to another system", "", "", false, kExport},
    {"hold", "a legal hold that began or ended", "", "", false, kHold},
    {"index-run", "a segment of the trail was indexed", "", "", false, kIndexRun},
    {"reading", "somebody was given entries with what is sealed in them", "", "", false, kReading},
    {"request", "a request that the guard saw", "", "", false, kRequest},
    {"source", "something that happened to a source of entries", "", "", false, kSource},
    {"trail-backup", "the trail was copied", "", "", false, kBackup},
    {"trail-retention", "entries were deleted whose time had come", "", "", false, kRetention},
};

// How an observation's own fields stand among the facts (its method is the entry's source). No
// attribute can take such a name.
constexpr AttributeKind kReserved[] = {
    {"@denominator", kInt, "how many were looked at"},
    {"@numerator", kInt, "of these, how many held"},
    {"@subject", kText, "what was looked at"},
    {"@vantage", kText, "outside, loopback or inside"},
    {"@version", kInt, "version of the method"},
};

// What may stand in clear of one kind. Tables ascend and facts mostly do: the next one is looked
// for behind the last.
class Allowed {
 public:
  explicit Allowed(std::string_view kind) {
    for (const ObservationKind& record : kRecords)
      if (record.name == kind) {
        attributes_ = record.attributes;
        return;
      }
    const ObservationKind* observation = FindObservationKind(kind);
    if (observation == nullptr) return;
    attributes_ = observation->attributes;
    reserved_ = kReserved;
  }

  const AttributeKind* Find(std::string_view name) {
    for (const AttributeKind& attribute : reserved_)
      if (attribute.name == name) return &attribute;
    for (size_t i = 0; i < attributes_.size(); ++i, ++next_) {
      if (next_ >= attributes_.size()) next_ = 0;
      if (attributes_[next_].name == name) return &attributes_[next_++];
    }
    return nullptr;
  }

 private:
  std::span<const AttributeKind> attributes_;
  std::span<const AttributeKind> reserved_;
  size_t next_ = 0;
};

bool HasType(const FactValue& value, FactType type) {
  switch (type) {
    case kBool:
      return std::holds_alternative<bool>(value);
    case kInt:
    case kTime:
      return std::holds_alternative<int64_t>(value);
    case kText:
      return std::holds_alternative<std::string>(value);
    case kTextList:
      return std::holds_alternative<std::vector<std::string>>(value);
  }
  return false;
}

}  // namespace

std::span<const ObservationKind> RecordKinds() { return kRecords; }

base::Result<FactOrder> CheckFacts(std::string_view kind, const std::vector<Fact>& facts) {
  Allowed all(kind);
  const std::string* before = nullptr;
  std::set<std::string_view> seen;  // filled where they do not ascend
  for (const Fact& fact : facts) {
    const auto wrong = [&](const base::Text& what) {
      return Error{Code::kInvalid,
                   base::Filled("fact \"{}\" of kind \"{}\" {}",
                                "le fait « {} » du genre « {} » {}", {fact.name, kind, what}),
                   {}};
    };
    const AttributeKind* allowed = all.Find(fact.name);
    if (allowed == nullptr)
      return wrong(
          {"may not stand in clear: the table of observations does not name it; seal it, or "
           "leave it out",
           "ne peut figurer en clair : la table des observations ne le nomme pas; "
           "scellez-le, ou omettez-le"});
    if (!HasType(fact.value, allowed->type))
      return wrong(
          {"has another type than the table gives it", "n’a pas le type que la table lui donne"});
    if (before != nullptr && *before >= fact.name && seen.empty())
      for (const Fact* one = facts.data(); one != &fact; ++one) seen.insert(one->name);
    if (!seen.empty() && !seen.insert(fact.name).second)
      return wrong({"stands there twice", "y figure deux fois"});
    before = &fact.name;
  }
  return seen.empty() ? FactOrder::kAscending : FactOrder::kAnother;
}

}  // namespace garant::trail

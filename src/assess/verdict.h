#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "expr/value.h"
#include "standard/standard.h"

// What the judge says. Plain data: the same inputs give the same verdicts.
namespace garant::assess {

// Worst first, so that the worst of several is the least. `excused` stands in for unmet or unknown.
enum class State : uint8_t { kContradicted, kUnmet, kUnknown, kExcused, kMet };
[[nodiscard]] std::string_view StateName(State state);
[[nodiscard]] base::Text StateText(State state);

enum class Due : uint8_t { kNow, kNext, kLater };
[[nodiscard]] std::string_view DueName(Due due);

struct ProofVerdict {
  size_t proof = 0;  // index in Standard::proofs
  State state = State::kUnknown;
  expr::Unknown why = expr::Unknown::kNone;  // of kUnknown
  std::string_view what;  // what it is unknown about, such as an observation kind
};

struct Excuse {
  bool not_applicable = false;  // otherwise accepted for a time
  std::string act;              // act id
  std::string approval;         // act id of the approval
  std::string owner;            // person id
  std::string approver;
  std::string reason;
  base::Time expires;
};

struct Verdict {
  size_t item = 0;  // index in Standard::items
  State state = State::kUnknown;
  State own = State::kMet;  // before children and excuse
  Due due = Due::kNow;
  bool floor_not_reached = false;     // everything holds, but nothing was seen to happen
  std::optional<size_t> worst_child;  // index in Standard::items of the child that made it worse
  std::vector<ProofVerdict> proofs;
  std::shared_ptr<const Excuse> excuse;  // or none: few have one, and it is large
};

// Whom the evidence is believed for.
struct Trust {
  bool witnessed = false;
  uint64_t through = 0;                     // entries covered by a witnessed checkpoint
  uint64_t entries = 0;                     // entries judged
  std::vector<std::string> witnesses = {};  // who cosigned that checkpoint
  base::Time witnessed_at = {};             // when the last of them did
};

// Everything one sitting of the judge said about one service.
struct Judgement {
  std::string service;
  std::string standard;
  std::string standard_version;
  standard::Stage stage = standard::Stage::kAlpha;
  base::Time as_of;
  bool trial = false;
  Trust trust;
  std::vector<Verdict> verdicts;  // one for each item, in the standard's order

  [[nodiscard]] bool AllDueMet() const;  // every item due now is met or excused
};

// One reason for a proof's state, with the places that can be checked.
struct Reason {
  base::Text text;
  std::string expression;             // the part of the proof that decided, as written
  std::vector<expr::Origin> origins;  // declared: line and column; observed and acted: entry index
};

struct ProofExplanation {
  std::string id;
  standard::ProofKind kind = standard::ProofKind::kDeclared;
  State state = State::kUnknown;
  base::Text asks;
  base::Text summary;  // why it is unknown, or that it holds, in one sentence
  std::vector<Reason> reasons;
  base::Text next;  // what to do; empty where it is met
};

struct Explanation {
  base::Text summary;  // of the item: the excuse, the floor, the child, or the worst proof
  std::vector<ProofExplanation> proofs;
};

}  // namespace garant::assess

#include "assess/verdict.h"

#include <algorithm>

namespace garant::assess {

std::string_view StateName(State state) {
  switch (state) {
    case State::kContradicted:
      return "contradicted";
    case State::kUnmet:
      return "unmet";
    case State::kUnknown:
      return "unknown";
    case State::kExcused:
      return "excused";
    case State::kMet:
      return "met";
  }
  return "";
}

base::Text StateText(State state) {
  switch (state) {
    case State::kContradicted:
      return {"contradicted", "contredit"};
    case State::kUnmet:
      return {"unmet", "non satisfait"};
    case State::kUnknown:
      return {"unknown", "inconnu"};
    case State::kExcused:
      return {"excused", "dispensé"};
    case State::kMet:
      return {"met", "satisfait"};
  }
  return {};
}

std::string_view DueName(Due due) {
  switch (due) {
    case Due::kNow:
      return "now";
    case Due::kNext:
      return "next";
    case Due::kLater:
      return "later";
  }
  return "";
}

bool Judgement::AllDueMet() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.due != Due::kNow || verdict.state >= State::kExcused;
  });
}

}  // namespace garant::assess

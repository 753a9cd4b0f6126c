#include "expr/words.h"

#include <utility>

namespace garant::expr {
namespace {

constexpr size_t kMostShown = 8;

base::Text Both(std::string text) { return {text, text}; }

std::string TimeInWords(base::Time time) {
  const bool midnight = time.time_since_epoch() % std::chrono::hours(24) == base::Duration::zero();
  return midnight ? base::FormatDate(time) : base::FormatTime(time);
}

base::Text ListInWords(const Value& list, Quotes quotes) {
  base::Text all;
  size_t shown = 0;
  for (const Value& item : list.list().items) {
    if (shown == kMostShown) {
      const std::string more = ", … (" + std::to_string(list.list().items.size()) + ")";
      return {all.en + more, all.fr + more};
    }
    const base::Text one = InWords(item, quotes);
    all.en += (shown == 0 ? "" : ", ") + one.en;
    all.fr += (shown == 0 ? "" : ", ") + one.fr;
    ++shown;
  }
  return shown == 0 ? base::Text{"none", "aucun"} : all;
}

// What must be said of the value, "%" standing for what it is compared with.
struct Demand {
  const char* en;
  const char* fr;
};

Demand DemandOf(Op op, bool of_times) {
  switch (op) {
    case Op::kNotEqual:
      return {"must not be %", "ne doit pas être %"};
    case Op::kLess:
      if (of_times) return {"must be before %", "doit précéder %"};
      return {"must be less than %", "doit être inférieur à %"};
    case Op::kLessEqual:
      if (of_times) return {"must be no later than %", "ne doit pas être postérieur à %"};
      return {"must be at most %", "doit être au plus %"};
    case Op::kGreater:
      if (of_times) return {"must be after %", "doit suivre %"};
      return {"must be more than %", "doit être supérieur à %"};
    case Op::kGreaterEqual:
      if (of_times) return {"must be no earlier than %", "ne doit pas être antérieur à %"};
      return {"must be at least %", "doit être au moins %"};
    case Op::kIn:
      return {"must be one of: %", "doit être l’un de : %"};
    case Op::kMatches:
      return {"must match %", "doit correspondre à %"};
    default:
      return {"must be %", "doit être %"};
  }
}

Demand Denied(Op op, bool of_times) {
  switch (op) {
    case Op::kEqual:
      return DemandOf(Op::kNotEqual, of_times);
    case Op::kNotEqual:
      return DemandOf(Op::kEqual, of_times);
    case Op::kLess:
      return DemandOf(Op::kGreaterEqual, of_times);
    case Op::kLessEqual:
      return DemandOf(Op::kGreater, of_times);
    case Op::kGreater:
      return DemandOf(Op::kLessEqual, of_times);
    case Op::kGreaterEqual:
      return DemandOf(Op::kLess, of_times);
    case Op::kIn:
      return {"must be none of: %", "ne doit être aucun de : %"};
    default:
      return {"must not match %", "ne doit pas correspondre à %"};
  }
}

std::string Fill(std::string_view pattern, std::string_view value) {
  const size_t at = pattern.find('%');
  return std::string(pattern.substr(0, at)).append(value).append(pattern.substr(at + 1));
}

// "X is V, but …", or "and" where what must be is so.
base::Text Clause(const std::string& name, const base::Text& value, const base::Text& demand,
                  Bearing bearing) {
  return {name + " is " + value.en + (bearing.satisfied ? ", and " : ", but ") + demand.en,
          name + " vaut " + value.fr + (bearing.satisfied ? ", et " : ", mais ") + demand.fr};
}

}  // namespace

base::Text InWords(const Value& value, Quotes quotes) {
  switch (value.kind()) {
    case Kind::kBool:
      if (quotes == Quotes::kNone) {
        return value.boolean() ? base::Text{"yes", "oui"} : base::Text{"no", "non"};
      }
      return value.boolean() ? base::Text{"true", "vrai"} : base::Text{"false", "faux"};
    case Kind::kInt:
      return Both(std::to_string(value.number()));
    case Kind::kText: {
      const std::string text(value.text());
      if (quotes == Quotes::kNone) return Both(text);
      return {"\"" + text + "\"", "« " + text + " »"};
    }
    case Kind::kTime:
      return Both(TimeInWords(value.time()));
    case Kind::kDuration:
      return Both(base::FormatDuration(value.duration(), value.spelling()));
    case Kind::kList:
      return ListInWords(value, quotes);
    case Kind::kAbsent:
    case Kind::kUnknown:
    case Kind::kRecord:
      break;
  }
  return Both("—");
}

base::Text Reason(const std::string& name, const Answer& answer, World world,
                  std::optional<base::Time> seen) {
  if (answer.truth == Truth::kAbsent) {
    if (world == World::kObserved) {
      return {name + " was not part of what was observed",
              name + " ne faisait pas partie de ce qui a été observé"};
    }
    if (world == World::kActed) return {name + " is not stated", name + " n’est pas indiqué"};
    return {name + " is not declared", name + " n’est pas déclaré"};
  }
  const std::string what = answer.size == 0 ? name : std::string(answer.what());
  switch (answer.why) {
    case Unknown::kNoObserver:
      return {"no observer exists yet for " + what,
              "aucun observateur n’existe encore pour " + what};
    case Unknown::kNeverObserved:
      return {name + " was never observed", name + " n’a jamais été observé"};
    case Unknown::kLoopbackOnly:
      return {name + " was seen only from loopback, which proves nothing about outside",
              name +
                  " n’a été vu que depuis l’adresse de bouclage, ce qui ne prouve rien de "
                  "l’extérieur"};
    case Unknown::kElsewhere:
      return {name + " was seen only under another declaration of where the service is",
              name + " n’a été vu que sous une autre déclaration de l’endroit où est le service"};
    case Unknown::kBounded:
      return {"the look ended at its bound: there was more than was seen (" + what + ")",
              "le parcours s’est arrêté à sa limite : il y avait plus que ce qui a été vu (" +
                  what + ")"};
    case Unknown::kStale: {
      const std::string when = seen ? " (" + TimeInWords(*seen) + ")" : "";
      return {name + " was observed too long ago" + when,
              name + " a été observé il y a trop longtemps" + when};
    }
    case Unknown::kCost:
      return {"the expression would cost too much to evaluate on this model",
              "l’expression coûterait trop cher à évaluer sur ce modèle"};
    case Unknown::kOverflow:
      return {"the arithmetic on " + name + " does not fit in 64 bits",
              "le calcul sur " + name + " ne tient pas en 64 bits"};
    case Unknown::kNone:
      break;
  }
  return {name + " is unknown", name + " est inconnu"};
}

base::Text Compared(const std::string& name, const Value& value, Op op, const base::Text& other,
                    Bearing bearing) {
  const bool of_times = value.kind() == Kind::kTime;
  const Demand demand = bearing.negated ? Denied(op, of_times) : DemandOf(op, of_times);
  return Clause(name, InWords(value, Quotes::kAround),
                {Fill(demand.en, other.en), Fill(demand.fr, other.fr)}, bearing);
}

base::Text IsTrueOrFalse(const std::string& name, bool value, Bearing bearing) {
  const base::Text wanted = InWords(Value::Bool(!bearing.negated), Quotes::kAround);
  return Clause(name, InWords(Value::Bool(value), Quotes::kAround),
                {"must be " + wanted.en, "doit être " + wanted.fr}, bearing);
}

base::Text IsPresent(const std::string& name, Bearing bearing) {
  if (!bearing.negated) return {name + " is present", name + " est présent"};
  if (bearing.satisfied) {
    return {name + " is absent, and must be", name + " est absent, et doit l’être"};
  }
  return {name + " is present, but must not be", name + " est présent, mais ne doit pas l’être"};
}

base::Text LiesWithin(const std::string& name, const Value& time, const Value& period,
                      base::Time now, Bearing bearing) {
  const std::string span = base::FormatDuration(period.duration(), period.spelling());
  const std::string end = TimeInWords(now);
  const char* const not_en = bearing.negated ? "must not lie within " : "must lie within ";
  const char* const not_fr =
      bearing.negated ? "ne doit pas se situer dans les " : "doit se situer dans les ";
  return Clause(name, InWords(time, Quotes::kAround),
                {not_en + span + " before " + end, not_fr + span + " qui précèdent " + end},
                bearing);
}

Op Mirror(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessEqual:
      return Op::kGreaterEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterEqual:
      return Op::kLessEqual;
    default:
      return op;
  }
}

}  // namespace garant::expr

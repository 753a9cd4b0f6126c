#pragma once

#include <string>
#include <utility>
#include <vector>

#include "expr/reader.h"
#include "expr/words.h"

// Walks a program a second time, slowly, following what decided, and says it in words.
namespace garant::expr {

class Explainer {
 public:
  Explainer(const Program& program, const Value& root, const Options& options, size_t most)
      : program_(program),
        options_(options),
        most_(most),
        evaluator_(program, root, options),
        reader_(program, evaluator_) {}

  [[nodiscard]] std::vector<Cause> Run();

 private:
  // An element of a quantifier, and how it came out.
  struct Element {
    const Value* value;
    Answer where;
    Answer body;
    Answer answer;
  };

  // Which of its two conditions explains an element.
  enum class Speaks : uint8_t { kWhere, kBody, kBoth };

  [[nodiscard]] bool Full() const { return causes_.size() >= most_; }
  Answer Judge(uint16_t index);

  void Why(uint16_t index, bool negated);
  void WhyBoth(const Node& node, bool negated);
  void WhyQuantifier(uint16_t index, bool negated);
  [[nodiscard]] static Speaks SpeakerOf(const Node& node, const Element& element);
  void WhyElement(const Node& node, const Element& element, bool negated, Speaks speaks);
  void WhyNothingLeft(const Node& node, const Answer& answer, bool negated, bool was_empty);
  void WhyLeaf(uint16_t index, bool negated);

  // Adds a cause for each value under `index` that is as `answer` says, absent or unknown; whether
  // there was one.
  bool Missing(uint16_t index, uint16_t leaf, const Answer& answer);
  bool MissingPath(uint16_t index, uint16_t leaf, const Answer& answer);
  bool MissingInBinder(uint16_t index, uint16_t leaf, const Answer& answer);
  [[nodiscard]] base::Text Says(uint16_t index, const Answer& answer, bool negated);
  [[nodiscard]] base::Text SaysComparison(const Node& node, Bearing bearing);

  [[nodiscard]] std::vector<Element> Elements(const Node& node, const Value& list);
  void Add(uint16_t index, const Answer& answer, base::Text says, std::vector<Origin> origins);

  const Program& program_;
  const Options& options_;
  size_t most_;
  Truth whole_ = Truth::kTrue;
  Evaluator evaluator_;
  Reader reader_;
  std::vector<std::pair<std::string, Value>> bindings_;
  std::vector<Cause> causes_;
};

}  // namespace garant::expr

#pragma once

#include <memory>
#include <vector>

#include "report/report.h"

namespace garant::report {

// A handmade judgement of 97 items in every state, with hostile text in it. Owns what its view
// borrows.
struct TestCase {
  standard::Standard standard;
  assess::Judgement judgement;
  std::vector<assess::Explanation> explanations;
  std::vector<proof::Act> acts;

  [[nodiscard]] View AsView() const;
  // Index of the first item in this state that is due now.
  [[nodiscard]] size_t First(assess::State state) const;
};

// What a hostile team or service would like to be more than text.
constexpr std::string_view kHostile =
    "<script>alert(1)</script> & \"quoted\" 'too' ]]> \x1b[31mred\u202Eright-to-left";

[[nodiscard]] std::unique_ptr<TestCase> MakeTestCase();

}  // namespace garant::report

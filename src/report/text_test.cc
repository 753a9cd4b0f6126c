#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/escape.h"
#include "report/outline.h"
#include "report/report.h"
#include "report/test_view.h"

namespace garant::report {
namespace {

using assess::State;
using base::Language;
using testing::HasSubstr;
using testing::Not;

class TextTest : public testing::Test {
 protected:
  std::unique_ptr<TestCase> test_ = MakeTestCase();
};

TEST_F(TextTest, SaysWhatMattersFirst) {
  const std::string text = RenderText(test_->AsView(), Language::kEnglish, {.width = 300});
  const size_t contradictions = text.find("\nContradictions\n");
  const size_t unmet = text.find("\nDue now and unmet\n");
  const size_t unknown = text.find("\nDue now and unknown\n");
  const size_t first = text.find("\nWhat to do first\n");
  ASSERT_NE(first, std::string::npos);
  EXPECT_LT(contradictions, unmet);
  EXPECT_LT(unmet, unknown);
  EXPECT_LT(unknown, first);
  EXPECT_THAT(text, HasSubstr("Residential parking permits · City of Rivermouth"));
  EXPECT_THAT(text, HasSubstr("142 entries, unwitnessed"));
  EXPECT_THAT(text, HasSubstr("No gate is signed on it."));
}

TEST_F(TextTest, CountsEveryItemOnce) {
  const View view = test_->AsView();
  size_t total = 0;
  for (const assess::Due due : kDues) total += CountDue(view, due).Total();
  EXPECT_EQ(total, 97U);
  EXPECT_THAT(RenderText(view, Language::kEnglish, {}), HasSubstr(" 97 "));
}

TEST_F(TextTest, FrenchHasNoEnglishOfOurs) {
  const std::string text =
      RenderText(test_->AsView(), Language::kFrench, {.verbosity = Verbosity::kFull});
  for (const char* word : {"Overview", "due now", "unmet", "declared at", "unwitnessed", "entries",
                           "Residential", "excused", "observed in"})
    EXPECT_THAT(text, Not(HasSubstr(word)));
  EXPECT_THAT(text, HasSubstr("déclaré à examples/parking permits/garant.yaml:"));
}

TEST_F(TextTest, ColourOnlyWhereAsked) {
  const View view = test_->AsView();
  const TextOptions full{.verbosity = Verbosity::kFull};
  EXPECT_THAT(RenderText(view, Language::kEnglish, full), Not(HasSubstr("\x1b")));
  TextOptions coloured = full;
  coloured.colour = Colour::kOn;
  const std::string text = RenderText(view, Language::kEnglish, coloured);
  EXPECT_THAT(text, HasSubstr("\x1b[1;35m"));
  // Hostile text brings no colour of its own.
  EXPECT_THAT(text, Not(HasSubstr("\x1b[31mred")));
  EXPECT_THAT(text, Not(HasSubstr("\u202E")));
}

TEST_F(TextTest, KeepsToTheWidth) {
  const std::string text =
      RenderText(test_->AsView(), Language::kEnglish, {.verbosity = Verbosity::kFull, .width = 90});
  size_t start = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    EXPECT_LE(Width(text.substr(start, end - start)), 90U) << text.substr(start, end - start);
    start = end + 1;
  }
}

TEST_F(TextTest, OneItemInFull) {
  const size_t item = test_->First(State::kContradicted);
  const std::string text = RenderItem(test_->AsView(), item, Language::kEnglish, {.width = 300});
  const std::string line = std::to_string(100 + item);
  EXPECT_THAT(text, HasSubstr(test_->standard.items[item].id));
  EXPECT_THAT(text, HasSubstr("contradicted · due now"));
  EXPECT_THAT(text, HasSubstr("garant.yaml:" + line + ":5"));
  EXPECT_THAT(text, HasSubstr("observed in entry " + std::to_string(40 + item)));
  EXPECT_THAT(text, HasSubstr("review by privacy on 2026-11-20, entry 7"));
  EXPECT_THAT(text, HasSubstr("every c in web.cookies"));
  EXPECT_THAT(text, HasSubstr("Next  Declare the cookie"));
  EXPECT_THAT(text, HasSubstr("Trial"));
}

TEST_F(TextTest, AnExcuseNamesWhoAndUntilWhen) {
  const std::string text =
      RenderItem(test_->AsView(), test_->First(State::kExcused), Language::kEnglish, {});
  EXPECT_THAT(text, HasSubstr("2027-05-20"));
  EXPECT_THAT(text, HasSubstr("owner owner, approved by privacy"));
  EXPECT_THAT(text, HasSubstr("without the excuse: unmet"));
  EXPECT_THAT(text, HasSubstr("act:00112233445566aa"));
}

TEST_F(TextTest, StepsThatEndContradictionsComeFirst) {
  const View view = test_->AsView();
  const std::vector<Step> steps = FirstSteps(view);
  ASSERT_GT(steps.size(), 1U);
  for (size_t i = 1; i < steps.size(); ++i) {
    EXPECT_GE(steps[i - 1].contradiction, steps[i].contradiction);
    if (steps[i - 1].contradiction == steps[i].contradiction) {
      EXPECT_GE(steps[i - 1].items.size(), steps[i].items.size());
    }
  }
  for (const Step& step : steps)
    for (const size_t item : step.items) {
      EXPECT_EQ(test_->judgement.verdicts[item].due, assess::Due::kNow);
      EXPECT_LT(test_->judgement.verdicts[item].state, State::kExcused);
    }
}

TEST_F(TextTest, NothingLeftToDo) {
  for (assess::Verdict& verdict : test_->judgement.verdicts) verdict.state = State::kMet;
  const std::string text = RenderText(test_->AsView(), Language::kEnglish, {});
  EXPECT_THAT(text, HasSubstr("Every item that is due now is met or excused."));
  EXPECT_THAT(text, HasSubstr("Nothing that is due now is left to do."));
  EXPECT_THAT(text, Not(HasSubstr("Contradictions")));
}

TEST_F(TextTest, SameViewSameBytes) {
  const auto again = MakeTestCase();
  const TextOptions full{.verbosity = Verbosity::kFull};
  EXPECT_EQ(RenderText(test_->AsView(), Language::kFrench, full),
            RenderText(again->AsView(), Language::kFrench, full));
}

}  // namespace
}  // namespace garant::report

#include "base/time.h"

#include <gtest/gtest.h>

namespace garant::base {
namespace {

TEST(Time, ReadsAndWritesRfc3339) {
  EXPECT_EQ(FormatTime(*ParseTime("2026-11-23T20:30:00Z")), "2026-11-23T20:30:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("2026-11-23")), "2026-11-23T00:00:00Z");
  EXPECT_EQ(FormatTime(*ParseTime("2026-11-23T20:30:00.250Z")), "2026-11-23T20:30:00.25Z");
  EXPECT_EQ(FormatDate(*ParseTime("2024-02-29")), "2024-02-29");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2026", "2026-02-30", "2026-13-01", "2026-11-23 20:30:00Z",
                           "2026-11-23T20:30:00", "2026-11-23T24:00:00Z", "2026-11-23T20:30:00.Z",
                           "2026-11-23T20:30:00+01:00", "1969-12-31", "2026-11-23Tx"})
    EXPECT_FALSE(ParseTime(text)) << text;
}

TEST(Time, ReadsAndWritesDurations) {
  EXPECT_EQ(*ParseDuration("P1D"), std::chrono::hours{24});
  EXPECT_EQ(*ParseDuration("P2Y"), std::chrono::hours{24 * 730});
  EXPECT_EQ(*ParseDuration("P1M"), std::chrono::hours{24 * 30});
  EXPECT_EQ(*ParseDuration("PT1H30M"), std::chrono::minutes{90});
  EXPECT_EQ(FormatDuration(*ParseDuration("P2W")), "P14D");
  EXPECT_EQ(FormatDuration(*ParseDuration("PT90S")), "PT90S");
  EXPECT_EQ(FormatDuration(*ParseDuration("P2Y")), "P2Y");
  for (const char* text : {"P6M", "P180D", "P1Y6M", "P2W", "P1Y", "P18M", "P400D", "P1Y1M1W1D"})
    EXPECT_EQ(FormatDuration(*ParseDuration(text), DurationSpelling(text)), text);
  for (const char* text : {"PT90S", "P1DT1H", "P0D", "P70M", "P20000D", "P", "", "6M"})
    EXPECT_EQ(DurationSpelling(text), 0U) << text;
  EXPECT_EQ(FormatDuration(std::chrono::hours{24 * 180}, 0), "P180D");
  for (const char* text :
       {"", "P", "PT", "P1", "1D", "P1S", "PT1D", "P1D1Y", "P1DT", "P999999999Y", "P-1D"})
    EXPECT_FALSE(ParseDuration(text)) << text;
}

}  // namespace
}  // namespace garant::base

#include "server/access.h"

#include <gtest/gtest.h>

namespace garant::server {
namespace {

using std::chrono::seconds;

struct TheAccess : testing::Test {
  Access access{{.link = seconds(10), .session = seconds(100)}};
  Access::Clock::time_point now = Access::Clock::now();
};

TEST_F(TheAccess, OpensOnceWithTheLink) {
  const std::string token = access.MakeToken(now);
  EXPECT_EQ(token.size(), 64U);
  EXPECT_FALSE(access.Redeem(token.substr(1), now));
  EXPECT_FALSE(access.Redeem("", now));
  const auto session = access.Redeem(token, now + seconds(9));
  ASSERT_TRUE(session);
  EXPECT_NE(*session, token);
  EXPECT_TRUE(access.Allows(*session, now + seconds(10)));
  EXPECT_FALSE(access.Redeem(token, now + seconds(9))) << "it was used";
  EXPECT_FALSE(access.Allows(token, now)) << "the link is no session";
  EXPECT_FALSE(access.Allows("", now));
}

TEST_F(TheAccess, KeepsAnAuditorApartFromAReader) {
  const std::string reading = access.MakeToken(now);
  const std::string auditing = access.MakeToken(now, Access::Role::kAuditor);
  const auto reader = access.Redeem(reading, now);
  const auto auditor = access.Redeem(auditing, now);
  ASSERT_TRUE(reader && auditor);
  EXPECT_EQ(access.RoleOf(*reader, now), Access::Role::kReader);
  EXPECT_EQ(access.RoleOf(*auditor, now), Access::Role::kAuditor);
  EXPECT_EQ(access.RoleOf("", now), std::nullopt);
  EXPECT_EQ(access.RoleOf(*auditor, now + seconds(100)), std::nullopt);
  const auto next = access.Redeem(access.MakeToken(now), now);
  EXPECT_FALSE(access.Allows(*reader, now)) << "the next reader takes their place";
  EXPECT_TRUE(access.Allows(*auditor, now)) << "and nobody the auditor's";
}

TEST_F(TheAccess, ExpiresOnBothWays) {
  const std::string token = access.MakeToken(now);
  EXPECT_FALSE(access.Redeem(token, now + seconds(10)));
  const std::string second = access.MakeToken(now);
  const auto session = access.Redeem(second, now);
  ASSERT_TRUE(session);
  EXPECT_TRUE(access.Allows(*session, now + seconds(99)));
  EXPECT_FALSE(access.Allows(*session, now + seconds(100)));
}

TEST_F(TheAccess, TakesOnlyTheLatest) {
  const std::string first = access.MakeToken(now);
  const std::string second = access.MakeToken(now);
  EXPECT_FALSE(access.Redeem(first, now));
  const auto one = access.Redeem(second, now);
  const auto other = access.Redeem(access.MakeToken(now), now);
  ASSERT_TRUE(one && other);
  EXPECT_FALSE(access.Allows(*one, now));
  EXPECT_TRUE(access.Allows(*other, now));
}

TEST_F(TheAccess, AllowsNobodyBeforeALinkWasOpened) {
  EXPECT_FALSE(access.Allows("", now));
  EXPECT_FALSE(access.Redeem("", now));
}

}  // namespace
}  // namespace garant::server

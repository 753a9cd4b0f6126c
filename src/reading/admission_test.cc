#include "reading/admission.h"

#include "reading/test_service.h"

namespace garant::reading {
namespace {

using base::Code;

Code CodeOf(const base::Result<Reader>& reader) {
  EXPECT_FALSE(reader) << "was let in";
  return reader ? Code::kIo : reader.error().code;
}

TEST(Admission, LetsInWhomTheFileNamesForThePurposeAlone) {
  const auto model = TestService(Readers());
  const auto reader = Admit(*model, {"access-request", "privacy-officer"});
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->person, "privacy");
  EXPECT_EQ(reader->categories, (std::vector<std::string>{"device.address", "line", "path"}));
  EXPECT_TRUE(reader->MayOpen("line"));
  EXPECT_FALSE(reader->MayOpen("lin"));
  EXPECT_FALSE(reader->MayOpen("act"));
  const auto complaint = Admit(*model, {"complaint", "privacy-officer"});
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->categories, (std::vector<std::string>{"line", "path"}));
}

TEST(Admission, NobodyIsLetInWhereTheFileSaysNothing) {
  for (const char* more : {"", "trail: { transient: P30D }\n", "trail: { readers: [] }\n"}) {
    const auto model = TestService(more);
    EXPECT_EQ(CodeOf(Admit(*model, {"access-request", "privacy-officer"})), Code::kPermission);
  }
}

TEST(Admission, RefusesAnotherPurposeAnotherRoleAndWhoHasNotTheRole) {
  const auto model = TestService(Readers());
  EXPECT_EQ(CodeOf(Admit(*model, {"incident", "privacy-officer"})), Code::kPermission);
  EXPECT_EQ(CodeOf(Admit(*model, {"access-request", "security", "anna"})), Code::kPermission);
  EXPECT_EQ(CodeOf(Admit(*model, {"access-request", "privacy-officer", "anna"})),
            Code::kPermission);
  EXPECT_EQ(CodeOf(Admit(*model, {"access-request", "privacy-officer", "nobody"})),
            Code::kPermission);
  EXPECT_EQ(CodeOf(Admit(*model, {"access-request", "auditor"})), Code::kInvalid);
}

TEST(Admission, AsksForPurposeRoleAndWhichOfSeveral) {
  const auto model = TestService(Readers());
  EXPECT_EQ(CodeOf(Admit(*model, {"", "privacy-officer"})), Code::kInvalid);
  EXPECT_EQ(CodeOf(Admit(*model, {"access-request", ""})), Code::kInvalid);
  const auto which = Admit(*model, {"incident", "security"});
  EXPECT_EQ(CodeOf(which), Code::kInvalid);
  EXPECT_NE(which.error().message.en.find("anna, bela"), std::string::npos);
  const auto bela = Admit(*model, {"incident", "security", "bela"});
  ASSERT_TRUE(bela);
  EXPECT_EQ(bela->AsPerson(), (trail::Person{"garant.people", "bela"}));
}

}  // namespace
}  // namespace garant::reading

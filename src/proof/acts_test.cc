#include "proof/acts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proof/facts.h"
#include "proof/test_signer.h"

namespace garant::proof {
namespace {

using identity::ActKind;
using testing::ElementsAre;

base::Time At(std::string_view text) { return *base::ParseTime(text); }
const base::Time kAsOf = At("2026-11-23T12:00:00Z");

const TestSigner& Owner() {
  static const TestSigner kSigner(1);
  return kSigner;
}
const TestSigner& Legal() {
  static const TestSigner kSigner(2);
  return kSigner;
}

std::string ServiceText(const std::string& rest = "cookies: []\n") {
  return "garant: 1\n"
         "service:\n"
         "  id: dog-licences\n"
         "  name: { en: Dog licences, fr: Permis de chien }\n"
         "  stage: alpha\n"
         "  environment: trial\n"
         "  organization: { en: City, fr: Ville }\n"
         "  jurisdictions: [ca]\n"
         "people:\n"
         "  - { id: owner, role: owner, team: transport, contact: a@example.org, key: " +
         Owner().PublicKey() +
         " }\n"
         "  - { id: legal, role: legal, contact: b@example.org, key: " +
         Legal().PublicKey() +
         " }\n"
         "  - { id: keyless, role: developer, contact: c@example.org }\n"
         "systems:\n"
         "  - { id: web, kind: web-application, agency: A, internet: true }\n" +
         rest;
}

std::unique_ptr<const service::Model> Model(const std::string& text = ServiceText()) {
  base::Diagnostics diagnostics;
  auto model = service::Model::Parse(text, "garant.yaml", diagnostics);
  for (const auto& one : diagnostics) ADD_FAILURE() << one.ToString(base::Language::kEnglish);
  return model;
}

class Acts : public testing::Test {
 protected:
  // A review of 9.2-01 by the owner, over the cookies as they stand.
  identity::Act Review() const {
    identity::Act act;
    act.kind = ActKind::kReview;
    act.service = "dog-licences";
    act.item = "9.2-01";
    act.by = "owner";
    act.at = kAsOf - std::chrono::hours(24);
    act.expires = kAsOf + std::chrono::hours(24);
    act.covers = {"cookies"};
    act.digest = *model_->DigestOf(act.covers);
    act.statement = "It is so.";
    return act;
  }
  identity::Act Excuse() const {
    identity::Act act = Review();
    act.kind = ActKind::kExcuse;
    act.mode = identity::ExcuseMode::kAccepted;
    return act;
  }
  identity::Act ApprovalOf(const identity::Act& approved, const std::string& by) const {
    identity::Act act = Review();
    act.kind = ActKind::kApproval;
    act.by = by;
    act.of = identity::ActId(*identity::FormatAct(approved));
    return act;
  }

  void Store(identity::SignedAct act, base::Time time = kAsOf - std::chrono::hours(12)) {
    stored_.push_back({std::move(act), stored_.size() + 40, time});
  }
  std::vector<Act> Verify(base::Time as_of = kAsOf) const {
    return VerifyActs(stored_, *model_, as_of);
  }
  std::vector<Standing> Standings(base::Time as_of = kAsOf) const {
    std::vector<Standing> standings;
    for (const Act& act : Verify(as_of)) standings.push_back(act.standing);
    return standings;
  }

  std::unique_ptr<const service::Model> model_ = Model();
  std::vector<StoredAct> stored_;
};

TEST_F(Acts, CountWhereThePersonSigned) {
  Store(Owner().Sign(Review()));
  const std::vector<Act> acts = Verify();
  ASSERT_EQ(acts.size(), 1U);
  EXPECT_EQ(acts[0].standing, Standing::kCounts);
  EXPECT_EQ(acts[0].id, identity::ActId(stored_[0].act.payload));
  EXPECT_EQ(acts[0].role, "owner");
  EXPECT_EQ(acts[0].team, "transport");
  EXPECT_EQ(acts[0].entry, 40U);
  EXPECT_TRUE(acts[0].unchanged);
}

TEST_F(Acts, OfAThirdPartyDoNotCountFromThoseWhoMakeTheService) {
  identity::Act document = Review();
  document.kind = ActKind::kExternal;
  document.by = "legal";
  document.document = *model_->DigestOf({});
  document.document_name = "Report";
  document.issuer = "Testers";
  document.dated = kAsOf - std::chrono::hours(48);
  Store(Legal().Sign(document));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kCounts));
  for (const std::string role : {"developer", "operations", "product-owner"}) {
    std::string text = ServiceText();
    text.replace(text.find("role: legal"), 11, "role: " + role);
    model_ = Model(text);
    EXPECT_THAT(Standings(), ElementsAre(Standing::kNoMandate)) << role;
  }
  document.kind = ActKind::kReview;
  document.issuer.clear();
  document.dated.reset();
  stored_.clear();
  Store(Legal().Sign(document));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kCounts)) << "their own word is their own";
}

TEST_F(Acts, AreOnlyClaimedWithoutASignature) {
  Store({*identity::FormatAct(Review()), ""});
  EXPECT_THAT(Standings(), ElementsAre(Standing::kClaimed));
  EXPECT_FALSE(Verify()[0].unchanged);
}

TEST_F(Acts, AreForgedWhereAnyByteIsAnother) {
  const identity::SignedAct sound = Owner().Sign(Review());
  for (size_t at = 0; at < sound.payload.size(); ++at) {
    stored_.clear();
    identity::SignedAct flipped = sound;
    flipped.payload[at] = static_cast<char>(flipped.payload[at] ^ 1);
    Store(flipped);
    EXPECT_NE(Standings()[0], Standing::kCounts) << "byte " << at;
  }
  for (size_t at = 0; at < sound.signature.size(); ++at) {
    stored_.clear();
    identity::SignedAct flipped = sound;
    flipped.signature[at] = static_cast<char>(flipped.signature[at] ^ 1);
    Store(flipped);
    EXPECT_THAT(Standings(), ElementsAre(Standing::kForged)) << "byte " << at;
  }
}

TEST_F(Acts, AreForgedWhereAnotherKeySigned) {
  Store(Legal().Sign(Review()));
  Store(TestSigner(9).Sign(Review()));
  const std::string payload = *identity::FormatAct(Review());
  Store({payload, Owner().SignText(payload, "file")});
  Store({payload, Owner().SignText(payload + "\n")});
  EXPECT_THAT(Standings(), ElementsAre(Standing::kForged, Standing::kForged, Standing::kForged,
                                       Standing::kForged));
}

TEST_F(Acts, NeedAPersonWithAKey) {
  identity::Act act = Review();
  act.by = "stranger";
  Store(Owner().Sign(act));
  act.by = "keyless";
  Store(Owner().Sign(act));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kUnknownPerson, Standing::kUnknownPerson));
}

TEST_F(Acts, BelongToOneService) {
  identity::Act act = Review();
  act.service = "cat-licences";
  Store(Owner().Sign(act));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kOtherService));
}

TEST_F(Acts, ExpireAtTheirMomentExactly) {
  const identity::Act act = Review();
  Store(Owner().Sign(act));
  EXPECT_THAT(Standings(act.expires - std::chrono::nanoseconds(1)), ElementsAre(Standing::kCounts));
  EXPECT_THAT(Standings(act.expires), ElementsAre(Standing::kExpired));
}

TEST_F(Acts, DatedInTheFutureDoNotCountYet) {
  identity::Act act = Review();
  act.at = kAsOf + std::chrono::seconds(1);
  Store(Owner().Sign(act), kAsOf);
  EXPECT_THAT(Standings(), ElementsAre(Standing::kNotYet));
  // Dated behind the entry that holds them, they were not recorded when they say.
  act.at = kAsOf - std::chrono::hours(1);
  stored_.clear();
  Store(Owner().Sign(act), act.at - std::chrono::minutes(6));
  Store(Owner().Sign(Review()), Review().at - std::chrono::minutes(5));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kNotYet, Standing::kCounts));
}

TEST_F(Acts, RecordedLaterAreLeftOut) {
  Store(Owner().Sign(Review()), kAsOf + std::chrono::nanoseconds(1));
  EXPECT_TRUE(Verify().empty());
  EXPECT_EQ(Verify(kAsOf + std::chrono::seconds(1)).size(), 1U);
}

TEST_F(Acts, CountOnceOnly) {
  Store({*identity::FormatAct(Review()), ""});
  Store(Legal().Sign(Review()));
  Store(Owner().Sign(Review()));
  Store(Owner().Sign(Review()));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kClaimed, Standing::kForged, Standing::kCounts,
                                       Standing::kReplayed));
}

TEST_F(Acts, AreUnreadableWhereTheyAreNone) {
  Store({"no act", Owner().SignText("no act")});
  Store({"", ""});
  Store(Owner().Sign(Review()));
  stored_.back().readable = false;
  EXPECT_THAT(Standings(),
              ElementsAre(Standing::kUnreadable, Standing::kUnreadable, Standing::kUnreadable));
}

TEST_F(Acts, AreNotCurrentOnceTheFileChanged) {
  Store(Owner().Sign(Review()));
  EXPECT_TRUE(Verify()[0].unchanged);
  model_ = Model(ServiceText("cookies: [ { name: a, purpose: essential, keep: session } ]\n"));
  EXPECT_EQ(Verify()[0].standing, Standing::kCounts) << "it was said all the same";
  EXPECT_FALSE(Verify()[0].unchanged);
  model_ = Model(ServiceText("cookies: []\nsharing: []\n"));
  EXPECT_TRUE(Verify()[0].unchanged) << "another section changed";
  model_ = Model(ServiceText(""));
  EXPECT_FALSE(Verify()[0].unchanged) << "the section was taken away";
}

TEST_F(Acts, AreCurrentForAnItemWhoseSectionsTheyCover) {
  Act act;
  standard::Item item;
  item.covers = {"cookies", "policies"};
  act.covers = {"cookies", "policies", "rights"};
  EXPECT_FALSE(IsCurrent(act, item)) << "changed";
  act.unchanged = true;
  EXPECT_TRUE(IsCurrent(act, item));
  act.covers = {"cookies"};
  EXPECT_FALSE(IsCurrent(act, item)) << "policies may have changed";
  act.covers = {};
  EXPECT_TRUE(IsCurrent(act, item)) << "signed over all of it";
  item.covers = {};
  EXPECT_TRUE(IsCurrent(act, item));
  act.covers = {"cookies"};
  EXPECT_FALSE(IsCurrent(act, item)) << "the item is about all of it";
}

TEST_F(Acts, AreApprovedBySomebodyElse) {
  Store(Owner().Sign(Excuse()));
  const identity::SignedAct approval = Legal().Sign(ApprovalOf(Excuse(), "legal"));
  Store(approval);
  const std::vector<Act> acts = Verify();
  EXPECT_EQ(acts[0].approved_by, "legal");
  EXPECT_EQ(acts[0].approval, identity::ActId(approval.payload));
  EXPECT_EQ(acts[1].approved_by, "");
}

TEST_F(Acts, AreNotApprovedByTheirOwnPersonOrAnApprovalThatDoesNotCount) {
  const identity::Act excuse = Excuse();
  const auto approved_by = [&](identity::SignedAct approval) {
    stored_.clear();
    Store(Owner().Sign(excuse));
    Store(std::move(approval));
    return Verify()[0].approved_by;
  };
  EXPECT_EQ(approved_by(Legal().Sign(ApprovalOf(excuse, "legal"))), "legal");
  EXPECT_EQ(approved_by(Owner().Sign(ApprovalOf(excuse, "owner"))), "") << "their own";
  EXPECT_EQ(approved_by(Owner().Sign(ApprovalOf(excuse, "legal"))), "") << "in another's name";
  EXPECT_EQ(approved_by({*identity::FormatAct(ApprovalOf(excuse, "legal")), ""}), "") << "claimed";
  identity::Act late = ApprovalOf(excuse, "legal");
  late.at = kAsOf - std::chrono::hours(48);
  late.expires = kAsOf;
  EXPECT_EQ(approved_by(Legal().Sign(late)), "") << "expired";
  identity::Act elsewhere = ApprovalOf(excuse, "legal");
  elsewhere.item = "9.2-02";
  EXPECT_EQ(approved_by(Legal().Sign(elsewhere)), "") << "of another item";
  identity::Act other = ApprovalOf(Review(), "legal");
  EXPECT_EQ(approved_by(Legal().Sign(other)), "") << "of another act";
  identity::Act stale = ApprovalOf(excuse, "legal");
  stale.digest[0] ^= 1U;
  EXPECT_EQ(approved_by(Legal().Sign(stale)), "") << "over another file";
  identity::Act review = Review();
  review.by = "legal";
  EXPECT_EQ(approved_by(Legal().Sign(review)), "") << "a review approves nothing";
}

TEST_F(Acts, ThatDoNotCountAreNotApproved) {
  Store(Legal().Sign(Excuse()));
  Store(Legal().Sign(ApprovalOf(Excuse(), "legal")));
  EXPECT_THAT(Standings(), ElementsAre(Standing::kForged, Standing::kCounts));
  EXPECT_EQ(Verify()[0].approved_by, "");
}

TEST_F(Acts, NameTheRolesThatWereMet) {
  identity::Act act = Review();
  act.kind = ActKind::kEngagement;
  act.with = {"keyless", "legal", "stranger"};
  Store(Owner().Sign(act));
  EXPECT_THAT(Verify()[0].with_roles, ElementsAre("developer", "legal"));
}

TEST_F(Acts, SayTheirStandingInBothLanguages) {
  for (int standing = 0; standing <= static_cast<int>(Standing::kUnreadable); ++standing) {
    const base::Text text = StandingText(static_cast<Standing>(standing));
    EXPECT_NE(text.en, "");
    EXPECT_NE(text.fr, text.en);
  }
}

TEST_F(Acts, KeepTheirStatementSealed) {
  const auto draft = ToDraft(Owner().Sign(Review()), kAsOf);
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->kind, kActKind);
  EXPECT_EQ(draft->sealed.size(), 2U);
  for (const trail::Fact& fact : draft->facts) {
    const auto* text = std::get_if<std::string>(&fact.value);
    EXPECT_TRUE(text == nullptr || text->find("It is so") == std::string::npos) << fact.name;
  }
  EXPECT_EQ(ToDraft({*identity::FormatAct(Review()), ""}, kAsOf)->sealed.size(), 1U);
  EXPECT_FALSE(ToDraft({"no act", ""}, kAsOf));
}

}  // namespace
}  // namespace garant::proof

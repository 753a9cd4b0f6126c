#include "identity/act.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "identity/test_vectors.h"

namespace garant::identity {
namespace {

using base::Code;

Act Example(ActKind kind) {
  Act act;
  act.kind = kind;
  act.service = "parking-permits";
  act.item = "9.4-17";
  act.by = "security";
  act.at = *base::ParseTime("2026-11-20T09:00:00Z");
  act.expires = *base::ParseTime("2027-05-20");
  act.covers = {"risks", "threats"};
  act.digest = base::Sha256(base::AsBytes("test"));
  act.statement = "The second reviewer joins in March; until then the owner reviews alone.";
  if (kind == ActKind::kEngagement) act.with = {"legal", "privacy"};
  if (kind == ActKind::kApproval) act.of = "act:0123456789abcdef0123456789abcdef";
  if (kind == ActKind::kExcuse) act.mode = ExcuseMode::kAccepted;
  if (kind == ActKind::kExternal) {
    act.document = base::Sha256(base::AsBytes("report"));
    act.document_name = "Penetration test, 2026";
    act.issuer = "Example Testers";
    act.dated = *base::ParseTime("2026-10-01");
  }
  return act;
}

constexpr ActKind kKinds[] = {ActKind::kEngagement,  ActKind::kReview, ActKind::kApproval,
                              ActKind::kAttestation, ActKind::kExcuse, ActKind::kExternal};

TEST(Act, RoundTripsForEachKind) {
  for (const ActKind kind : kKinds) {
    const auto text = FormatAct(Example(kind));
    ASSERT_TRUE(text) << text.error().message.en;
    const auto back = ParseAct(*text);
    ASSERT_TRUE(back) << back.error().message.en;
    EXPECT_EQ(*back, Example(kind));
    EXPECT_EQ(FindActKind(ActKindName(kind)), kind);
  }
  EXPECT_FALSE(FindActKind("wish"));
}

TEST(Act, IsWrittenAsItsPageSays) {
  EXPECT_EQ(*FormatAct(Example(ActKind::kExcuse)), vectors::kPayload);
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/act.md");
  ASSERT_TRUE(page);
  EXPECT_NE(page->find(vectors::kPayload), std::string::npos);
}

TEST(Act, CoversTheWholeServiceWhereNothingIsNamed) {
  Act act = Example(ActKind::kReview);
  act.item = "-";
  act.covers.clear();
  act.document = base::Sha256({});
  act.document_name = "Notes";
  const std::string text = *FormatAct(act);
  EXPECT_NE(text.find("\nitem: -\n"), std::string::npos);
  EXPECT_NE(text.find("\ncovers: all\n"), std::string::npos);
  EXPECT_EQ(*ParseAct(text), act);
}

TEST(Act, RefusesWhatItsKindDoesNotTake) {
  const auto refuses = [](ActKind kind, auto change) {
    Act act = Example(kind);
    change(act);
    return !FormatAct(act).has_value();
  };
  const Act external = Example(ActKind::kExternal);
  for (const ActKind kind : kKinds) {
    EXPECT_EQ(refuses(kind, [](Act& a) { a.of = "act:0123456789abcdef0123456789abcdef"; }),
              kind != ActKind::kApproval);
    EXPECT_EQ(refuses(kind, [](Act& a) { a.with = {"x"}; }), kind != ActKind::kEngagement);
    EXPECT_EQ(refuses(kind, [](Act& a) { a.mode = ExcuseMode::kAccepted; }),
              kind != ActKind::kExcuse);
    EXPECT_EQ(refuses(kind, [](Act& a) { a.issuer = "x"; }), kind != ActKind::kExternal);
    EXPECT_EQ(refuses(kind, [&](Act& a) { a.dated = external.dated; }), kind != ActKind::kExternal);
  }
  EXPECT_TRUE(refuses(ActKind::kEngagement, [](Act& a) { a.with.clear(); }));
  EXPECT_TRUE(refuses(ActKind::kExcuse, [](Act& a) { a.mode.reset(); }));
  EXPECT_TRUE(refuses(ActKind::kExternal, [](Act& a) { a.issuer.clear(); }));
  EXPECT_TRUE(refuses(ActKind::kExternal, [](Act& a) { a.document_name.clear(); }));
  EXPECT_TRUE(refuses(ActKind::kExternal, [](Act& a) { a.dated.reset(); }));
}

TEST(Act, RefusesFieldsThatAreNotWhatTheyShould) {
  const auto refuses = [](auto change) {
    Act act = Example(ActKind::kApproval);
    change(act);
    return !FormatAct(act).has_value();
  };
  EXPECT_FALSE(refuses([](Act&) {}));
  EXPECT_TRUE(refuses([](Act& a) { a.service = ""; }));
  EXPECT_TRUE(refuses([](Act& a) { a.item = "9.4 17"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.by = "-x"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.expires = a.at; }));
  EXPECT_TRUE(refuses([](Act& a) { a.covers = {"b", "a"}; }));
  EXPECT_TRUE(refuses([](Act& a) { a.covers = {"a", "a"}; }));
  EXPECT_TRUE(refuses([](Act& a) { a.covers = {"all"}; }));
  EXPECT_TRUE(refuses([](Act& a) { a.of = "act:0123456789ABCDEF"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.of = "act:0123"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.statement = ""; }));
  EXPECT_TRUE(refuses([](Act& a) { a.statement = "one\ntwo"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.statement = "one\nby: somebody-else"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.statement = " one"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.statement = "\xff"; }));
  EXPECT_TRUE(refuses([](Act& a) { a.statement = "not \xe2\x80\xae approved"; }));  // U+202E
  EXPECT_TRUE(refuses([](Act& a) { a.statement = "a\xc2\x85z"; }));                 // U+0085
  EXPECT_TRUE(refuses([](Act& a) { a.statement = std::string(5000, 'x'); }));
  EXPECT_FALSE(refuses([](Act& a) { a.statement = "D\xc3\xa9j\xc3\xa0 vu \xe2\x80\x94 : oui"; }));
}

// Replaces the first `from` in the payload.
std::string With(const std::string& from, const std::string& to) {
  std::string text = vectors::kPayload;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Act, RefusesEveryOtherSpelling) {
  ASSERT_TRUE(ParseAct(vectors::kPayload));
  for (const std::string& bad :
       {std::string(),
        std::string("garant-act/1\n"),
        With("garant-act/1", "garant-act/2"),
        With("kind: excuse", "kind: excuse "),
        With("kind: excuse", "kind:  excuse"),
        With("kind: excuse", "kind:excuse"),
        With("kind: excuse", "Kind: excuse"),
        With("kind: excuse", "kind: wish"),
        With("kind: excuse\n", ""),
        With("by: security\n", ""),
        With("by: security\n", "by: security\nby: owner\n"),
        With("by: security\n", "\nby: security\n"),
        With("by: security\n", "by: security\r\n"),
        With("item: 9.4-17\nby: security\n", "by: security\nitem: 9.4-17\n"),
        With("09:00:00Z", "09:00:00+00:00"),
        With("09:00:00Z", "09:00:00.0Z"),
        With("2027-05-20T00:00:00Z", "2027-05-20"),
        With("2027-05-20T", "2025-05-20T"),
        With("risks,threats", "threats,risks"),
        With("risks,threats", "risks, threats"),
        With("risks,threats", "risks,,threats"),
        With("risks,threats", ""),
        With("9f86d0", "9F86D0"),
        With("9f86d0", "9f86"),
        With("mode: accepted\n", ""),
        With("mode: accepted", "mode: maybe"),
        With("mode: accepted", "mode: accepted\nextra: x"),
        With("alone.\n", "alone."),
        With("alone.\n", "alone.\n\n"),
        With("alone.\n", "alone.\nx\n"),
        With("statement: The", "statement: \tThe"),
        std::string(vectors::kPayload) + "\n",
        std::string(20000, 'x')})
    EXPECT_FALSE(ParseAct(bad)) << bad.substr(0, 300);
}

TEST(Act, EveryChangedByteIsRefusedOrAnotherAct) {
  const std::string payload = vectors::kPayload;
  const Act act = *ParseAct(payload);
  for (size_t i = 0; i < payload.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = payload;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << bit));
      const auto read = ParseAct(changed);
      EXPECT_FALSE(read && *read == act) << changed;
    }
  }
}

TEST(Act, IsNamedByItsPayload) {
  EXPECT_EQ(ActId(""), "act:e3b0c44298fc1c149afbf4c8996fb924");
  EXPECT_NE(ActId(vectors::kPayload), ActId(With("accepted", "not-applicable")));
}

TEST(SignedAct, CountsOnlyWithASignatureOfThePersonsKey) {
  const PublicKey key = *ParsePublicKey(vectors::kEd25519Key);
  const PublicKey other = *ParsePublicKey(vectors::kEcdsaKey);
  const auto code = [](const SignedAct& act, std::vector<PublicKey> keys) {
    const auto verified = VerifyAct(act, keys);
    return verified ? Code::kConflict : verified.error().code;
  };
  const SignedAct sound{vectors::kPayload, vectors::kEd25519Signature};
  ASSERT_EQ(code(sound, {other, key}), Code::kConflict);
  EXPECT_EQ(VerifyAct(sound, {&key, 1})->by, "security");

  EXPECT_EQ(code(sound, {}), Code::kUntrusted);
  EXPECT_EQ(code(sound, {other}), Code::kUntrusted);
  EXPECT_EQ(code({vectors::kPayload, ""}, {key}), Code::kUntrusted);
  EXPECT_EQ(code({vectors::kPayload, vectors::kEd25519FileSignature}, {key}), Code::kUntrusted);
  EXPECT_EQ(code({vectors::kPayload, vectors::kEcdsaSignature}, {key}), Code::kUntrusted);
  EXPECT_EQ(code({With("accepted", "not-applicable"), sound.signature}, {key}), Code::kUntrusted);
  EXPECT_EQ(code({vectors::kPayload, "garbage"}, {key}), Code::kInvalid);
  EXPECT_EQ(code({"garbage", sound.signature}, {key}), Code::kInvalid);
}

}  // namespace
}  // namespace garant::identity

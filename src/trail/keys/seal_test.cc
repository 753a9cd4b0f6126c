#include "trail/keys/seal.h"

#include <gtest/gtest.h>

#include "trail/append/memory_trail.h"
#include "trail/crypto/crypto.h"
#include "trail/entry/allowed_facts.h"

namespace garant::trail {
namespace {

using base::AsBytes;
using base::AsText;
using base::Bytes;
using base::Code;

const Person kClerk{"https://idp.example", "clerk-7"};
const Person kAnna{"https://idp.example", "anna"};
const Person kBela{"https://idp.example", "bela"};

Bytes ToBytes(std::string_view text) { return {text.begin(), text.end()}; }

Draft Example() {
  Draft draft;
  draft.time = *base::ParseTime("2026-11-23T20:30:00Z");
  draft.kind = "request";
  draft.service = "parking-permits";
  draft.actor = kClerk;
  draft.subjects = {kAnna, kBela};
  draft.session = "raw-session-id";
  draft.trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  draft.sealed = {{KeyClass::kSubject, "contact.email", ToBytes("anna@example.org"), kAnna},
                  {KeyClass::kSubject, "network.address", ToBytes("192.0.2.7"), kClerk},
                  {KeyClass::kTransient, "network.agent", ToBytes("Firefox"), {}},
                  {KeyClass::kRecord, "act", ToBytes(""), {}}};
  return draft;
}

Generation Filled(uint8_t fill) {
  Generation generation{};
  generation.fill(fill);
  return generation;
}

// RFC 5869, test cases 1 and 3 (the first 32 bytes of output), and RFC 4231, test case 2.
TEST(Crypto, HoldsTheVectorsOfItsRfcs) {
  EXPECT_EQ(base::ToHex(HkdfSha256(Bytes(22, 0x0b), *base::FromHex("000102030405060708090a0b0c"),
                                   *base::FromHex("f0f1f2f3f4f5f6f7f8f9"))),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  EXPECT_EQ(base::ToHex(HkdfSha256(Bytes(22, 0x0b), {}, {})),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
  EXPECT_EQ(base::ToHex(HmacSha256(AsBytes("Jefe"),
                                   {AsBytes("what do ya want "), AsBytes("for nothing?")})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// The Galois/Counter Mode paper's test case 14 (AES-256, one zero block).
TEST(Crypto, HoldsAVectorOfGcm) {
  EXPECT_EQ(base::ToHex(GcmSeal(Key{}, Nonce{}, {}, Bytes(16, 0))),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

// What one seals the other seals alike, and both open.
TEST(Crypto, TwoEnginesSealTheSame) {
  Key key{};
  key.fill(0x42);
  const GcmSealer quickest(key);
  const GcmSealer openssl(key, GcmEngine::kOpenSsl);
  ASSERT_EQ(openssl.engine(), GcmEngine::kOpenSsl);
  if (quickest.engine() == GcmEngine::kOpenSsl)
    GTEST_SKIP()
        << "built without libipsec-mb, or the processor is none for it: there is one engine";
  for (size_t length = 0; length < 100; ++length) {
    const Bytes plain(length, 0x37);
    const Bytes associated(7 * length, 0x29);
    Nonce nonce{};
    nonce[3] = static_cast<uint8_t>(length);
    Bytes one(length + kTagBytes);
    Bytes other(length + kTagBytes);
    quickest.Seal(nonce, associated, plain, one);
    openssl.Seal(nonce, associated, plain, other);
    EXPECT_EQ(one, other) << length;
    EXPECT_EQ(*GcmOpen(key, nonce, associated, one), plain) << length;
  }
}

TEST(Seal, OpensEachPart) {
  KeyStore keys = KeyStore::Generate();
  const auto entry = SealDraft(Example(), 5, Filled(1), keys);
  ASSERT_TRUE(entry) << entry.error().message.en;
  const auto back = DecodeEntry(*EncodeEntry(*entry));
  ASSERT_TRUE(back) << back.error().message.en;
  const char* plain[] = {"anna@example.org", "192.0.2.7", "Firefox", ""};
  for (uint32_t i = 0; i < 4; ++i) {
    const auto opened = OpenSealedPart(*back, i, keys);
    ASSERT_TRUE(opened) << opened.error().message.en;
    EXPECT_EQ(AsText(*opened), plain[i]);
  }
  EXPECT_EQ(OpenSealedPart(*back, 4, keys).error().code, Code::kNotFound);
}

TEST(Seal, LeavesNoPlaintextAndNoIdentifierInTheLeaf) {
  KeyStore keys = KeyStore::Generate();
  const Bytes leaf = *EncodeEntry(*SealDraft(Example(), 5, Filled(1), keys));
  for (const char* secret : {"anna", "bela", "clerk-7", "idp.example", "192.0.2.7", "Firefox",
                             "raw-session", "4bf92f35"})
    EXPECT_EQ(AsText(leaf).find(secret), std::string_view::npos) << secret;
  const base::Digest hashed = base::Sha256(AsBytes("anna"));
  EXPECT_EQ(AsText(leaf).find(AsText(hashed)), std::string_view::npos);
}

TEST(Seal, RefusesEveryChangeOfHeaderOrPart) {
  KeyStore keys = KeyStore::Generate();
  const Bytes leaf = *EncodeEntry(*SealDraft(Example(), 5, Filled(1), keys));
  const Bytes plain = ToBytes("anna@example.org");
  for (size_t i = 0; i < leaf.size(); ++i) {
    Bytes changed = leaf;
    changed[i] ^= 1U;
    const auto entry = DecodeEntry(changed);
    if (!entry) continue;
    // What changed must show in one of the parts: all are bound to the header.
    bool all_open = true;
    for (uint32_t part = 0; part < entry->parts.size(); ++part)
      all_open = all_open && OpenSealedPart(*entry, part, keys).has_value();
    EXPECT_FALSE(all_open) << "byte " << i;
  }
}

TEST(Seal, AnswersAnotherKeyByTheCommitment) {
  KeyStore keys = KeyStore::Generate();
  const KeyStore others = KeyStore::Generate();
  const Entry entry = *SealDraft(Example(), 5, Filled(1), keys);
  EXPECT_EQ(OpenSealedPart(entry, 3, others).error().message.en,
            "entry 5, part 3: the key is not the one it was sealed with");
  EXPECT_EQ(OpenSealedPart(entry, 0, others).error().code, Code::kNotFound);
  EXPECT_EQ(OpenSealedPart(entry, 2, others).error().code, Code::kNotFound);
}

// A torn tail that is cut, and its index used again: the key must be another.
TEST(Seal, TheSameIndexInAnotherGenerationHasAnotherKeystream) {
  KeyStore keys = KeyStore::Generate();
  const Entry first = *SealDraft(Example(), 5, Filled(1), keys);
  const Entry second = *SealDraft(Example(), 5, Filled(2), keys);
  EXPECT_NE(first.parts[0].commitment, second.parts[0].commitment);
  EXPECT_NE(first.parts[0].ciphertext, second.parts[0].ciphertext);
}

TEST(Seal, TokensStandForPersonsWithinAnEpochOnly) {
  KeyStore keys = KeyStore::Generate();
  Draft draft = Example();
  const Entry first = *SealDraft(draft, 0, Filled(1), keys);
  const Entry second = *SealDraft(draft, 1, Filled(2), keys);
  EXPECT_EQ(first.header.actor, second.header.actor);
  EXPECT_EQ(first.header.subjects, second.header.subjects);
  EXPECT_EQ(first.header.session, second.header.session);
  draft.time += std::chrono::days(1);
  const Entry next_day = *SealDraft(draft, 3, Filled(1), keys);
  EXPECT_EQ(first.header.actor, next_day.header.actor);
  EXPECT_NE(first.header.session, next_day.header.session);
  EXPECT_NE(first.header.trace, next_day.header.trace);
  draft.time += std::chrono::days(29);
  const Entry later = *SealDraft(draft, 2, Filled(1), keys);
  EXPECT_NE(first.header.actor, later.header.actor);
  EXPECT_NE(first.header.session, later.header.session);
  EXPECT_EQ(KeyRing(keys).TokenOf(kClerk, EpochOf(draft.time)).value(), later.header.actor);
  EXPECT_FALSE(KeyRing(keys).TokenOf({"https://idp.example", "nobody"}, 1));
}

TEST(Seal, AnExpiredTransientKeyOpensNothingAndIsNotMadeAgain) {
  KeyStore keys = KeyStore::Generate();
  const Entry entry = *SealDraft(Example(), 5, Filled(1), keys);
  EXPECT_FALSE(keys.ExpireTransientBefore(DayOf(entry.time)));
  EXPECT_TRUE(OpenSealedPart(entry, 2, keys));
  EXPECT_TRUE(keys.ExpireTransientBefore(DayOf(entry.time) + 1));
  EXPECT_EQ(OpenSealedPart(entry, 2, keys).error().code, Code::kNotFound);
  EXPECT_TRUE(OpenSealedPart(entry, 3, keys));
  EXPECT_EQ(SealDraft(Example(), 6, Filled(1), keys).error().code, Code::kInvalid);
}

TEST(Seal, APartsEpochIsADayWhereItsKeyIsTheDaysAndThirtyOfThemElsewhere) {
  KeyStore keys = KeyStore::Generate();
  const Entry entry = *SealDraft(Example(), 5, Filled(1), keys);
  EXPECT_EQ(entry.parts[0].epoch, EpochOf(entry.time));
  EXPECT_EQ(entry.parts[2].epoch, DayOf(entry.time));
  EXPECT_EQ(entry.parts[3].epoch, EpochOf(entry.time));
}

TEST(Seal, RefusesDraftsThatSayMoreThanTheyMay) {
  KeyStore keys = KeyStore::Generate();
  const auto refuses = [&keys](auto change) {
    Draft draft = Example();
    change(draft);
    return !SealDraft(draft, 0, Filled(1), keys).has_value();
  };
  EXPECT_FALSE(refuses([](Draft&) {}));
  EXPECT_TRUE(refuses([](Draft& d) { d.facts = {{"email", std::string("a@b.example")}}; }));
  EXPECT_TRUE(refuses([](Draft& d) { d.sealed[0].about.reset(); }));
  EXPECT_TRUE(refuses([](Draft& d) { d.sealed[0].about = Person{"i", "stranger"}; }));
  EXPECT_TRUE(refuses([](Draft& d) { d.sealed[3].about = kAnna; }));
  EXPECT_TRUE(refuses([](Draft& d) { d.subjects[0].issuer.clear(); }));
}

TEST(AllowedFacts, FollowTheTableByKindNameAndType) {
  EXPECT_TRUE(CheckFacts("http-plain", {{"answers", true}, {"@subject", std::string("h:80")}}));
  EXPECT_TRUE(CheckFacts("act", {{"by", std::string("owner")}, {"expires", int64_t{1}}}));
  EXPECT_FALSE(CheckFacts("http-plain", {{"answers", std::string("yes")}}));
  EXPECT_FALSE(CheckFacts("http-plain", {{"answers", true}, {"answers", true}}));
  EXPECT_FALSE(CheckFacts("http-plain", {{"hsts", int64_t{1}}}));
  EXPECT_FALSE(CheckFacts("act", {{"statement", std::string("x")}}));
  EXPECT_FALSE(CheckFacts("unheard-of", {{"answers", true}}));
  EXPECT_TRUE(CheckFacts("unheard-of", {}));
}

TEST(MemoryTrail, TakesAllDraftsOrNone) {
  MemoryTrail trail;
  Draft bad = Example();
  bad.kind = "Not A Kind";
  const Draft drafts[] = {Example(), bad};
  EXPECT_FALSE(trail.Append(drafts));
  EXPECT_TRUE(trail.entries().empty());
  EXPECT_EQ(*trail.Append(std::span(drafts).first(1)), 0U);
  EXPECT_EQ(*trail.Append(std::span(drafts).first(1)), 1U);
  EXPECT_EQ(AsText(*trail.Keys().OpenPart(trail.entries()[1], 0)), "anna@example.org");
}

// Keys of parts are remembered while sealing and drawn anew while opening: each must be the other.
TEST(Seal, RemembersTheRightKeyForEachPart) {
  KeyStore keys = KeyStore::Generate();
  const base::Time first = *base::ParseTime("2026-11-23T20:30:00Z");
  const base::Time later = first + std::chrono::days(30);
  std::vector<Entry> entries;
  for (uint64_t index = 0; index < 400; ++index) {
    Draft draft;
    draft.kind = "request";
    draft.time = index % 3 == 0 ? later : first;
    Generation generation{};
    generation[0] = static_cast<uint8_t>(index % 2);
    for (const KeyClass key_class : {KeyClass::kTransient, KeyClass::kRecord})
      draft.sealed.push_back({key_class, "c" + std::to_string(index % 90), {1, 2, 3}, {}});
    auto entry = SealDraft(draft, index, generation, keys);
    ASSERT_TRUE(entry);
    entries.push_back(std::move(*entry));
  }
  const auto opens = [&keys](const Entry& entry, uint32_t part) {
    const auto bytes = OpenSealedPart(entry, part, keys);
    return bytes && *bytes == base::Bytes({1, 2, 3});
  };
  for (const Entry& entry : entries) EXPECT_TRUE(opens(entry, 0) && opens(entry, 1));
  keys.ExpireTransientBefore(DayOf(later));
  for (const Entry& entry : entries) {
    EXPECT_EQ(opens(entry, 0), entry.time == later);
    EXPECT_TRUE(opens(entry, 1));
  }
  Draft expired;
  expired.kind = "request";
  expired.time = first;
  expired.sealed.push_back({KeyClass::kTransient, "c1", {1}, {}});
  EXPECT_FALSE(SealDraft(expired, 400, {}, keys)) << "a key that was remembered is gone too";
}

}  // namespace
}  // namespace garant::trail

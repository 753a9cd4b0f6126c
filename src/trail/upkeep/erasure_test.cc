#include "trail/upkeep/erasure.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "trail/keys/seal.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/tree/merkle.h"
#include "trail/upkeep/receipt.h"

namespace garant::trail {
namespace {

using base::Code;
namespace fs = std::filesystem;

const Person kAnna{"https://idp.example", "anna"};
const Person kBela{"https://idp.example", "bela"};
const base::Time kNow = *base::ParseTime("2026-11-23T20:30:00Z");

class Erasing : public ::testing::Test {
 protected:
  void SetUp() override {
    auto trail = Open();
    ASSERT_TRUE(trail) << trail.error().message.en;
    Draft draft = TestFolder::Example("asked");
    draft.actor.reset();
    draft.subjects = {kAnna, kBela};
    for (const Person& person : {kAnna, kBela})
      for (const char* category : {"contact.email", "contact.address"})
        draft.sealed.push_back({KeyClass::kSubject, category, {'x'}, person});
    ASSERT_TRUE((*trail)->Append({&draft, 1}));
    entry_ = *TrailReader::Open(folder_.trail())->Read(0);
  }
  [[nodiscard]] base::Result<std::unique_ptr<Trail>> Open() const { return folder_.Open(); }
  [[nodiscard]] KeyRing Keys() const {
    auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
    EXPECT_TRUE(keys) << keys.error().message.en;
    return std::move(*keys);
  }
  // Of the parts: email and address of Anna and then of Bela, as 'e', 'a', 'E', 'A'; those that
  // open.
  [[nodiscard]] std::string Opening() const {
    const KeyRing keys = Keys();
    std::string out;
    for (uint32_t part = 1; part <= 4; ++part)
      if (keys.OpenPart(entry_, part)) out += "-eaEA"[part];
    return out;
  }
  [[nodiscard]] std::string Copy() const {
    fs::copy(folder_.File("keys"), folder_.File("../keys.old"), fs::copy_options::recursive);
    fs::copy_file(folder_.root_key(), folder_.root_key() + ".old");
    return folder_.File("../keys.old");
  }
  // With its root: as if the root had never been destroyed.
  void PutBack() const {
    fs::remove_all(folder_.File("keys"));
    fs::copy(folder_.File("../keys.old"), folder_.File("keys"), fs::copy_options::recursive);
    fs::copy_file(folder_.root_key() + ".old", folder_.root_key(),
                  fs::copy_options::overwrite_existing);
  }

  TestFolder folder_;
  Entry entry_;
};

TEST_F(Erasing, OpensNothingMoreAndLeavesTheTreeAsItWas) {
  const auto before = TrailReader::Open(folder_.trail());
  EXPECT_EQ(Opening(), "eaEA");
  const uint32_t epoch = EpochOf(entry_.time);
  EXPECT_TRUE(Keys().TokenOf(kAnna, epoch));
  {
    auto trail = std::move(*Open());
    const Person persons[] = {kAnna, kAnna, {"https://idp.example", "nobody"}};
    const auto done = Erase(*trail, persons, "permits", kNow);
    ASSERT_TRUE(done) << done.error().message.en;
    ASSERT_EQ(done->erased.size(), 1U);
    EXPECT_EQ(done->erased[0].entry, 1U);
    EXPECT_TRUE(done->erased[0].tombstone.held.empty());
    EXPECT_EQ(done->unknown, std::vector<Person>{persons[2]});
    EXPECT_EQ(Erase(*trail, {&kAnna, 1}, "permits", kNow)->unknown.size(), 1U) << "erased before";
  }
  EXPECT_EQ(Opening(), "EA");
  EXPECT_EQ(Keys().OpenPart(entry_, 1).error().code, Code::kNotFound);
  EXPECT_EQ(Keys().TokenOf(kAnna, epoch).error().code, Code::kNotFound);
  EXPECT_TRUE(Keys().TokenOf(kBela, epoch));
  const auto after = TrailReader::Open(folder_.trail());
  ASSERT_EQ(after->size(), 2U);
  EXPECT_EQ(*after->ReadLeaf(0), *before->ReadLeaf(0));
  const auto consistency = ConsistencyProof(after->hashes(), 1, 2);
  ASSERT_TRUE(consistency);
  EXPECT_TRUE(
      VerifyConsistency(1, 2, before->checkpoint().root, after->checkpoint().root, *consistency));
  const base::Bytes leaf = *EncodeEntry(*after->Read(1));
  EXPECT_EQ(base::AsText(leaf).find("anna"), std::string_view::npos);
}

TEST_F(Erasing, WhoComesBackIsSomebodyNew) {
  auto trail = std::move(*Open());
  ASSERT_TRUE(Erase(*trail, {&kAnna, 1}, "permits", kNow));
  Draft draft = TestFolder::Example("again");
  draft.actor = kAnna;
  ASSERT_TRUE(trail->Append({&draft, 1}));
  const Entry again = *TrailReader::Open(folder_.trail())->Read(2);
  for (const Token& token : entry_.header.subjects) EXPECT_NE(*again.header.actor, token);
  EXPECT_EQ(Opening(), "EA");
}

TEST_F(Erasing, GivesAReceiptThatAnyoneCanCheck) {
  auto trail = std::move(*Open());
  const auto done = Erase(*trail, {&kAnna, 1}, "permits", kNow);
  ASSERT_TRUE(done);
  const auto reader = TrailReader::Open(folder_.trail());
  const uint64_t at = done->erased[0].entry;
  const auto proof = InclusionProof(reader->hashes(), at, reader->size());
  ASSERT_TRUE(proof);
  const auto receipt =
      MakeReceipt("permits.example", at, *reader->ReadLeaf(at), *proof, reader->note());
  ASSERT_TRUE(receipt) << receipt.error().message.en;
  const std::string text =
      SignReceipt(*receipt, trail->verifier_key(), trail->vault().keys().signing_seed());
  const auto opened = OpenReceipt(text, trail->verifier_key());
  ASSERT_TRUE(opened) << opened.error().message.en;
  EXPECT_EQ(opened->tombstone, done->erased[0].tombstone);
}

TEST_F(Erasing, AHoldKeepsItsCategoriesAndNothingElse) {
  std::string hold_id;
  {
    auto trail = std::move(*Open());
    const auto hold = AddHold(*trail, {"contact.email"}, "Inquiry 7", kNow + std::chrono::days(9),
                              "permits", kNow);
    ASSERT_TRUE(hold) << hold.error().message.en;
    const auto done = Erase(*trail, {&kAnna, 1}, "permits", kNow);
    ASSERT_TRUE(done) << done.error().message.en;
    EXPECT_EQ(done->erased[0].tombstone.held, (std::vector<std::string>{"contact.email"}));
  }
  EXPECT_EQ(Opening(), "eEA");
  EXPECT_FALSE(Keys().TokenOf(kAnna, EpochOf(entry_.time)));
  {
    auto trail = std::move(*Open());
    EXPECT_TRUE(EraseReleased(*trail, "permits", kNow)->erased.empty()) << "the hold lasts";
    ASSERT_EQ(trail->vault().keys().holds().size(), 1U);
    const Hold hold = trail->vault().keys().holds()[0];
    EXPECT_EQ(hold.reason, "Inquiry 7");
    ASSERT_TRUE(EndHold(*trail, hold.id, "permits", kNow));
    EXPECT_EQ(EndHold(*trail, hold.id, "permits", kNow).error().code, Code::kNotFound);
    const auto done = EraseReleased(*trail, "permits", kNow);
    ASSERT_TRUE(done);
    ASSERT_EQ(done->erased.size(), 1U);
    EXPECT_TRUE(done->erased[0].tombstone.held.empty());
  }
  EXPECT_EQ(Opening(), "EA");
}

TEST_F(Erasing, AHoldEndsByItself) {
  auto trail = std::move(*Open());
  const base::Time end = kNow + std::chrono::days(9);
  ASSERT_TRUE(AddHold(*trail, {"contact.email"}, "Inquiry", end, "permits", kNow));
  ASSERT_TRUE(Erase(*trail, {&kAnna, 1}, "permits", kNow));
  EXPECT_TRUE(EraseReleased(*trail, "permits", end - std::chrono::seconds(1))->erased.empty());
  EXPECT_EQ(EraseReleased(*trail, "permits", end)->erased.size(), 1U);
  EXPECT_EQ(Opening(), "EA");
}

TEST_F(Erasing, RefusesAHoldThatSaysTooLittle) {
  auto trail = std::move(*Open());
  const base::Time until = kNow + std::chrono::days(1);
  const auto code = [&](std::vector<std::string> categories, const std::string& reason,
                        base::Time end) {
    const auto hold = AddHold(*trail, std::move(categories), reason, end, "permits", kNow);
    return hold ? Code::kIo : hold.error().code;
  };
  EXPECT_EQ(code({}, "why", until), Code::kInvalid);
  EXPECT_EQ(code({""}, "why", until), Code::kInvalid);
  EXPECT_EQ(code({"a\nb"}, "why", until), Code::kInvalid);
  EXPECT_EQ(code({"a"}, "", until), Code::kInvalid);
  EXPECT_EQ(code({"a"}, std::string(5000, 'x'), until), Code::kInvalid);
  EXPECT_EQ(code({"a"}, "why", kNow), Code::kInvalid);
  EXPECT_EQ(code(std::vector<std::string>(1, std::string(65, 'a')), "why", until), Code::kInvalid);
  EXPECT_EQ(trail->size(), 1U) << "nothing was recorded";
  EXPECT_EQ(code({"a"}, "why", until), Code::kIo);
}

// A crash between the tombstone and the new root, at each step: opening finishes it.
TEST_F(Erasing, IsFinishedByTheNextOpeningWhereverItStopped) {
  using Step = KeyVault::Step;
  const uint32_t epoch = EpochOf(entry_.time);
  for (const Step at :
       {Step::kRoot, Step::kPages, Step::kTable, Step::kDestroy, Step::kLeftovers}) {
    const Person person{"https://idp.example", "p" + std::to_string(static_cast<int>(at))};
    {
      auto trail = std::move(*Open());
      Draft draft = TestFolder::Example("seen");
      draft.actor = person;
      ASSERT_TRUE(trail->Append({&draft, 1}));
      trail->vault().StopBefore([at](Step step) { return step == at; });
      const auto done = Erase(*trail, {&person, 1}, "permits", kNow);
      ASSERT_FALSE(done);
      EXPECT_NE(done.error().message.en.find("finishes it"), std::string::npos);
      EXPECT_FALSE(trail->Append({&draft, 1})) << "nothing goes on before that";
    }
    {
      auto trail = Open();
      ASSERT_TRUE(trail) << trail.error().message.en;
    }
    EXPECT_FALSE(Keys().TokenOf(person, epoch)) << static_cast<int>(at);
    EXPECT_EQ((*OpenCustody(folder_.root_key(), folder_.trail()))->List()->size(), 1U);
  }
  EXPECT_EQ(Opening(), "eaEA");
}

TEST_F(Erasing, IsCarriedOutAgainWhereOlderKeysAreBroughtBackWithTheirRoot) {
  const std::string copy = Copy();
  {
    auto trail = std::move(*Open());
    ASSERT_TRUE(AddHold(*trail, {"contact.address"}, "Inquiry", kNow + std::chrono::days(9),
                        "permits", kNow));
    ASSERT_TRUE(Erase(*trail, {&kAnna, 1}, "permits", kNow));
  }
  EXPECT_EQ(Opening(), "aEA");
  PutBack();
  {
    const auto custody = std::move(*OpenCustody(folder_.root_key(), folder_.trail()));
    const auto store = KeyVault::Read(folder_.trail(), *custody);
    ASSERT_TRUE(store);
    EXPECT_NE(store->FindSubject(kAnna), nullptr) << "the control: what came back has her keys";
  }
  EXPECT_EQ(Opening(), "aEA") << "who only reads heeds the tree as well";
  {
    const auto trail = Open();
    ASSERT_TRUE(trail) << trail.error().message.en;
    ASSERT_EQ((*trail)->vault().keys().holds().size(), 1U);
    EXPECT_EQ((*trail)->vault().keys().holds()[0].reason, "Inquiry");
  }
  EXPECT_EQ(Opening(), "aEA");
  PutBack();
  fs::remove_all(folder_.File("keys"));
  fs::copy(copy, folder_.File("keys"), fs::copy_options::recursive);
  ASSERT_TRUE(Open());
  EXPECT_EQ(Opening(), "aEA");
}

TEST_F(Erasing, ManyPersonsEndOneRoot) {
  auto trail = std::move(*Open());
  std::vector<Person> persons;
  std::vector<Draft> drafts;
  for (int i = 0; i < 2000; ++i) {
    persons.push_back({"idp", std::to_string(i)});
    drafts.push_back(TestFolder::Example("seen"));
    drafts.back().actor = persons.back();
  }
  ASSERT_TRUE(trail->Append(drafts));
  int destroyed = 0;
  trail->vault().StopBefore([&](KeyVault::Step step) {
    destroyed += step == KeyVault::Step::kDestroy ? 1 : 0;
    return false;
  });
  const auto done = Erase(*trail, persons, "permits", kNow);
  ASSERT_TRUE(done) << done.error().message.en;
  EXPECT_EQ(done->erased.size(), 2000U);
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(trail->vault().keys().subjects().size(), 2U);
  EXPECT_EQ(Opening(), "eaEA");
}

}  // namespace
}  // namespace garant::trail

#include "reading/opening.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "trail/append/memory_trail.h"
#include "trail/crypto/crypto.h"

namespace garant::reading {
namespace {

using base::Code;
using trail::Draft;
using trail::Entry;
using trail::KeyClass;
using trail::Person;

const base::Time kThen = *base::ParseTime("2026-08-23T20:30:00Z");
const base::Time kNow = *base::ParseTime("2026-11-23T20:30:00Z");  // another epoch
const Person kAnna{"licences", "anna"};
const Person kClerk{"staff", "bela"};

base::Bytes Of(std::string_view text) {
  const base::ByteView bytes = base::AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

class Failing final : public trail::EntrySink {
 public:
  base::Result<uint64_t> AppendAll(trail::Drafts&) override {
    return base::Error{Code::kIo, {"no room", "plus de place"}, {}};
  }
};

class OpeningTest : public testing::Test {
 protected:
  // Of Anna's line, by the clerk, with the clerk's address.
  Draft Line(std::string_view text) {
    Draft draft;
    draft.time = kThen;
    draft.kind = "event";
    draft.service = "dog-licences";
    draft.actor = kClerk;
    draft.subjects = {kAnna};
    draft.sealed = {{KeyClass::kSubject, "line", Of(text), kAnna},
                    {KeyClass::kTransient, "device.address", Of("203.0.113.9"), {}}};
    return draft;
  }
  void Append(const Draft& draft) { ASSERT_TRUE(trail_.Append({&draft, 1})); }
  [[nodiscard]] std::vector<Entry> Readings() const {
    std::vector<Entry> readings;
    std::ranges::copy_if(trail_.entries(), std::back_inserter(readings),
                         [](const Entry& entry) { return entry.header.kind == "reading"; });
    return readings;
  }
  static Reader ReaderOf(std::vector<std::string> categories) {
    return {"privacy", "privacy-officer", "complaint", "Asked by post.", std::move(categories)};
  }

  trail::MemoryTrail trail_;
};

TEST_F(OpeningTest, WhatIsOpenedIsAnEntryAboutWhoseItIs) {
  Append(Line("a"));
  Append(Line("b"));
  const std::vector<Entry> entries = trail_.entries();
  const trail::KeyRing keys = trail_.Keys();
  const Opening opening(ReaderOf({"line"}), {{"kind"}, {{"kind", "event"}}}, "dog-licences",
                        "trail.show", keys, trail_);
  const auto opened = opening.Open(entries, kNow);
  ASSERT_TRUE(opened) << opened.error().message.en;
  ASSERT_EQ(opened->size(), 2U);
  EXPECT_EQ((*opened)[1].parts[0].state, PartState::kOpened);
  EXPECT_EQ((*opened)[1].parts[0].bytes, Of("b"));
  EXPECT_EQ((*opened)[1].parts[1].state, PartState::kWithheld);
  EXPECT_TRUE((*opened)[1].parts[1].bytes.empty());

  const auto readings = Readings();
  ASSERT_EQ(readings.size(), 1U);
  const trail::Header& header = readings[0].header;
  const trail::KeyRing after = trail_.Keys();
  EXPECT_EQ(header.subjects, std::vector{*after.TokenOf(kAnna, trail::EpochOf(kNow))});
  EXPECT_NE(header.subjects, entries[0].header.subjects) << "it is of another epoch";
  EXPECT_EQ(header.actor, *after.TokenOf({"garant.people", "privacy"}, trail::EpochOf(kNow)));
  EXPECT_EQ(header.categories, std::vector<std::string>{"line"});
  EXPECT_EQ(header.outcome, "opened");
  const std::vector<trail::Fact> facts = {{"count", int64_t{2}},
                                          {"filters", std::vector<std::string>{"kind"}},
                                          {"first", int64_t{0}},
                                          {"last", int64_t{1}},
                                          {"purpose", std::string("complaint")},
                                          {"role", std::string("privacy-officer")}};
  EXPECT_EQ(header.facts, facts);
  ASSERT_EQ(readings[0].parts.size(), 2U);
  EXPECT_EQ(*after.OpenPart(readings[0], 0), Of("Asked by post."));
  EXPECT_EQ(*after.OpenPart(readings[0], 1), Of("kind=event"));
}

TEST_F(OpeningTest, NothingIsOpenedThatCannotBeRecorded) {
  Append(Line("a"));
  const trail::KeyRing keys = trail_.Keys();
  Failing failing;
  const Opening opening(ReaderOf({"line"}), {}, "dog-licences", "trail.show", keys, failing);
  const auto opened = opening.Open(trail_.entries(), kNow);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kIo);
  EXPECT_FALSE(opening.Hand(trail_.entries(), kNow));
}

TEST_F(OpeningTest, NothingIsRecordedWhereNothingMayBeOpened) {
  Append(Line("a"));
  const trail::KeyRing keys = trail_.Keys();
  Failing failing;
  const Opening opening(ReaderOf({"path"}), {}, "dog-licences", "trail.show", keys, failing);
  const auto opened = opening.Open(trail_.entries(), kNow);
  ASSERT_TRUE(opened);
  for (const Part& part : (*opened)[0].parts) EXPECT_EQ(part.state, PartState::kWithheld);
}

TEST_F(OpeningTest, WhoseKeyOpensAPartIsTold) {
  Draft draft = Line("a");
  draft.subjects.clear();
  draft.sealed = {{KeyClass::kSubject, "line", Of("by a clerk"), kClerk}};
  Append(draft);
  const std::vector<Entry> entries = trail_.entries();
  const trail::KeyRing keys = trail_.Keys();
  ASSERT_TRUE(Opening(ReaderOf({"line"}), {}, "s", "t", keys, trail_).Open(entries, kNow));
  EXPECT_EQ(Readings().back().header.subjects,
            std::vector{*trail_.Keys().TokenOf(kClerk, trail::EpochOf(kNow))});
}

TEST_F(OpeningTest, WhoIsHandedSealedPartsMayHaveAllOfThem) {
  Append(Line("a"));
  const std::vector<Entry> entries = trail_.entries();
  const trail::KeyRing keys = trail_.Keys();
  const auto refused = Opening(ReaderOf({"line"}), {}, "s", "t", keys, trail_).Hand(entries, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kPermission);
  EXPECT_TRUE(Readings().empty());
  ASSERT_TRUE(Opening(ReaderOf({"device.address", "line"}), {}, "s", "t", keys, trail_)
                  .Hand(entries, kNow));
  EXPECT_EQ(Readings().back().header.outcome, "given");
}

std::string Shown(const trail::FactValue& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::get<std::vector<std::string>>(value).at(0);
}

// As the page's worked example spells an entry.
std::string Spelt(const Entry& entry) {
  const trail::Header& header = entry.header;
  std::string text = "kind " + header.kind + " · service " + header.service + " · source " +
                     header.source + " · outcome " + header.outcome + "\n";
  text += header.actor ? "actor <token>" : "";
  for (size_t i = 0; i < header.subjects.size(); ++i) text += " · subject <token>";
  text += " · categories";
  for (const std::string& category : header.categories) text += " " + category;
  for (size_t i = 0; i < header.facts.size(); ++i)
    text += (i == 0 ? "\n" : " · ") + header.facts[i].name + " " + Shown(header.facts[i].value);
  for (const trail::SealedPart& part : entry.parts)
    text += "\nsealed " + part.category + ", " +
            std::to_string(part.ciphertext.size() - trail::kTagBytes) + " bytes";
  return text;
}

TEST_F(OpeningTest, IsWhatThePageShows) {
  for (int i = 0; i < 16; ++i) Append(Line("a"));
  const std::vector<Entry> entries = {trail_.entries()[12], trail_.entries()[15]};
  const trail::KeyRing keys = trail_.Keys();
  const Reader reader{
      "privacy", "privacy-officer", "access-request", "Complaint by letter.", {"line"}};
  ASSERT_TRUE(Opening(reader, {{"subject"}, {}}, "dog-licences", "trail.show", keys, trail_)
                  .Open(entries, kNow));
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/reading.md");
  const size_t start = page.find("```\n", page.find("## Worked example")) + 4;
  EXPECT_EQ(page.substr(start, page.find("\n```", start) - start), Spelt(Readings().back()));
}

TEST_F(OpeningTest, ManyPeopleTakeSeveralEntriesAndNobodyIsLeftOut) {
  Draft draft = Line("a");
  draft.subjects.clear();
  for (size_t i = 0; i < 1200; ++i) draft.subjects.push_back({"licences", std::to_string(i)});
  draft.sealed = {{KeyClass::kTransient, "line", Of("a list"), {}}};
  Append(draft);
  Append(Line("b"));
  const std::vector<Entry> entries = trail_.entries();
  const trail::KeyRing keys = trail_.Keys();
  ASSERT_TRUE(Opening(ReaderOf({"line"}), {}, "s", "t", keys, trail_).Open(entries, kNow));
  std::vector<trail::Token> tokens;
  for (const Entry& reading : Readings())
    tokens.insert(tokens.end(), reading.header.subjects.begin(), reading.header.subjects.end());
  EXPECT_GT(Readings().size(), 1U);
  EXPECT_EQ(tokens.size(), 1201U);
  for (const Person& person : {Person{"licences", "0"}, Person{"licences", "1199"}, kAnna})
    EXPECT_NE(std::ranges::find(tokens, *keys.TokenOf(person, trail::EpochOf(kNow))), tokens.end());
}

}  // namespace
}  // namespace garant::reading

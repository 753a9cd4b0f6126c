#include "trail/upkeep/retention.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "trail/append/unreliable_disk.h"
#include "trail/keys/key_vault.h"
#include "trail/keys/page_example.h"
#include "trail/search/search.h"
#include "trail/store/listing.h"
#include "trail/store/paths.h"
#include "trail/store/test_folder.h"
#include "trail/tree/merkle.h"
#include "trail/tree/proofs.h"
#include "trail/upkeep/erasure.h"
#include "trail/upkeep/verify.h"

namespace garant::trail {
namespace {

using base::Code;

const Retention kYear{std::chrono::days(365), "P1Y"};

// Fill's entries are a second apart from here on.
const base::Time kBegin = *base::ParseTime("2026-11-23T20:30:00Z");

base::Time After(uint64_t entries) { return kBegin + kYear.keep + std::chrono::seconds(entries); }

std::vector<uint64_t> SegmentsOf(const TestFolder& folder) {
  const auto listing = ListSegments(folder.trail());
  EXPECT_TRUE(listing);
  return listing ? listing->segments : std::vector<uint64_t>();
}

DeletionPlan Delete(const TestFolder& folder, base::Time now, const Retention& retention = kYear) {
  auto trail = folder.Open(TestFolder::SmallLogs());
  EXPECT_TRUE(trail) << trail.error().message.en;
  auto plan = DeleteDue(**trail, retention, "permits", now);
  EXPECT_TRUE(plan) << plan.error().message.en;
  return plan ? *plan : DeletionPlan();
}

std::string FaultsOf(const TestFolder& folder) {
  const auto report = Verify(folder.trail(), folder.root_key(), {});
  EXPECT_TRUE(report);
  std::string all;
  for (const Fault& fault : report->faults) all += fault.ToString(base::Language::kEnglish) + "\n";
  return all;
}

TEST(Retention, DeletesWholeSegmentsWhoseNewestEntryIsOlder) {
  const TestFolder folder;
  folder.Fill(1400);
  const std::vector<uint64_t> before = SegmentsOf(folder);
  ASSERT_GE(before.size(), 4U);
  const base::Bytes first_leaf = *TrailReader::Open(folder.trail())->ReadLeaf(3);
  // Its newest entry is as old as is declared, and not older.
  EXPECT_FALSE(Delete(folder, After(before[1] - 1)).deletion);
  const DeletionPlan plan = Delete(folder, After(before[1]));
  ASSERT_TRUE(plan.deletion);
  EXPECT_EQ(plan.deletion->end(), before[1]);
  EXPECT_EQ(SegmentsOf(folder).front(), before[1]);
  EXPECT_EQ(FaultsOf(folder), "");

  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->kept_from(), before[1]);
  const auto gone = reader->Read(3);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Code::kGone);
  EXPECT_NE(gone.error().message.en.find("was deleted on 2027-11-23"), std::string::npos)
      << gone.error().message.en;
  EXPECT_NE(gone.error().message.en.find("P1Y"), std::string::npos);
  EXPECT_TRUE(reader->Read(before[1]));
  EXPECT_TRUE(reader->ReadAll());
  // What somebody kept of it still leads to the root, and so does what remains.
  for (const uint64_t index : {uint64_t{3}, before[1], reader->size() - 1}) {
    const auto proof = InclusionProof(reader->hashes(), index, reader->size());
    ASSERT_TRUE(proof);
    const base::Bytes leaf = index == 3 ? first_leaf : *reader->ReadLeaf(index);
    EXPECT_TRUE(
        VerifyInclusion(LeafHash(leaf), index, reader->size(), *proof, reader->checkpoint().root));
  }
}

TEST(Retention, APeriodThatIsTooShortIsRefused) {
  const TestFolder folder;
  folder.Fill(700);
  auto trail = folder.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail);
  const auto plan =
      DeleteDue(**trail, {std::chrono::hours(23), "PT23H"}, "permits", After(100'000));
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, Code::kInvalid);
}

TEST(Retention, AllSegmentsMayGoAndTheTrailGoesOn) {
  const TestFolder folder;
  folder.Fill(700);
  ASSERT_TRUE(Delete(folder, After(100'000)).deletion);
  EXPECT_TRUE(SegmentsOf(folder).empty());
  EXPECT_EQ(FaultsOf(folder), "");
  folder.Fill(700);
  EXPECT_FALSE(SegmentsOf(folder).empty());
  EXPECT_EQ(FaultsOf(folder), "");
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  const auto entries = reader->ReadAll();
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->front().index, reader->kept_from());
  EXPECT_EQ(entries->size(), reader->size() - reader->kept_from());
}

TEST(Retention, ASecondDeletionTellsForTheFirst) {
  const TestFolder folder;
  folder.Fill(1400);
  const std::vector<uint64_t> before = SegmentsOf(folder);
  ASSERT_TRUE(Delete(folder, After(before[1])).deletion);
  // Its entry goes into a segment; then that of the second stands in another.
  folder.Fill(700);
  const DeletionPlan second = Delete(folder, After(before[2]));
  ASSERT_TRUE(second.deletion);
  EXPECT_EQ(second.deletion->first, before[1]);
  folder.Fill(700);
  EXPECT_EQ(FaultsOf(folder), "");
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->kept_from(), before[2]);
  EXPECT_LT(reader->loaded().deletion->entry, reader->loaded().sealed);
  EXPECT_NE(reader->Read(0).error().message.en.find("deleted before "), std::string::npos);
}

TEST(Retention, WhatIsMissingWithoutRecordIsDamage) {
  const TestFolder folder;
  folder.Fill(1400);
  const std::vector<uint64_t> before = SegmentsOf(folder);
  ASSERT_TRUE(Delete(folder, After(before[1])).deletion);
  ASSERT_TRUE(TrailReader::Open(folder.trail()));
  // One more than the trail tells of.
  for (const char* suffix : {".segment", ".runs"})
    std::filesystem::remove(SegmentPath(folder.trail(), before[1], suffix));
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Code::kUntrusted);
  EXPECT_NE(reader.error().message.en.find("does not tell"), std::string::npos)
      << reader.error().message.en;
  EXPECT_NE(FaultsOf(folder).find("deleted without record"), std::string::npos) << FaultsOf(folder);
  const auto writer = folder.Open(TestFolder::SmallLogs());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, Code::kUntrusted);
}

TEST(Retention, OneThatIsMissingInTheMiddleIsDamageThoughOlderOnesWereDeleted) {
  const TestFolder folder;
  folder.Fill(1800);
  const std::vector<uint64_t> before = SegmentsOf(folder);
  ASSERT_GE(before.size(), 4U);
  ASSERT_TRUE(Delete(folder, After(before[1])).deletion);
  for (const char* suffix : {".segment", ".runs"})
    std::filesystem::remove(SegmentPath(folder.trail(), before[2], suffix));
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Code::kUntrusted);
  EXPECT_NE(FaultsOf(folder).find("deleted without record"), std::string::npos) << FaultsOf(folder);
}

TEST(Retention, WhatACrashLeftIsRemovedAtTheNextOpening) {
  const TestFolder folder;
  folder.Fill(1400);
  const std::vector<uint64_t> before = SegmentsOf(folder);
  const std::string segment = folder.Read("segments/" + SegmentName(0, kSegmentSuffix));
  const std::string runs = folder.Read("segments/" + SegmentName(0, kRunsSuffix));
  ASSERT_TRUE(Delete(folder, After(before[2])).deletion);
  // As if the crash had come between the removal of the second and that of the first.
  folder.Write("segments/" + SegmentName(0, kSegmentSuffix), segment);
  folder.Write("segments/" + SegmentName(0, kRunsSuffix), runs);
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->kept_from(), before[2]);
  EXPECT_FALSE(reader->Read(0));
  EXPECT_EQ(FaultsOf(folder), "");
  ASSERT_TRUE(folder.Open(TestFolder::SmallLogs()));
  EXPECT_EQ(SegmentsOf(folder).front(), before[2]);
  EXPECT_FALSE(base::Exists(SegmentPath(folder.trail(), 0, kRunsSuffix)));
}

TEST(Retention, WhatCouldNotBeRemovedIsRemovedAtTheNextLook) {
  const TestFolder folder;
  folder.Fill(700);
  const std::string segment = folder.Read("segments/" + SegmentName(0, kSegmentSuffix));
  const std::string runs = folder.Read("segments/" + SegmentName(0, kRunsSuffix));
  auto trail = folder.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail);
  ASSERT_TRUE(DeleteDue(**trail, kYear, "permits", After(100'000))->deletion);
  folder.Write("segments/" + SegmentName(0, kSegmentSuffix), segment);
  folder.Write("segments/" + SegmentName(0, kRunsSuffix), runs);
  const auto again = DeleteDue(**trail, kYear, "permits", After(100'000));
  ASSERT_TRUE(again) << again.error().message.en;
  EXPECT_FALSE(again->deletion);
  for (const std::string_view suffix : {kSegmentSuffix, kRunsSuffix})
    EXPECT_FALSE(base::Exists(SegmentPath(folder.trail(), 0, suffix)));
}

TEST(Retention, AHoldKeepsItsSegmentAndTheToolSaysSo) {
  const TestFolder folder;
  folder.Fill(1400);
  Hold hold;
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    hold = *AddHold(**trail, {"contact.email"}, "inquiry", After(300'000), "permits", kBegin);
  }
  const DeletionPlan held = Delete(folder, After(100'000));
  EXPECT_FALSE(held.deletion);
  ASSERT_TRUE(held.held);
  EXPECT_EQ(held.held->first, 0U);
  EXPECT_EQ(held.held->category, "contact.email");
  EXPECT_EQ(held.held->hold.id, hold.id);
  EXPECT_EQ(SegmentsOf(folder).front(), 0U);
  EXPECT_TRUE(Delete(folder, After(300'001)).deletion);
}

TEST(Retention, ASealedPartIsHeldToo) {
  const TestFolder folder;
  folder.Fill(700);
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    // Example seals a part of this category; no header names it.
    ASSERT_TRUE(AddHold(**trail, {"act"}, "inquiry", After(300'000), "permits", kBegin));
  }
  const DeletionPlan plan = Delete(folder, After(100'000));
  EXPECT_FALSE(plan.deletion);
  ASSERT_TRUE(plan.held);
  EXPECT_EQ(plan.held->category, "act");
}

TEST(Retention, ASegmentThatDoesNotHoldIsNotDeleted) {
  const TestFolder folder;
  folder.Fill(700);
  folder.Fill(1);  // says what was indexed: else opening reads the segment, and refuses it
  const std::string name = "segments/" + SegmentName(0, kSegmentSuffix);
  std::string segment = folder.Read(name);
  segment[segment.size() / 2] = static_cast<char>(segment[segment.size() / 2] ^ 1);
  folder.Write(name, segment);
  auto trail = folder.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail) << trail.error().message.en;
  const auto plan = DeleteDue(**trail, kYear, "permits", After(100'000));
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, Code::kUntrusted);
  EXPECT_EQ(SegmentsOf(folder).front(), 0U);
}

TEST(Retention, ATombstoneIsKeptSoThatOldKeysEraseAgain) {
  const TestFolder folder;
  folder.Fill(100);
  // With the keys of before the erasure, and their root.
  const std::string copy = folder.trail() + ".copy";
  std::filesystem::create_directory(copy);
  std::filesystem::copy(KeysFolder(folder.trail()), copy + "/keys",
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy_file(folder.root_key(), copy + "/root");
  const Person erased{"idp", "clerk 1"};
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    ASSERT_EQ(Erase(**trail, {&erased, 1}, "permits", kBegin)->erased.size(), 1U);
    // Nothing may make them anew.
    std::vector<Draft> others(900, TestFolder::Example("ok"));
    ASSERT_TRUE((*trail)->Append(others));
    ASSERT_TRUE((*trail)->WaitForSealing());
  }
  const DeletionPlan plan = Delete(folder, After(100'000));
  ASSERT_TRUE(plan.deletion);
  ASSERT_EQ(plan.again.size(), 1U);
  EXPECT_EQ(plan.again[0].kind, "erasure");
  std::filesystem::remove_all(KeysFolder(folder.trail()));
  std::filesystem::rename(copy + "/keys", KeysFolder(folder.trail()));
  std::filesystem::copy_file(copy + "/root", folder.root_key(),
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove_all(copy);
  const auto ring = KeyRing::Open(folder.trail(), folder.root_key());
  ASSERT_TRUE(ring) << ring.error().message.en;
  EXPECT_FALSE(ring->TokenOf(erased, EpochOf(kBegin)));
  EXPECT_TRUE(ring->TokenOf({"idp", "clerk 2"}, EpochOf(kBegin)));
  auto trail = folder.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail) << trail.error().message.en;
  EXPECT_EQ((*trail)->vault().keys().FindSubject(erased), nullptr);
}

TEST(Retention, WhatLaterWorkNeedsIsAppendedAgain) {
  const TestFolder folder;
  const auto seconds = [](base::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  const auto act = [&](const char* item, base::Time expires) {
    Draft draft = TestFolder::Example("");
    draft.kind = "act";
    draft.source = "act";
    draft.actor.reset();
    draft.facts = {{"by", std::string("owner")},
                   {"expires", seconds(expires)},
                   {"item", std::string(item)},
                   {"kind", std::string("review")}};
    return draft;
  };
  const auto source = [&](const char* name, const char* outcome) {
    Draft draft = TestFolder::Example(outcome);
    draft.kind = "source";
    draft.source = name;
    draft.actor.reset();
    draft.sealed.clear();
    return draft;
  };
  const base::Time now = After(100'000);
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    const std::vector<Draft> drafts = {act("expired", now - std::chrono::seconds(1)),
                                       act("valid", now + std::chrono::hours(1)),
                                       source("ended", "found"),
                                       source("ended", "closed"),
                                       source("running", "found"),
                                       source("running", "heard"),
                                       source("later", "found")};
    ASSERT_TRUE((*trail)->Append(drafts));
    std::vector<Draft> others(500, TestFolder::Example("ok"));
    ASSERT_TRUE((*trail)->Append(others));
    ASSERT_TRUE(AddHold(**trail, {"a"}, "lasts", now + std::chrono::hours(5), "permits", kBegin));
    const auto ended =
        AddHold(**trail, {"b"}, "ended", now + std::chrono::hours(5), "permits", kBegin);
    const auto over =
        AddHold(**trail, {"c"}, "over", kBegin + std::chrono::hours(5), "permits", kBegin);
    ASSERT_TRUE(ended && over);
    ASSERT_TRUE(EndHold(**trail, ended->id, "permits", kBegin));
    ASSERT_TRUE((*trail)->Append(others));
    ASSERT_TRUE((*trail)->WaitForSealing());
    Draft late = source("later", "silent");
    late.time = now;
    ASSERT_TRUE((*trail)->Append({&late, 1}));
  }
  const DeletionPlan plan = Delete(folder, now);
  ASSERT_TRUE(plan.deletion);
  std::vector<std::string> again;
  for (const Draft& draft : plan.again)
    again.push_back(draft.kind + " " + draft.outcome + " " + draft.source);
  std::ranges::sort(again);
  EXPECT_EQ(again, (std::vector<std::string>{"act  act", "hold added garant.trail",
                                             "hold ended garant.trail", "source heard running"}));
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader);
  const auto ring = KeyRing::Open(folder.trail(), folder.root_key());
  ASSERT_TRUE(ring);
  Search search;
  search.all_of = {ByText(RunKey::kKind, "act")};
  const auto acts = Find(*reader, search);
  ASSERT_TRUE(acts);
  ASSERT_EQ(acts->entries.size(), 1U);
  EXPECT_EQ(acts->entries[0].time, kBegin);
  const auto part = ring->OpenPart(acts->entries[0], 0);
  ASSERT_TRUE(part) << part.error().message.en;
  EXPECT_EQ(base::AsText(*part), "hi");
}

TEST(Retention, AnOldLogEndsEarly) {
  const TestFolder folder;
  TrailSettings large;
  {
    auto trail = folder.Open(large);
    ASSERT_TRUE(trail);
    std::vector<Draft> drafts(300, TestFolder::Example("ok"));
    ASSERT_TRUE((*trail)->Append(drafts));
  }
  auto trail = folder.Open(large);
  ASSERT_TRUE(trail);
  EXPECT_FALSE(DeleteDue(**trail, kYear, "permits", kBegin + kYear.keep / 20)->end_log);
  EXPECT_TRUE(SegmentsOf(folder).empty());
  EXPECT_TRUE(DeleteDue(**trail, kYear, "permits", kBegin + kYear.keep / 5)->end_log);
  ASSERT_TRUE((*trail)->WaitForSealing());
  EXPECT_EQ(SegmentsOf(folder), std::vector<uint64_t>{0});
  const Draft more = TestFolder::Example("ok");
  ASSERT_TRUE((*trail)->Append({&more, 1}));
  EXPECT_TRUE(DeleteDue(**trail, kYear, "permits", After(1))->deletion);
  trail->reset();
  EXPECT_EQ(FaultsOf(folder), "");
  EXPECT_TRUE(SegmentsOf(folder).empty());
}

// Otherwise the log would end when the clock of then is reached, and nothing in it would be
// deleted.
TEST(Retention, AnEntryOfATimeToComeKeepsNoLogFromEnding) {
  const TestFolder folder;
  std::vector<Draft> drafts(300, TestFolder::Example("ok"));
  drafts[0].time = kBegin + std::chrono::days(36'500);
  auto trail = folder.Open();
  ASSERT_TRUE(trail);
  ASSERT_TRUE((*trail)->Append(drafts));
  EXPECT_FALSE(DeleteDue(**trail, kYear, "permits", kBegin + kYear.keep / 20)->end_log);
  EXPECT_TRUE(DeleteDue(**trail, kYear, "permits", kBegin + kYear.keep / 5)->end_log);
}

TEST(Retention, WhatAnEntryOfATimeToComeKeepsIsSaid) {
  const TestFolder folder;
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    std::vector<Draft> drafts(400, TestFolder::Example("ok"));
    drafts[7].time = kBegin + std::chrono::days(36'500);
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_TRUE((*trail)->WaitForSealing());
  }
  EXPECT_FALSE(Delete(folder, kBegin + kYear.keep).ahead) << "nothing is due";
  const DeletionPlan plan = Delete(folder, After(100'000));
  EXPECT_FALSE(plan.deletion);
  ASSERT_TRUE(plan.ahead);
  EXPECT_EQ(plan.ahead->first, 0U);
  EXPECT_NE(TextOf(*plan.ahead).en.find("says that it is of 2126-"), std::string::npos)
      << TextOf(*plan.ahead).en;
}

// `all`: nothing is left but the open log.
void LoseThePower(bool all) {
  for (uint64_t operations = 1; operations < 40; ++operations) {
    const TestFolder folder;
    folder.Fill(1100);
    const std::vector<uint64_t> before = SegmentsOf(folder);
    UnreliableDisk disk(operations + (all ? 100 : 0), operations);
    TrailSettings settings = TestFolder::SmallLogs();
    settings.disk = &disk;
    {
      auto trail = folder.Open(settings);
      if (trail) (void)DeleteDue(**trail, kYear, "permits", After(all ? 100'000 : before[2]));
    }
    const bool failed = disk.failed();
    if (failed) disk.ComeBack();
    {
      const auto trail = folder.Open(TestFolder::SmallLogs());
      ASSERT_TRUE(trail) << operations << ": " << trail.error().message.en;
    }
    const auto reader = TrailReader::Open(folder.trail());
    ASSERT_TRUE(reader) << operations << ": " << reader.error().message.en;
    ASSERT_TRUE(reader->ReadAll()) << operations;
    const uint64_t deleted = all ? reader->loaded().sealed : before[2];
    EXPECT_TRUE(reader->kept_from() == 0 || reader->kept_from() == deleted) << operations;
    const std::vector<uint64_t> after = SegmentsOf(folder);
    EXPECT_EQ(after.empty() ? deleted : after.front(), reader->kept_from()) << operations;
    EXPECT_EQ(FaultsOf(folder), "") << operations;
    if (failed) continue;
    EXPECT_EQ(reader->kept_from(), deleted);
    EXPECT_GT(operations, 10U);
    return;
  }
  FAIL() << "it never came to an end";
}

TEST(Retention, ADiskThatFailsAnywhereLeavesATrailThatGoesOn) { LoseThePower(false); }

TEST(Retention, ADiskThatFailsAnywhereWhileAllIsDeletedDoes) { LoseThePower(true); }

// Removals that reached the disk in another order than they were made.
TEST(Retention, WhateverIsLeftOfADeletionItIsFinished) {
  const TestFolder folder;
  folder.Fill(1100);
  const std::vector<uint64_t> before = SegmentsOf(folder);
  ASSERT_GE(before.size(), 3U);
  std::map<std::string, std::string> files;
  for (const uint64_t first : before)
    for (const std::string_view suffix : {kSegmentSuffix, kRunsSuffix}) {
      const std::string name = "segments/" + SegmentName(first, suffix);
      files[name] = folder.Read(name);
    }
  ASSERT_TRUE(Delete(folder, After(100'000)).deletion);
  for (size_t left = 1; left < size_t{1} << before.size(); ++left) {
    for (size_t i = 0; i < before.size(); ++i)
      for (const std::string_view suffix : {kSegmentSuffix, kRunsSuffix}) {
        const std::string name = "segments/" + SegmentName(before[i], suffix);
        if ((left >> i & 1U) != 0) folder.Write(name, files[name]);
      }
    EXPECT_EQ(FaultsOf(folder), "") << left;
    const auto reader = TrailReader::Open(folder.trail());
    ASSERT_TRUE(reader) << left << ": " << reader.error().message.en;
    EXPECT_FALSE(reader->Read(0));
    ASSERT_TRUE(folder.Open(TestFolder::SmallLogs())) << left;
    EXPECT_TRUE(SegmentsOf(folder).empty()) << left;
  }
}

TEST(Retention, ThePageShowsWhatIsAppended) {
  Deletion deletion{0, 512, "P1Y", base::Time(std::chrono::seconds(1763929800)), 0, {}};
  const Draft draft = ToDraft(deletion, "permits", kBegin);
  std::string shown = "kind " + draft.kind + " · service " + draft.service + " · source " +
                      draft.source + " · outcome " + draft.outcome + "\n";
  for (const Fact& fact : draft.facts) {
    if (&fact != draft.facts.data()) shown += " · ";
    const auto* number = std::get_if<int64_t>(&fact.value);
    shown += fact.name + " " +
             (number != nullptr ? std::to_string(*number) : std::get<std::string>(fact.value));
  }
  EXPECT_EQ(ExampleOf("retention.md", "retention"), shown + "\n");
}

TEST(Retention, AnEntryOfAnotherFormTellsNothing) {
  Entry entry;
  entry.index = 600;
  entry.header.kind = kRetentionKind;
  entry.header.facts = {{"entries", int64_t{512}},
                        {"first", int64_t{0}},
                        {"keep", std::string("P1Y")},
                        {"newest", int64_t{7}}};
  ASSERT_TRUE(ToDeletion(entry));
  EXPECT_EQ(ToDeletion(entry)->end(), 512U);
  const auto changed = [&](size_t fact, FactValue value) {
    Entry other = entry;
    other.header.facts[fact].value = std::move(value);
    return ToDeletion(other).has_value();
  };
  EXPECT_FALSE(changed(0, int64_t{511}));
  EXPECT_FALSE(changed(0, int64_t{0}));
  EXPECT_FALSE(changed(0, int64_t{768}));  // past itself
  EXPECT_FALSE(changed(1, int64_t{-256}));
  EXPECT_FALSE(changed(2, std::string("a year")));
  EXPECT_FALSE(changed(2, int64_t{3}));
  Entry other = entry;
  other.header.kind = "event";
  EXPECT_FALSE(ToDeletion(other));
}

}  // namespace
}  // namespace garant::trail

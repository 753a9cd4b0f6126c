#include "server/desk.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "server/test_world.h"

namespace garant::server {
namespace {

using assess::State;
using base::Code;

constexpr const char* kLog = trail::TestFolder::kLog;
constexpr const char* kFiles[] = {kLog, "checkpoints", "log.vkey", "keys/table"};

// Whether a byte of the log stands in a note that a later one covers: what is judged rests on the
// last alone.
bool IsCovered(std::string_view log, size_t at) {
  const std::string start = "permits.example\n";
  for (size_t note = log.find(start); note != std::string_view::npos;) {
    const size_t next = log.find(start, note + 1);
    const size_t end = note + trail::FirstNoteLength(log.substr(note));
    if (next != std::string_view::npos && at >= note && at < end) return true;
    note = next;
  }
  return false;
}

class TheDesk : public testing::Test {
 protected:
  // How the item that no undeclared cookie is set stands, or what the desk says instead.
  std::string Stands() {
    const auto judged = world.desk.Now();
    const auto reader = world.desk.Trail();
    if (!judged) {
      const bool untrusted = judged.error().code == Code::kUntrusted;
      EXPECT_EQ(untrusted, !reader) << "verdicts and entries are of one trail";
      return judged.error().message.en;
    }
    const assess::Sitting& sitting = (*judged)->sitting();
    EXPECT_EQ(sitting.judgement.trust.entries, reader ? (*reader)->size() : 0);
    for (const assess::Verdict& verdict : sitting.judgement.verdicts)
      if (sitting.standard->items[verdict.item].id == "c-02")
        return std::string(assess::StateName(verdict.state));
    return "not judged";
  }
  std::map<std::string, std::string> Copy() const {
    std::map<std::string, std::string> files;
    for (const char* file : kFiles) files[file] = world.folder.Read(file);
    return files;
  }
  void Restore(const std::map<std::string, std::string>& files) const {
    ASSERT_TRUE(base::MakeFolder(world.folder.trail()));
    for (const auto& [file, content] : files) world.folder.Write(file, content);
  }

  TestWorld world;
};

TEST_F(TheDesk, SeesAtOnceWhatChanged) {
  EXPECT_EQ(Stands(), "unknown");
  EXPECT_EQ(world.desk.Trail().error().code, Code::kNotFound);
  world.SeeCookie("visitor");
  EXPECT_EQ(Stands(), "contradicted");
  world.WriteService(std::string(TestWorld::kService) +
                     "cookies:\n  - { name: visitor, purpose: essential, keep: session }\n");
  EXPECT_EQ(Stands(), "met");
  world.SeeCookie("other");
  EXPECT_EQ(Stands(), "contradicted");
  EXPECT_EQ((*world.desk.Trail())->size(), 4U);
}

TEST_F(TheDesk, JudgesOnceASecondWhereNothingChanged) {
  world.SeeCookie("visitor");
  while (!AreSettled(MarksOf({world.folder.trail(), world.folder.root_key(), {}}),
                     base::SystemClock().Now()))
    std::this_thread::yield();
  const auto first = world.desk.Now();
  ASSERT_TRUE(first);
  EXPECT_EQ((*first).get(), (*world.desk.Now()).get());
  EXPECT_EQ((*world.desk.Trail()).get(), (*world.desk.Trail()).get());
  world.clock.Set(world.clock.Now() + base::Duration(1));
  const auto later = world.desk.Now();
  ASSERT_TRUE(later);
  EXPECT_EQ(base::FormatTime((*first)->sitting().judgement.as_of), "2026-11-23T20:30:00Z");
  EXPECT_EQ(base::FormatTime((*later)->sitting().judgement.as_of), "2026-11-23T20:30:01Z");
}

TEST_F(TheDesk, WhatWasFreshGrowsStale) {
  world.SeeCookie("visitor");
  EXPECT_EQ(Stands(), "contradicted");
  world.clock.Set(world.clock.Now() + std::chrono::hours(24));
  EXPECT_EQ(Stands(), "unknown");
}

TEST_F(TheDesk, SaysTheSameInEveryForm) {
  world.SeeCookie("visitor");
  const auto judged = world.desk.Now();
  ASSERT_TRUE(judged);
  EXPECT_EQ((*judged)->Document()["trail"]["entries"], 2);
  EXPECT_NE((*judged)->Page(base::Language::kFrench).find("<html lang=\"fr\""), std::string::npos);
  EXPECT_NE((*judged)->Page(base::Language::kEnglish).find("visitor"), std::string::npos);
}

TEST_F(TheDesk, GivesNoEarlierVerdictForAFileWithErrors) {
  EXPECT_EQ(Stands(), "unknown");
  world.WriteService("garant: 1\nservice: 3\n");
  EXPECT_EQ(world.desk.Now().error().code, Code::kInvalid);
  std::filesystem::remove(world.service_file());
  EXPECT_EQ(world.desk.Now().error().code, Code::kNotFound);
  world.WriteService(TestWorld::kService);
  EXPECT_EQ(Stands(), "unknown");
}

TEST_F(TheDesk, GivesNoEarlierVerdictForAnyChangedByte) {
  world.SeeCookie("visitor");
  const auto whole = Copy();
  EXPECT_EQ(Stands(), "contradicted");
  const std::string& log = whole.at(kLog);
  for (size_t at = 0; at < log.size(); at += 7) {
    if (IsCovered(log, at)) continue;
    std::string bad = log;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    world.folder.Write(kLog, bad);
    EXPECT_EQ(world.desk.Trail().error().code, Code::kUntrusted) << at;
    EXPECT_EQ(world.desk.Now().error().code, Code::kUntrusted) << at;
  }
  Restore(whole);
  EXPECT_EQ(Stands(), "contradicted");
}

TEST_F(TheDesk, GivesNoEarlierVerdictForAMissingFile) {
  world.SeeCookie("visitor");
  const auto whole = Copy();
  for (const char* file : kFiles) {
    EXPECT_EQ(Stands(), "contradicted");
    std::filesystem::remove(world.folder.File(file));
    EXPECT_EQ(world.desk.Now().error().code, Code::kUntrusted) << file;
    EXPECT_EQ(world.desk.Trail().error().code, Code::kUntrusted) << file;
    Restore(whole);
  }
}

TEST_F(TheDesk, AnOldDateOnAFileHidesNothing) {
  world.SeeCookie("visitor");
  const auto whole = Copy();
  const auto written = std::filesystem::last_write_time(world.folder.File(kLog));
  EXPECT_EQ(Stands(), "contradicted");
  std::string bad = whole.at(kLog);
  bad.back() = static_cast<char>(bad.back() ^ 1);
  world.folder.Write(kLog, bad);
  std::filesystem::last_write_time(world.folder.File(kLog), written);
  EXPECT_EQ(world.desk.Now().error().code, Code::kUntrusted);
  EXPECT_EQ(world.desk.Trail().error().code, Code::kUntrusted);
}

TEST_F(TheDesk, SeesThatATrailWasTakenBack) {
  world.SeeCookie("visitor");
  EXPECT_EQ(Stands(), "contradicted");
  const auto earlier = Copy();
  world.SeeCookie("other");
  EXPECT_EQ(Stands(), "contradicted");
  const auto last = Copy();

  Restore(earlier);
  EXPECT_NE(Stands().find("no longer holds the 4 entries"), std::string::npos) << "shorter";
  std::filesystem::remove_all(world.folder.trail());
  EXPECT_NE(Stands().find("no longer holds the 4 entries"), std::string::npos) << "gone";
  for (int i = 0; i < 3; ++i) world.SeeCookie("third");
  EXPECT_NE(Stands().find("no longer holds the 4 entries"), std::string::npos) << "another";
  Restore(last);
  EXPECT_EQ(Stands(), "contradicted");
}

TEST_F(TheDesk, SaysHowFarWitnessesVouchAsSoonAsTheyDo) {
  world.SeeCookie("visitor");
  const std::array<uint8_t, 32> seed{5};
  const auto key = *trail::VerifierKey::FromSeed("w.example", seed, trail::KeyType::kCosignature);
  const std::string text = "witness city " + key.ToString() + "\nquorum city\n";
  Sources sources = world.MakeSources();
  sources.trail.witnesses = world.folder.root_key() + ".witnesses";
  ASSERT_TRUE(base::WriteFileDurably(sources.trail.witnesses, text));
  base::Diagnostics faults;
  const auto policy = *trail::Policy::Parse(text, "p", faults);
  Desk desk(sources, world.clock);
  const auto trust = [&] {
    const auto judged = desk.Now();
    EXPECT_TRUE(judged) << judged.error().message.en;
    return judged ? (*judged)->sitting().judgement.trust : assess::Trust{};
  };
  const auto cosign = [&] {
    trail::Note note = *trail::Note::Parse((*desk.Trail())->note());
    note.signatures.push_back(trail::Cosign(note.text, world.clock.Now(), key, seed));
    EXPECT_TRUE(trail::KeepCosigned(world.folder.trail(), note, policy));
  };
  EXPECT_FALSE(trust().witnessed);
  cosign();
  EXPECT_EQ(trust().through, 2U);
  EXPECT_EQ((*desk.Now())->Document()["trail"]["witnesses"], nlohmann::json::array({"city"}));
  EXPECT_NE((*desk.Now())->Page(base::Language::kEnglish).find("witnessed through entry 1"),
            std::string::npos);
  const auto before = Copy();
  world.SeeCookie("other");
  EXPECT_EQ(trust().through, 2U);
  EXPECT_EQ(trust().entries, 4U);
  cosign();
  EXPECT_EQ(trust().through, 4U);
  // A desk that did not see the longer trail knows of it from the witness.
  Restore(before);
  Desk anew(sources, world.clock);
  EXPECT_EQ(anew.Now().error().code, Code::kUntrusted);
  ASSERT_TRUE(base::WriteFileDurably(sources.trail.witnesses, "quorum nobody\n"));
  EXPECT_EQ(anew.Now().error().code, Code::kInvalid);
}

TEST_F(TheDesk, JudgesWithoutTheRootKey) {
  world.SeeCookie("visitor");
  std::filesystem::remove(world.folder.root_key());
  EXPECT_EQ(Stands(), "contradicted");
  EXPECT_FALSE(world.desk.Keys());
}

}  // namespace
}  // namespace garant::server

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "trail/append/unreliable_disk.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/proofs.h"
#include "trail/upkeep/erasure.h"
#include "trail/upkeep/verify.h"

namespace garant::trail {
namespace {

using base::ByteView;

// Appends until the power goes, and remembers what was acknowledged.
class Crashes {
 public:
  explicit Crashes(uint64_t seed) : chance_(seed) {}

  void Once() {
    UnreliableDisk disk(chance_(), 3 + chance_() % 150);
    TrailSettings settings = TestFolder::SmallLogs();
    settings.disk = &disk;
    settings.commit.publish_every = std::chrono::milliseconds(0);
    {
      auto trail = folder_.Open(settings);
      // Opening cuts and begins again what the last crash left: the power may go there, too.
      if (!trail) {
        ASSERT_TRUE(disk.failed()) << trail.error().message.en;
      } else {
        ASSERT_NO_FATAL_FAILURE(CheckKept((*trail)->size()));
        AppendUntilItFails(**trail);
      }
      RememberPublished();
    }
    ASSERT_TRUE(disk.failed());
    disk.ComeBack();
    ++count_;
  }

  void CheckAll() {
    {
      auto trail = folder_.Open(TestFolder::SmallLogs());
      ASSERT_TRUE(trail) << trail.error().message.en;
      ASSERT_NO_FATAL_FAILURE(CheckKept((*trail)->size()));
      ASSERT_TRUE((*trail)->WaitForSealing());
    }
    const auto report = Verify(folder_.trail(), folder_.root_key(), {});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->ok()) << report->faults[0].ToString(base::Language::kEnglish);
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader) << reader.error().message.en;
    const auto entries = reader->ReadAll();
    ASSERT_TRUE(entries) << entries.error().message.en;
    uint64_t next = 0;
    const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
    ASSERT_TRUE(keys) << keys.error().message.en;
    for (const Entry& entry : *entries) {
      if (entry.header.kind != "request") continue;
      EXPECT_EQ(entry.header.sequence, next);
      CheckParts(entry, *keys, next++);
    }
    EXPECT_GE(next, acknowledged_);
    for (const auto& [size, root] : published_) {
      ASSERT_LE(size, reader->size());
      EXPECT_EQ(*TreeRoot(reader->hashes(), size), root) << size;
    }
    EXPECT_GT(reader->loaded().segments.size(), 2U);
  }
  [[nodiscard]] size_t published() const { return published_.size(); }
  [[nodiscard]] uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] size_t erased() const { return erased_.size(); }

 private:
  // Every acknowledged entry, no batch in part, and none twice.
  void CheckKept(uint64_t size) {
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader) << reader.error().message.en;
    ASSERT_EQ(reader->size(), size);
    // What was looked at long ago, CheckAll looks at.
    uint64_t entries = looked_at_.second;
    for (uint64_t i = looked_at_.first; i < size; ++i) {
      if (i + 1000 < size) looked_at_ = {i, entries};
      const auto entry = reader->Read(i);
      ASSERT_TRUE(entry) << entry.error().message.en;
      if (entry->header.kind != "request") continue;
      ASSERT_EQ(entry->header.sequence, entries++) << "entry " << i << ", crash " << count_;
    }
    ASSERT_GE(entries, acknowledged_);
    ASSERT_TRUE(entries == acknowledged_ || ends_.contains(entries)) << "half a batch";
    acknowledged_ = entries;
    ends_.clear();
  }

  // Each acts ten times.
  static Person Somebody(uint64_t sequence) {
    return {"idp", "person " + std::to_string(sequence / 10)};
  }
  static base::Bytes Of(uint64_t sequence) {
    const std::string text = "of " + std::to_string(sequence);
    return {text.begin(), text.end()};
  }

  // What was acknowledged opens, save what is of somebody who was erased. Whether an erasure that
  // the power interrupted was carried out, the trail decided when it was opened.
  void CheckParts(const Entry& entry, const KeyRing& keys, uint64_t sequence) {
    ASSERT_EQ(entry.parts.size(), 3U);
    const uint64_t person = sequence / 10;
    for (uint32_t part = 0; part < 3; ++part) {
      const auto opened = keys.OpenPart(entry, part);
      const bool own = entry.parts[part].key_class == KeyClass::kSubject;
      if (own && erased_.contains(person)) {
        EXPECT_FALSE(opened) << "entry of somebody erased, " << sequence;
      } else if (!own || !tried_.contains(person)) {
        ASSERT_TRUE(opened) << opened.error().message.en << ", entry " << sequence;
        EXPECT_EQ(*opened, Of(sequence));
      }
    }
  }

  // One all of whose entries are there. False where the power went.
  bool EraseSomebody(Trail& trail) {
    if (acknowledged_ < 10) return true;
    const uint64_t person = chance_() % (acknowledged_ / 10);
    const Person named = Somebody(person * 10);
    tried_.insert(person);
    const auto done =
        Erase(trail, {&named, 1}, "permits", *base::ParseTime("2026-11-23T20:30:00Z"));
    if (done) erased_.insert(person);
    return static_cast<bool>(done);
  }

  void AppendUntilItFails(Trail& trail) {
    uint64_t next = acknowledged_;
    struct OnItsWay {
      uint64_t end;
      Trail::Begun append;
    };
    std::deque<OnItsWay> on_their_way;
    const auto await = [&] {
      const bool done = static_cast<bool>(on_their_way.front().append.durable.get());
      if (done) acknowledged_ = on_their_way.front().end;
      on_their_way.pop_front();
      return done;
    };
    bool failed = false;
    while (!failed) {
      if (chance_() % 4 == 0 && !EraseSomebody(trail)) break;
      std::vector<Draft> drafts(1 + chance_() % 80, TestFolder::Example("ok"));
      for (Draft& draft : drafts) {
        draft.actor = Somebody(next);
        draft.sealed = {{KeyClass::kSubject, "contact.email", Of(next), draft.actor},
                        {KeyClass::kRecord, "act", Of(next), {}},
                        {KeyClass::kTransient, "line", Of(next), {}}};
        draft.sequence = next++;
      }
      DraftSpan span(drafts);
      auto begun = trail.Begin(span);
      if (!begun) break;
      ends_.insert(next);
      on_their_way.push_back({next, std::move(*begun)});
      if (on_their_way.size() > 2) failed = !await();
    }
    while (!on_their_way.empty()) (void)await();
  }

  void RememberPublished() {
    const auto key = VerifierKey::Parse(KeyText());
    const auto text = base::ReadFile(folder_.File("checkpoints"));
    if (!key || !text) return;
    std::string_view rest = *text;
    while (const size_t length = FirstNoteLength(rest)) {
      if (const auto note = OpenCheckpoint(rest.substr(0, length), *key))
        published_[note->size] = note->root;
      rest.remove_prefix(length);
    }
    published_.erase(0);
  }
  [[nodiscard]] std::string KeyText() const {
    auto text = base::ReadFile(folder_.File("log.vkey"));
    if (!text) return {};
    while (text->ends_with('\n')) text->pop_back();
    return *text;
  }

  TestFolder folder_;
  std::mt19937_64 chance_;
  uint64_t acknowledged_ = 0;
  std::pair<uint64_t, uint64_t> looked_at_{0, 0};  // index, and entries of ours before
  std::set<uint64_t> ends_;                        // of batches that were begun since
  std::map<uint64_t, base::Digest> published_;
  std::set<uint64_t> tried_;   // persons whom somebody asked to erase, …
  std::set<uint64_t> erased_;  // … and who were
  int count_ = 0;
};

TEST(Crash, LosesNothingThatWasAcknowledgedWhateverTheDiskKeeps) {
  const char* const wanted = std::getenv("GARANT_CRASHES");  // CONTRIBUTING.md
  const int count = wanted == nullptr ? 60 : std::atoi(wanted);
  ASSERT_GE(count, 60);
  Crashes crashes(static_cast<uint64_t>(count));
  for (int i = 0; i < count; ++i) ASSERT_NO_FATAL_FAILURE(crashes.Once()) << i;
  ASSERT_NO_FATAL_FAILURE(crashes.CheckAll());
  EXPECT_GT(crashes.acknowledged(), 1000U);
  EXPECT_GT(crashes.published(), 30U);
  EXPECT_GT(crashes.erased(), 10U);
}

}  // namespace
}  // namespace garant::trail

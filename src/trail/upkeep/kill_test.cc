// A writer that is killed (SIGKILL) at random moments: while it appends, seals, publishes, erases,
// deletes what is due, and backs up. `GARANT_KILLS=500 garant_trail_test --gtest_filter='Kill.*'`.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "trail/keys/key_vault.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/tree/proofs.h"
#include "trail/upkeep/backup.h"
#include "trail/upkeep/erasure.h"
#include "trail/upkeep/retention.h"
#include "trail/upkeep/verify.h"

namespace garant::trail {
namespace {

using std::chrono::milliseconds;

const base::Time kBegin = *base::ParseTime("2026-11-23T20:30:00Z");
const Retention kDay{std::chrono::days(1), "P1D"};  // of which 1 440 entries are
constexpr uint64_t kOfAPerson = 50;

base::Time TimeOf(uint64_t sequence) { return kBegin + std::chrono::minutes(sequence); }
Person PersonOf(uint64_t number) { return {"idp", "person " + std::to_string(number)}; }

Draft DraftOf(uint64_t sequence) {
  Draft draft = TestFolder::Example("ok");
  draft.time = TimeOf(sequence);
  draft.sequence = sequence;
  draft.actor = PersonOf(sequence / kOfAPerson);
  draft.session = "session " + std::to_string(sequence / 7);
  draft.sealed = {{KeyClass::kSubject, "contact.email", {'h', 'i'}, draft.actor},
                  {KeyClass::kTransient, "line", {'l', 'o'}, {}}};
  return draft;
}

base::Result<std::unique_ptr<Trail>> OpenAt(const TestFolder& folder, const base::Clock& clock) {
  TrailSettings settings = TestFolder::SmallLogs();
  settings.commit.publish_every = milliseconds(5);
  return Trail::OpenForWriting(folder.trail(), folder.root_key(), "permits.example", clock,
                               settings);
}

enum class Lie { kNone, kAppended, kErased };

// What is killed. It tells what it does and what is done, a line each.
class Writer {
 public:
  Writer(const TestFolder& folder, std::string copy, uint64_t next, uint64_t seed, int tell)
      : folder_(folder), copy_(std::move(copy)), next_(next), chance_(seed), tell_(tell) {}

  [[noreturn]] void Live(Lie lie) {
    const base::ManualClock clock(TimeOf(next_));
    Tell("> open");
    auto trail = OpenAt(folder_, clock);
    if (!trail) Die("open: " + trail.error().message.en);
    if (lie == Lie::kAppended) Tell("appended " + std::to_string(next_ + 1));
    if (lie == Lie::kErased) Tell("erased " + std::to_string(next_ / kOfAPerson));
    if (lie != Lie::kNone) ::kill(::getpid(), SIGKILL);
    for (;;) {
      const uint64_t what = chance_() % 16;
      if (what == 0)
        EraseSome(**trail);
      else if (what == 1)
        DeleteSome(**trail);
      else if (what == 2)
        Copy();
      else
        AppendSome(**trail);
    }
  }

 private:
  void Tell(const std::string& line) const {
    const std::string text = line + "\n";
    if (::write(tell_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) ::_exit(4);
  }
  [[noreturn]] void Die(const std::string& why) const {
    Tell("failed " + why);
    ::_exit(3);
  }

  void AppendSome(Trail& trail) {
    Tell("> append");
    std::deque<std::pair<uint64_t, Trail::Begun>> begun;
    for (uint64_t batches = 1 + chance_() % 4; batches > 0; --batches) {
      std::vector<Draft> drafts;
      for (uint64_t count = 1 + chance_() % 60; count > 0; --count)
        drafts.push_back(DraftOf(next_++));
      DraftSpan span(drafts);
      Tell("batch " + std::to_string(next_));
      auto one = trail.Begin(span);
      if (!one) Die("append: " + one.error().message.en);
      begun.emplace_back(next_, std::move(*one));
    }
    for (auto& [end, one] : begun) {
      const base::Status done = one.durable.get();
      if (!done) Die("append: " + done.error().message.en);
      Tell("appended " + std::to_string(end));
    }
  }
  // Somebody of whom nothing is appended any more.
  void EraseSome(Trail& trail) {
    const uint64_t past = next_ / kOfAPerson;
    if (past < 2) return;
    const uint64_t number = past - 1 - chance_() % std::min<uint64_t>(past - 1, 6);
    const Person person = PersonOf(number);
    Tell("> erase");
    const auto done = Erase(trail, {&person, 1}, "permits", TimeOf(next_));
    if (!done) Die("erase: " + done.error().message.en);
    Tell("erased " + std::to_string(number));
  }
  void DeleteSome(Trail& trail) {
    Tell("> delete");
    const auto plan = DeleteDue(trail, kDay, "permits", TimeOf(next_));
    if (!plan) Die("delete: " + plan.error().message.en);
    if (plan->deletion) Tell("deleted " + std::to_string(plan->deletion->end()));
  }
  void Copy() {
    Tell("> copy");
    const auto done = BackUp(folder_.trail(), copy_, WithKeys::kYes);
    if (!done) Die("copy: " + done.error().message.en);
    Tell("copied " + std::to_string(done->entries));
  }

  const TestFolder& folder_;
  std::string copy_;
  uint64_t next_;
  std::mt19937_64 chance_;
  int tell_;
};

class Campaign {
 public:
  explicit Campaign(uint64_t seed) : chance_(seed) {}

  // What does not hold after another kill; empty where all does.
  std::string Once(Lie lie = Lie::kNone) {
    int ends[2] = {};
    if (::pipe(ends) != 0) return "no pipe";
    const uint64_t seed = chance_();
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      Writer(folder_, copy_, acknowledged_, seed, ends[1]).Live(lie);
    }
    ::close(ends[1]);
    Listen(ends[0], child);
    ::close(ends[0]);
    RememberPublished();
    if (!failed_.empty()) return failed_;
    return Check();
  }

  // Everything once more, from the first entry that is kept on.
  std::string CheckAll() {
    const base::ManualClock clock(TimeOf(acknowledged_));
    {
      auto trail = OpenAt(folder_, clock);
      if (!trail) return trail.error().message.en;
      if (const auto sealed = (*trail)->WaitForSealing(); !sealed) return sealed.error().message.en;
    }
    const auto report = Verify(folder_.trail(), folder_.root_key(), {});
    if (!report) return report.error().message.en;
    if (!report->ok()) return report->faults[0].ToString(base::Language::kEnglish);
    const auto reader = TrailReader::Open(folder_.trail());
    if (!reader) return reader.error().message.en;
    for (const auto& [size, root] : published_)
      if (size > reader->size() || *TreeRoot(reader->hashes(), size) != root)
        return "the tree is not what was published for " + std::to_string(size);
    if (const auto copied = BackUp(folder_.trail(), copy_, WithKeys::kYes); !copied)
      return copied.error().message.en;
    const auto copy = Verify(copy_, folder_.root_key(), {});
    if (!copy) return copy.error().message.en;
    return copy->ok() ? "" : "copy: " + copy->faults[0].ToString(base::Language::kEnglish);
  }

  void Publish(uint64_t size, const base::Digest& root) { published_[size] = root; }
  [[nodiscard]] uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] size_t published() const { return published_.size(); }
  [[nodiscard]] uint64_t kept_from() const { return kept_from_; }
  [[nodiscard]] size_t erased() const { return erased_.size(); }
  [[nodiscard]] uint64_t cut() const { return cut_; }
  // While doing what it was killed, and how often.
  [[nodiscard]] const std::map<std::string, int>& doing() const { return doing_; }

 private:
  void Listen(int from, pid_t child) {
    const bool early = chance_() % 4 == 0;
    uint64_t lines = early ? 0 : chance_() % 40;  // of what is done, before it may be killed
    const auto wait = milliseconds(chance_() % (early ? 60 : 15));
    auto end = std::chrono::steady_clock::time_point::max();
    if (lines == 0) end = std::chrono::steady_clock::now() + wait;
    std::string text;
    bool killed = false;
    for (;;) {
      const auto left =
          std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
      const bool forever = end == std::chrono::steady_clock::time_point::max();
      if (!killed && !forever && left.count() <= 0) {
        ::kill(child, SIGKILL);
        killed = true;
      }
      pollfd wanted{from, POLLIN, 0};
      ::poll(&wanted, 1, killed || forever ? -1 : static_cast<int>(left.count()));
      if ((wanted.revents & (POLLIN | POLLHUP)) == 0) continue;
      char buffer[4096];
      const ssize_t got = ::read(from, buffer, sizeof(buffer));
      if (got <= 0) break;
      text.append(buffer, static_cast<size_t>(got));
      const auto seen = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
      if (forever && seen >= lines) end = std::chrono::steady_clock::now() + wait;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) failed_ = "it ended by itself: " + text;
    Hear(text);
  }

  void Hear(const std::string& text) {
    std::istringstream lines(text);
    std::string doing = "start";
    for (std::string line; std::getline(lines, line);) {
      const std::string word = line.substr(0, line.find(' '));
      const std::string rest = line.substr(line.find(' ') + 1);
      if (word == ">") doing = rest;
      if (word == "batch") ends_.insert(std::stoull(rest));
      if (word == "appended") told_ = std::stoull(rest);
      if (word == "erased") erased_.insert(std::stoull(rest));
      if (word == "deleted") deleted_ = std::stoull(rest);
      if (word == "copied") copied_ = std::stoull(rest);
      if (word == "failed") failed_ = rest;
    }
    ++doing_[doing];
  }

  std::string Check() {
    const base::ManualClock clock(TimeOf(std::max(acknowledged_, told_)));
    auto trail = OpenAt(folder_, clock);
    if (!trail) return "it cannot be opened: " + trail.error().message.en;
    cut_ += (*trail)->cut_bytes();
    const auto reader = TrailReader::Open(folder_.trail());
    if (!reader) return reader.error().message.en;
    if (reader->size() < copied_) return "a copy holds more than the trail";
    kept_from_ = reader->kept_from();
    if (kept_from_ < deleted_) return "what was deleted is back";
    std::string problem = CheckEntries(*reader);
    const KeyStore& keys = (*trail)->vault().keys();
    for (const uint64_t number : erased_)
      if (keys.FindSubject(PersonOf(number)) != nullptr)
        problem = "person " + std::to_string(number) + " was erased and is back";
    for (const RecordId& record : tombstones_)
      for (const SubjectPage& page : keys.subjects().pages())
        for (const SubjectRow& row : page.rows)
          if (row.record == record) problem = "a tombstone's person is there";
    return problem;
  }

  // Every entry that was acknowledged, none twice, and no batch in part.
  std::string CheckEntries(const TrailReader& reader) {
    auto [index, ours] = looked_at_;
    for (index = std::max(index, kept_from_); index < reader.size(); ++index) {
      const auto entry = reader.Read(index);
      if (!entry) return entry.error().message.en;
      if (const auto tombstone = ToTombstone(*entry)) tombstones_.insert(tombstone->record);
      if (entry->header.kind != "request") continue;
      // Below what was looked at nothing is deleted within a day.
      if (entry->header.sequence != ours)
        return "entry " + std::to_string(index) + " is of another number than " +
               std::to_string(ours);
      ++ours;
    }
    looked_at_ = {index, ours};
    if (ours < told_ || ours < acknowledged_)
      return "of " + std::to_string(std::max(told_, acknowledged_)) + " acknowledged entries " +
             std::to_string(ours) + " are there";
    if (ours != acknowledged_ && !ends_.contains(ours)) return "a batch is there in part";
    acknowledged_ = told_ = ours;
    ends_.clear();
    return {};
  }

  void RememberPublished() {
    const auto text = base::ReadFile(folder_.File("log.vkey"));
    const auto notes = base::ReadFile(folder_.File("checkpoints"));
    if (!text || !notes) return;
    const auto key = VerifierKey::Parse(text->substr(0, text->find('\n')));
    if (!key) return;
    std::string_view rest = *notes;
    while (const size_t length = FirstNoteLength(rest)) {
      const std::string_view text_of_note = rest.substr(0, length);
      rest.remove_prefix(length);
      if (!seen_.emplace(text_of_note).second) continue;
      if (const auto note = OpenCheckpoint(text_of_note, *key)) published_[note->size] = note->root;
    }
  }

  TestFolder folder_;
  std::string copy_ = folder_.trail() + ".copy";
  std::mt19937_64 chance_;
  uint64_t acknowledged_ = 0;
  uint64_t told_ = 0;
  uint64_t kept_from_ = 0;
  uint64_t deleted_ = 0;
  uint64_t copied_ = 0;
  uint64_t cut_ = 0;
  std::pair<uint64_t, uint64_t> looked_at_{0, 0};  // index, and entries of ours before
  std::set<uint64_t> ends_;                        // of batches that were begun
  std::set<uint64_t> erased_;
  std::set<RecordId> tombstones_;
  std::map<uint64_t, base::Digest> published_;
  std::set<std::string, std::less<>> seen_;  // notes
  std::map<std::string, int> doing_;
  std::string failed_;
};

TEST(Kill, LosesNothingThatWasAcknowledged) {
  const char* const wanted = std::getenv("GARANT_KILLS");  // CONTRIBUTING.md
  const int count = wanted == nullptr ? 20 : std::atoi(wanted);
  ASSERT_GE(count, 20);
  Campaign campaign(static_cast<uint64_t>(count));
  for (int i = 0; i < count; ++i) ASSERT_EQ(campaign.Once(), "") << "kill " << i;
  ASSERT_EQ(campaign.CheckAll(), "");
  EXPECT_GT(campaign.acknowledged(), static_cast<uint64_t>(count));
  EXPECT_GT(campaign.published(), 10U);
  std::cout << count << " kills, " << campaign.acknowledged() << " entries acknowledged, "
            << campaign.published() << " checkpoints published, " << campaign.erased()
            << " persons erased, entries below " << campaign.kept_from() << " deleted, "
            << campaign.cut() << " bytes cut; killed while:";
  for (const auto& [doing, times] : campaign.doing()) std::cout << " " << doing << " " << times;
  std::cout << "\n";
  if (count < 200) return;
  for (const char* doing : {"open", "append", "erase", "delete", "copy"})
    EXPECT_TRUE(campaign.doing().contains(doing)) << doing;
  EXPECT_GT(campaign.kept_from(), 0U);
}

TEST(Kill, ACheckSeesAnEntryThatIsLost) {
  Campaign campaign(1);
  ASSERT_EQ(campaign.Once(), "");
  EXPECT_NE(campaign.Once(Lie::kAppended).find("acknowledged entries"), std::string::npos);
}

TEST(Kill, ACheckSeesAPersonWhoIsBack) {
  Campaign campaign(2);
  // The last one is never erased while something is appended of them.
  while (campaign.acknowledged() % kOfAPerson == 0) ASSERT_EQ(campaign.Once(), "");
  EXPECT_EQ(
      campaign.Once(Lie::kErased),
      "person " + std::to_string(campaign.acknowledged() / kOfAPerson) + " was erased and is back");
}

TEST(Kill, ACheckSeesACheckpointOfAnotherTree) {
  Campaign campaign(3);
  while (campaign.acknowledged() < 2) ASSERT_EQ(campaign.Once(), "");
  ASSERT_EQ(campaign.CheckAll(), "");
  campaign.Publish(1, base::Digest{});
  EXPECT_EQ(campaign.CheckAll(), "the tree is not what was published for 1");
}

}  // namespace
}  // namespace garant::trail

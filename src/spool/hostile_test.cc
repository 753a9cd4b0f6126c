#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <random>

#include "spool/folder.h"
#include "spool/test_folder.h"

// Rings that say what they like: nothing outside is read, nothing goes on for ever, and what was
// lost is bounded by what such a file can hold.
namespace garant::spool {
namespace {

constexpr uint64_t kSize = kSmallestCapacity;
constexpr uint64_t kMost = kSize / sizeof(RecordHead);
constexpr uint64_t kHuge = std::numeric_limits<uint64_t>::max();

// A sound ring of three records, as the file holds it; cases spoil it.
struct Image {
  RingHeader header{};
  base::Bytes ring = base::Bytes(kSize);

  Image() {
    header.magic = kRingMagic;
    header.version = kRingVersion;
    header.process = 4711;
    header.capacity = kSize;
    header.id.fill(0xab);
    header.started = 1'795'465'800'000'000'000;
    for (uint64_t i = 0; i < 3; ++i) Put(i, 40);
    header.begun = header.finished = header.sequence = 3;
  }
  void Put(uint64_t sequence, uint32_t length) {
    const RecordHead head{length, static_cast<uint32_t>(RecordType::kRequest), sequence};
    const base::Bytes payload = Numbered(sequence, length);
    std::memcpy(ring.data() + header.head, &head, sizeof head);
    std::memcpy(ring.data() + header.head + sizeof head, payload.data(), payload.size());
    header.head += SizeInRing(length);
  }
  RecordHead& RecordAt(size_t offset) {
    return *reinterpret_cast<RecordHead*>(ring.data() + offset);
  }
  void Lay(const TestFolder& folder) const {
    std::ofstream file(folder.path() + "/" + NameOf(kRingPrefix, header.id), std::ios::binary);
    file.write(reinterpret_cast<const char*>(&header), sizeof header);
    file.write(reinterpret_cast<const char*>(ring.data()),
               static_cast<std::streamsize>(ring.size()));
    ASSERT_TRUE(file.flush());
  }
};
constexpr size_t kSecond = 56;  // where the second record lies

const RingEvent* Find(const Batch& batch, Event event) {
  for (const RingEvent& each : batch.events)
    if (each.event == event) return &each;
  return nullptr;
}

TEST(HostileRing, IsSoundWhereNothingIsSpoilt) {
  const TestFolder folder;
  Image().Lay(folder);
  const Batch batch = TakeAll(*folder.OpenReader());
  EXPECT_EQ(batch.records.size(), 3U);
  ASSERT_NE(Find(batch, Event::kCrashed), nullptr);
  EXPECT_EQ(Find(batch, Event::kCrashed)->count, 0U);
  EXPECT_EQ(batch.events.size(), 2U);
}

struct Spoilt {
  const char* what;
  std::function<void(Image&)> spoil;
  size_t records = 0;  // sound ones before the contradiction
  bool counted = true;
};

const Spoilt kSpoilt[] = {
    {"magic", [](Image& image) { image.header.magic[0] = 'X'; }},
    {"version", [](Image& image) { image.header.version = 2; }},
    {"capacity of nothing", [](Image& image) { image.header.capacity = 0; }},
    {"capacity beyond the file", [](Image& image) { image.header.capacity = 2 * kSize; }},
    {"capacity below the file", [](Image& image) { image.header.capacity = kSize / 2; }},
    {"capacity without bounds", [](Image& image) { image.header.capacity = kHuge; }},
    {"no power of two",
     [](Image& image) {
       image.ring.resize(kSize + 4096);
       image.header.capacity = kSize + 4096;
     }},
    {"a file that ends too soon", [](Image& image) { image.ring.resize(kSize - 1); }},
    {"a header alone", [](Image& image) { image.ring.clear(); }, 0, false},
    {"head beyond the ring", [](Image& image) { image.header.head = kSize + 8; }},
    {"head at no record", [](Image& image) { image.header.head = 12; }},
    {"head without bounds", [](Image& image) { image.header.head = kHuge & ~7ULL; }},
    {"tail beyond head", [](Image& image) { image.header.tail = image.header.head + 8; }},
    {"tail at no record", [](Image& image) { image.header.tail = 4; }},
    {"tail without bounds", [](Image& image) { image.header.tail = kHuge; }},
    {"head in a record", [](Image& image) { image.header.head -= 8; }, 2},
    {"a length beyond the head", [](Image& image) { image.RecordAt(2 * kSecond).length = 48; }, 2},
    {"a length beyond the largest",
     [](Image& image) { image.RecordAt(kSecond).length = kLargestPayload + 1; }, 1},
    {"a length without bounds", [](Image& image) { image.RecordAt(kSecond).length = ~0U; }, 1},
    {"a type that is none", [](Image& image) { image.RecordAt(kSecond).type = 3; }, 1},
    {"a filler in the middle", [](Image& image) { image.RecordAt(kSecond).type = 0; }, 1},
    {"a heartbeat of 40 bytes", [](Image& image) { image.RecordAt(kSecond).type = 2; }, 1},
    {"a sequence that stands still", [](Image& image) { image.RecordAt(kSecond).sequence = 0; }, 1},
    {"a sequence that goes back",
     [](Image& image) {
       image.RecordAt(kSecond).sequence = 2;
       image.RecordAt(2 * kSecond).sequence = 1;
       image.header.dropped = 1;
     },
     2},
    {"the last sequence there is",
     [](Image& image) {
       image.header.dropped = kHuge;
       image.RecordAt(kSecond).sequence = kHuge;
     },
     1},
    {"a gap that nobody counted", [](Image& image) { image.RecordAt(kSecond).sequence = 2; }, 1},
    {"an end that nobody counted", [](Image& image) { image.header.sequence = 4; }, 3},
    {"an end without bounds", [](Image& image) { image.header.sequence = kHuge; }, 3},
    {"more finished than begun", [](Image& image) { image.header.finished = 4; }, 3},
    {"a state that is none", [](Image& image) { image.header.state = 2; }, 3},
    {"a gap behind what was taken",
     [](Image& image) {
       image.header.taken = 2;
       image.RecordAt(2 * kSecond).sequence = kHuge - 1;
     }},
    {"more taken than there was", [](Image& image) { image.header.taken = 5; }},
};

TEST(HostileRing, IsSetAsideAtItsFirstContradiction) {
  for (const Spoilt& spoilt : kSpoilt) {
    SCOPED_TRACE(spoilt.what);
    const TestFolder folder;
    Image image;
    spoilt.spoil(image);
    image.Lay(folder);
    const auto reader = folder.OpenReader();
    for (int again = 0; again < 2; ++again) {  // the same until it is let go
      const Batch batch = TakeAll(*reader);
      EXPECT_EQ(batch.records.size(), spoilt.records);
      const RingEvent* broken = Find(batch, Event::kBroken);
      ASSERT_NE(broken, nullptr);
      EXPECT_LE(broken->count, (kSize + 4096) / sizeof(RecordHead));
      EXPECT_EQ(broken->count > 0, spoilt.counted);
      EXPECT_EQ(Find(batch, Event::kCrashed), nullptr);
    }
    ASSERT_TRUE(reader->LetGo());
    EXPECT_TRUE(folder.Names("ring-").empty());
    EXPECT_EQ(folder.Names("broken-").size(), 1U);
    EXPECT_TRUE(TakeAll(*reader).empty());
  }
}

TEST(HostileRing, IsSetAsideUnderANameThatIsNotItsOwn) {
  const TestFolder folder;
  const Image image;
  image.Lay(folder);
  ASSERT_EQ(std::rename((folder.path() + "/" + NameOf(kRingPrefix, image.header.id)).c_str(),
                        (folder.path() + "/ring-" + std::string(32, 'c')).c_str()),
            0);
  const Batch batch = TakeAll(*folder.OpenReader());
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].event, Event::kBroken);
  EXPECT_EQ(batch.events[0].ring, (RingId{0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc,
                                          0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc}));
}

TEST(HostileRing, TellsOfGapsOnlyWhatWasCounted) {
  const TestFolder folder;
  Image image;
  image.RecordAt(kSecond).sequence = 5;
  image.RecordAt(2 * kSecond).sequence = 6;
  image.header.sequence = 10;
  image.header.dropped = 7;
  image.Lay(folder);
  const Batch batch = TakeAll(*folder.OpenReader());
  EXPECT_EQ(batch.records.size(), 3U);
  ASSERT_EQ(batch.events.size(), 4U);
  EXPECT_EQ(batch.events[1].count, 4U);
  EXPECT_EQ(batch.events[2].count, 3U);
  EXPECT_EQ(batch.events[3].event, Event::kCrashed);
}

TEST(HostileRing, DoesNotKeepTheReaderFromTheOthers) {
  const TestFolder folder;
  const auto writer = folder.OpenWriter();
  Write(*writer, 1);
  Image image;
  image.header.head = kHuge;
  image.Lay(folder);
  ASSERT_EQ(::mkfifo((folder.path() + "/ring-" + std::string(32, '1')).c_str(), 0600), 0);
  ASSERT_EQ(::mkdir((folder.path() + "/ring-" + std::string(32, '2')).c_str(), 0700), 0);
  ASSERT_EQ(::symlink("/etc/hostname", (folder.path() + "/ring-" + std::string(32, '3')).c_str()),
            0);
  std::ofstream(folder.path() + "/ring-else") << "no ring by its name";
  const auto reader = folder.OpenReader();
  const Batch batch = TakeAll(*reader);
  EXPECT_EQ(batch.records.size(), 1U);
  EXPECT_EQ(std::count_if(batch.events.begin(), batch.events.end(),
                          [](const RingEvent& event) { return event.event == Event::kBroken; }),
            4);
  ASSERT_TRUE(reader->LetGo());
  EXPECT_EQ(folder.Names("ring-").size(), 2U);
  EXPECT_EQ(folder.Names("broken-").size(), 4U);
  Write(*writer, 2);
  EXPECT_EQ(TakeAll(*reader).records.size(), 1U);
}

TEST(HostileRing, LeavesAtMostEightBehind) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  for (uint8_t i = 0; i < 12; ++i) {
    Image image;
    image.header.id.fill(i);
    image.header.head = kHuge;
    image.Lay(folder);
    EXPECT_EQ(TakeAll(*reader).events.size(), 1U);
    ASSERT_TRUE(reader->LetGo());
  }
  EXPECT_EQ(folder.Names("broken-").size(), 8U);
}

// A live ring that changes its mind while it is read.
class Live {
 public:
  explicit Live(const TestFolder& folder, const Image& image) {
    image.Lay(folder);
    path_ = folder.path() + "/" + NameOf(kRingPrefix, image.header.id);
    file_ = std::make_unique<base::Descriptor>(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_EQ(::flock(file_->number(), LOCK_EX | LOCK_NB), 0);
  }
  void Set(size_t offset, uint64_t value) {
    EXPECT_EQ(::pwrite(file_->number(), &value, sizeof value, static_cast<off_t>(offset)), 8);
  }
  [[nodiscard]] int number() const { return file_->number(); }

 private:
  std::string path_;
  std::unique_ptr<base::Descriptor> file_;
};

TEST(HostileRing, IsSetAsideWhenItGoesBackWhileItLives) {
  const struct {
    const char* what;
    std::function<void(Live&)> change;
  } cases[] = {
      {"head goes back", [](Live& live) { live.Set(offsetof(RingHeader, head), kSecond); }},
      {"head runs away",
       [](Live& live) { live.Set(offsetof(RingHeader, head), 3 * kSecond + kSize + 8); }},
      {"the file is shorter", [](Live& live) { EXPECT_EQ(::ftruncate(live.number(), 4096), 0); }},
      {"the file is longer", [](Live& live) { EXPECT_EQ(::ftruncate(live.number(), 1 << 20), 0); }},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.what);
    const TestFolder folder;
    Live live(folder, Image());
    const auto reader = folder.OpenReader();
    Batch batch = TakeAll(*reader);
    EXPECT_EQ(batch.records.size(), 3U);
    EXPECT_EQ(batch.events.size(), 1U);
    ASSERT_TRUE(reader->LetGo());
    EXPECT_FALSE(reader->Wait(base::Duration(0)));
    each.change(live);
    EXPECT_TRUE(reader->Wait(base::Duration(0)));
    batch = TakeAll(*reader);
    EXPECT_TRUE(batch.records.empty());
    ASSERT_NE(Find(batch, Event::kBroken), nullptr);
    EXPECT_EQ(Find(batch, Event::kBroken)->count, kMost);
    ASSERT_TRUE(reader->LetGo());
    EXPECT_EQ(folder.Names("broken-").size(), 1U);
  }
}

// The reader's own words are its own: what a ring makes of them later changes nothing.
TEST(HostileRing, CannotMoveTheReader) {
  const TestFolder folder;
  Live live(folder, Image());
  const auto reader = folder.OpenReader();
  (void)TakeAll(*reader);
  ASSERT_TRUE(reader->LetGo());
  live.Set(offsetof(RingHeader, tail), 0);
  live.Set(offsetof(RingHeader, taken), 0);
  EXPECT_TRUE(TakeAll(*reader).empty());
}

TEST(HostileRing, WithAnyBytesChangedEndsAndIsBounded) {
  std::mt19937_64 random(20261124);  // NOLINT: the same each time
  for (int round = 0; round < 400; ++round) {
    const TestFolder folder;
    Image image;
    auto* bytes = reinterpret_cast<uint8_t*>(&image.header);
    for (uint64_t i = 1 + random() % 4; i > 0; --i) {
      const bool in_header = random() % 2 == 0;
      uint8_t* at = in_header ? bytes + random() % 208 : image.ring.data() + random() % 256;
      *at = static_cast<uint8_t>(random());
    }
    image.Lay(folder);
    const auto reader = folder.OpenReader();
    size_t rounds = 0;
    while (!folder.Names("ring-").empty() && rounds++ < 10) {
      const Batch batch = TakeAll(*reader);
      EXPECT_LE(batch.records.size(), kMost);
      const RingEvent* broken = Find(batch, Event::kBroken);
      EXPECT_TRUE(broken == nullptr || broken->count <= kMost);
      ASSERT_TRUE(reader->LetGo());
    }
    EXPECT_LT(rounds, 3U);
  }
}

// The other way round: a reader that lies to a writer.
TEST(HostileReader, CannotMakeAWriterWriteOutsideOrOverWhatIsUnread) {
  const TestFolder folder;
  const auto writer = folder.OpenWriter();
  const std::string path = folder.path() + "/" + folder.Names("ring-").at(0);
  const base::Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  const uint64_t fit = kSize / SizeInRing(1000);
  for (uint64_t i = 0; i < fit; ++i) Write(*writer, i, 1000);
  for (const uint64_t tail : {kHuge, uint64_t{1} << 40U, fit * SizeInRing(1000) + 8}) {
    ASSERT_EQ(::pwrite(file.number(), &tail, sizeof tail, offsetof(RingHeader, tail)), 8);
    const uint64_t before = writer->dropped();
    Write(*writer, 7, 1000);
    EXPECT_EQ(writer->dropped(), before + 1);
  }
  const uint64_t tail = 0;
  ASSERT_EQ(::pwrite(file.number(), &tail, sizeof tail, offsetof(RingHeader, tail)), 8);
  EXPECT_EQ(TakeAll(*folder.OpenReader()).records.size(), fit);
}

}  // namespace
}  // namespace garant::spool

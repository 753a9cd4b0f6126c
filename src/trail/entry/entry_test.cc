#include "trail/entry/entry.h"

#include <gtest/gtest.h>

#include "trail/entry/entry_form.h"
#include "trail/keys/test_page.h"

namespace garant::trail {
namespace {

using base::Bytes;

Token Filled(uint8_t fill) {
  Token token{};
  token.fill(fill);
  return token;
}

// Every field; also the worked example of docs/formats/entry.md.
Entry Full() {
  Entry entry;
  entry.index = 7;
  entry.time = *base::ParseTime("2026-11-23T20:30:00.000000001Z");
  entry.generation.fill(0x11);
  Header& header = entry.header;
  header.kind = "http-route";
  header.service = "parking-permits";
  header.part = "web";
  header.route = "/permits/{id}";
  header.categories = {"contact.address", "contact.email"};
  header.outcome = "ok";
  header.source = "harden.probe";
  header.sequence = 42;
  header.actor = Filled(0xaa);
  header.subjects = {Filled(0x01), Filled(0x02)};
  header.session = Filled(0xcc);
  header.trace = Filled(0xdd);
  header.facts = {{"hsts", int64_t{-1}},
                  {"https", true},
                  {"name", std::string("caf\xc3\xa9")},
                  {"none", std::vector<std::string>{}},
                  {"third-parties", std::vector<std::string>{"b.example", "", "a.example"}}};
  SealedPart part;
  part.key_class = KeyClass::kSubject;
  part.category = "contact.email";
  part.epoch = 692;
  part.reference = static_cast<KeyReference>(2);
  part.commitment.fill(0xee);
  part.ciphertext = Bytes(20, 0xff);
  entry.parts.push_back(part);
  part.key_class = KeyClass::kRecord;
  part.reference = KeyReference::kNobody;
  entry.parts.push_back(part);
  return entry;
}

// Every byte at every place of a text of up to three words.
TEST(Entry, FindsWhatMayNotStandInATextWhereverItStands) {
  for (size_t length = 1; length <= 17; ++length)
    for (size_t place = 0; place < length; ++place)
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, length % 2 == 0 ? ' ' : '~');
        text[place] = static_cast<char>(byte);
        const bool sound = byte >= 0x20 && byte < 0x7f;
        ASSERT_EQ(!TextProblem(text, 64), sound) << length << " " << place << " " << byte;
      }
}

TEST(Entry, RoundTripsWithEveryField) {
  const auto bytes = EncodeEntry(Full());
  ASSERT_TRUE(bytes) << bytes.error().message.en;
  const auto back = DecodeEntry(*bytes);
  ASSERT_TRUE(back) << back.error().message.en;
  EXPECT_EQ(*back, Full());
}

TEST(Entry, RoundTripsWithOnlyWhatMustBe) {
  Entry entry;
  entry.header.kind = "a";
  EXPECT_EQ(*DecodeEntry(*EncodeEntry(entry)), entry);
}

TEST(Entry, AgreesWithTheWorkedExample) {
  Entry entry;
  entry.index = 3;
  entry.time = *base::ParseTime("2026-11-23T20:30:00Z");
  entry.generation.fill(0x11);
  entry.header.kind = "http-plain";
  entry.header.service = "parking-permits";
  entry.header.source = "harden.probe";
  entry.header.facts = {{"answers", true}, {"status", int64_t{301}}};
  EXPECT_EQ(base::ToHex(ExampleOf("entry.md")), base::ToHex(*EncodeEntry(entry)));
}

// Canonical: no two byte strings are read as one entry.
TEST(Entry, EveryChangedByteIsRefusedOrAnotherEntry) {
  const Bytes bytes = *EncodeEntry(Full());
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = bytes;
      changed[i] = static_cast<uint8_t>(changed[i] ^ (1U << bit));
      const auto read = DecodeEntry(changed);
      if (!read) continue;
      EXPECT_NE(*read, Full());
      EXPECT_EQ(*EncodeEntry(*read), changed);
    }
  }
}

TEST(Entry, RefusesEveryTruncationAndMore) {
  Bytes bytes = *EncodeEntry(Full());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(DecodeEntry(base::ByteView(bytes).first(length))) << length;
  bytes.push_back(0);
  const auto read = DecodeEntry(bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.en,
            "entry: byte " + std::to_string(bytes.size() - 1) + ": bytes behind the last part");
}

// The entry { kind "a" } with its header replaced.
base::Result<Entry> DecodeHeader(const Bytes& header) {
  Entry entry;
  entry.header.kind = "a";
  Bytes bytes = *EncodeEntry(entry);
  bytes.resize(33);
  bytes.push_back(static_cast<uint8_t>(header.size() >> 8U));
  bytes.push_back(static_cast<uint8_t>(header.size()));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.push_back(0);
  bytes.push_back(0);
  return DecodeEntry(bytes);
}

struct BadHeader {
  const char* name;
  Bytes bytes;
  const char* message;
};

TEST(Entry, SaysWhatIsWrongAndAtWhichByte) {
  const BadHeader cases[] = {
      {"empty", {}, "entry: byte 35: the header has no kind"},
      {"unknown", {1, 0, 1, 'a', 14, 0, 1, 'x'}, "entry: byte 39: unknown header field 14"},
      {"zero", {0, 0, 1, 'x'}, "entry: byte 35: unknown header field 0"},
      {"order",
       {2, 0, 1, 's', 1, 0, 1, 'a'},
       "entry: byte 39: header fields must ascend, each once: field 1 follows 2"},
      {"twice",
       {1, 0, 1, 'a', 1, 0, 1, 'a'},
       "entry: byte 39: header fields must ascend, each once: field 1 follows 1"},
      {"no value", {1, 0, 1, 'a', 2, 0, 0}, "entry: byte 39: a header field without a value"},
      {"past the end", {1, 0, 9, 'a'}, "entry: byte 35: a header field runs past the header's end"},
      {"control",
       {1, 0, 1, 'a', 2, 0, 1, '\n'},
       "entry: byte 42: service holds a control character"},
      {"not UTF-8", {1, 0, 1, 'a', 2, 0, 1, 0xff}, "entry: byte 42: service is not UTF-8"},
      {"kind", {1, 0, 1, 'A'}, "entry: byte 38: kind may hold only a–z, 0–9 and -"},
      {"token", {1, 0, 1, 'a', 9, 0, 1, 0}, "entry: byte 42: a token has 32 bytes"},
      {"bool",
       {1, 0, 1, 'a', 13, 0, 6, 1, 'f', 1, 0, 1, 2},
       "entry: byte 47: a yes-or-no fact has one byte, 0 or 1"},
      {"type",
       {1, 0, 1, 'a', 13, 0, 6, 1, 'f', 5, 0, 1, 2},
       "entry: byte 47: unknown type of fact 5"},
  };
  for (const BadHeader& bad : cases) {
    const auto read = DecodeHeader(bad.bytes);
    ASSERT_FALSE(read) << bad.name;
    EXPECT_EQ(read.error().message.en, bad.message) << bad.name;
  }
  EXPECT_TRUE(DecodeHeader({1, 0, 1, 'a'}));
}

TEST(Entry, RefusesToWriteWhatCouldNotBeRead) {
  const auto refuses = [](auto change) {
    Entry entry = Full();
    change(entry);
    return !EncodeEntry(entry).has_value();
  };
  EXPECT_FALSE(refuses([](Entry&) {}));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.kind = ""; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.kind = "HTTP"; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.route = std::string(1025, 'a'); }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.outcome = "a\x7f"; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.source = "\xff"; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.header.categories = {"b", "a"}; }));
  EXPECT_TRUE(refuses([](Entry& e) { std::swap(e.header.subjects[0], e.header.subjects[1]); }));
  EXPECT_TRUE(refuses([](Entry& e) { std::swap(e.header.facts[0], e.header.facts[1]); }));
  EXPECT_TRUE(refuses([](Entry& e) { e.parts[0].reference = KeyReference::kNobody; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.parts[0].reference = static_cast<KeyReference>(3); }));
  EXPECT_TRUE(refuses([](Entry& e) { e.parts[1].reference = KeyReference::kActor; }));
  EXPECT_TRUE(refuses([](Entry& e) { e.parts[1].ciphertext.resize(15); }));
  EXPECT_TRUE(refuses([](Entry& e) { e.parts[1].ciphertext.resize(65535); }));
  EXPECT_TRUE(refuses([](Entry& e) {
    e.parts[0].reference = KeyReference::kActor;
    e.header.actor.reset();
  }));
}

TEST(Entry, CountsEpochsOfThirtyDays) {
  EXPECT_EQ(EpochOf(base::Time{}), 0U);
  EXPECT_EQ(EpochOf(*base::ParseTime("1970-01-30T23:59:59Z")), 0U);
  EXPECT_EQ(EpochOf(*base::ParseTime("1970-01-31")), 1U);
  EXPECT_EQ(EpochOf(base::Time{} - std::chrono::hours(1)), 0U);
  EXPECT_EQ(DayOf(*base::ParseTime("1970-01-01T23:59:59Z")), 0U);
  EXPECT_EQ(DayOf(*base::ParseTime("1970-01-31")), 30U);
  EXPECT_EQ(DayOf(base::Time{} - std::chrono::hours(1)), 0U);
}

}  // namespace
}  // namespace garant::trail

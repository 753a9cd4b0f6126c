#include "trail/keys/key_pages.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "trail/keys/page_example.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;

Key Filled(uint8_t fill) {
  Key key{};
  key.fill(fill);
  return key;
}

SubjectPage ExamplePage() {
  SubjectPage page;
  page.version.fill(1);
  page.key = Filled(2);
  page.changed = false;
  SubjectRow& row = page.rows.emplace_back();
  row.lookup_id = Filled(3);
  row.root = Filled(4);
  row.record.fill(5);
  HeldRow& held = page.held.emplace_back();
  held.record.fill(6);
  held.keys = {{"contact.email", Filled(7)}};
  return page;
}

KeyTable ExampleTable() {
  KeyTable table;
  table.record = Filled(0x15);
  table.lookup = Filled(0x16);
  table.signing_seed = Filled(0x17);
  table.before.fill(0x1a);
  table.after.fill(0x1b);
  table.applied = 24;
  table.first_day = 20'000;
  table.transient[20'001] = Filled(0x18);
  Hold& hold = table.holds.emplace_back();
  hold.id.fill(0x19);
  hold.categories = {"contact.email"};
  hold.reason = "inquiry";
  hold.until = *base::ParseTime("2027-03-31");
  KeyTable::Page& page = table.pages.emplace_back();
  page.version.fill(1);
  page.key = Filled(2);
  return table;
}

TableHead ExampleHead() {
  TableHead head;
  head.root.fill(0x12);
  head.wrapped = {0x13, 0x13, 0x13};
  return head;
}

TEST(KeyPages, AreAsThePageShows) {
  EXPECT_EQ(base::ToHex(SealPage(ExamplePage(), 7)), DigitsOf(ExampleOf("key-pages.md", "page")));
  EXPECT_EQ(base::ToHex(SealTable(ExampleTable(), ExampleHead(), Filled(0x11), Filled(0x14))),
            DigitsOf(ExampleOf("key-pages.md", "table")));
  EXPECT_EQ(PageName(7, ExamplePage().version), "page-000007-0101010101010101");
}

TEST(KeyPages, AreReadAsTheyWereWritten) {
  const Bytes file = SealPage(ExamplePage(), 7);
  const auto page = OpenPage(file, 7, {ExamplePage().version, ExamplePage().key});
  ASSERT_TRUE(page) << page.error().message.en;
  EXPECT_EQ(page->rows, ExamplePage().rows);
  EXPECT_EQ(page->held, ExamplePage().held);
  const Bytes sealed = SealTable(ExampleTable(), ExampleHead(), Filled(0x11), Filled(0x14));
  EXPECT_EQ(*ReadTableHead(sealed), ExampleHead());
  const auto table = OpenTable(sealed, Filled(0x11));
  ASSERT_TRUE(table) << table.error().message.en;
  EXPECT_EQ(*table, ExampleTable());
}

TEST(KeyPages, RefuseAnyChangedByteAndAnyOtherKeyPlaceAndLength) {
  const Bytes page = SealPage(ExamplePage(), 7);
  const KeyTable::Page as{ExamplePage().version, ExamplePage().key};
  const Bytes table = SealTable(ExampleTable(), ExampleHead(), Filled(0x11), Filled(0x14));
  for (size_t i = 0; i < page.size(); ++i) {
    Bytes changed = page;
    changed[i] ^= 0x40U;
    EXPECT_FALSE(OpenPage(changed, 7, as)) << i;
    EXPECT_FALSE(OpenPage(base::ByteView(page).first(i), 7, as)) << i;
  }
  for (size_t i = 0; i < table.size(); ++i) {
    Bytes changed = table;
    changed[i] ^= 0x40U;
    EXPECT_FALSE(OpenTable(changed, Filled(0x11))) << i;
    EXPECT_FALSE(OpenTable(base::ByteView(table).first(i), Filled(0x11))) << i;
  }
  EXPECT_EQ(OpenPage(page, 8, as).error().code, Code::kUntrusted);
  EXPECT_EQ(OpenPage(page, 7, {as.version, Filled(9)}).error().code, Code::kUntrusted);
  EXPECT_EQ(OpenTable(table, Filled(0x12)).error().code, Code::kUntrusted);
}

TEST(KeyPages, KnowTheirOwnVersionAlone) {
  Bytes table = SealTable(ExampleTable(), ExampleHead(), Filled(0x11), Filled(0x14));
  table[12] = '3';
  EXPECT_EQ(ReadTableHead(table).error().code, Code::kUnsupported);
  table[12] = 'x';
  EXPECT_EQ(ReadTableHead(table).error().code, Code::kInvalid);
  EXPECT_EQ(ReadTableHead(base::AsBytes("garant-keys/1\n")).error().code, Code::kUnsupported);
  EXPECT_EQ(ReadTableHead({}).error().code, Code::kInvalid);
}

// Whoever has the table key could write anything: it is read as strictly.
TEST(KeyPages, RefuseWhatIsSealedButMalformed) {
  const auto refuses = [](auto change) {
    KeyTable table = ExampleTable();
    change(table);
    return !OpenTable(SealTable(table, ExampleHead(), Filled(0x11), Filled(0x14)), Filled(0x11));
  };
  EXPECT_FALSE(refuses([](KeyTable&) {}));
  EXPECT_TRUE(refuses([](KeyTable& t) { t.holds[0].categories = {"b", "a"}; }));
  EXPECT_TRUE(refuses([](KeyTable& t) { t.holds[0].categories = {""}; }));
  EXPECT_TRUE(refuses([](KeyTable& t) { t.holds[0].categories = {"a\nb"}; }));
  EXPECT_TRUE(refuses([](KeyTable& t) { t.holds[0].reason.resize(kLongestReason + 1); }));
  SubjectPage page = ExamplePage();
  page.held[0].keys.clear();
  EXPECT_FALSE(OpenPage(SealPage(page, 0), 0, {page.version, page.key}));
  page = ExamplePage();
  page.rows.resize(kRowsPerPage + 1);
  EXPECT_FALSE(OpenPage(SealPage(page, 0), 0, {page.version, page.key}));
}

TEST(Holds, KeepWhatLastsAtTheMoment) {
  const base::Time now = *base::ParseTime("2026-12-01");
  Hold first;
  first.categories = {"b", "c"};
  first.until = now + std::chrono::seconds(1);
  Hold second;
  second.categories = {"a", "b"};
  second.until = now + std::chrono::days(1);
  const Hold holds[] = {first, second};
  EXPECT_EQ(HeldCategories(holds, now), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(HeldCategories(holds, first.until), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(HeldCategories(holds, second.until).empty());
  second.ended = true;
  EXPECT_TRUE(HeldCategories({&second, 1}, now).empty());
}

}  // namespace
}  // namespace garant::trail

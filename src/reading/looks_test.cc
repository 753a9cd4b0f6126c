#include "reading/looks.h"

#include <algorithm>

#include "reading/opening.h"
#include "reading/test_service.h"
#include "trail/store/test_folder.h"

namespace garant::reading {
namespace {

using trail::Draft;
using trail::Person;

const base::Time kThen = *base::ParseTime("2026-11-20T12:00:00Z");
const Person kAnna{"licences", "anna"};
const Person kDora{"licences", "dora"};
const Person kClerk{"staff", "bela"};
constexpr const char* kRoutes = R"(stores:
  - { id: db, system: web, engine: sqlite, holds: [{ at: dogs.name, data: identity.name }] }
access:
  methods: [none]
  routes:
    - { match: /, assurance: 0 }
    - { match: "/clerk/licences/{id}", assurance: 2, roles: [clerk], about: { param: id, store: db } }
    - { match: "/licences/{id}", assurance: 1, about: { param: id, store: db } }
)";

class LooksTest : public testing::Test {
 protected:
  static Draft Line(int minute, const Person& about, const std::string& route,
                    const std::string& trace) {
    Draft draft;
    draft.time = kThen + std::chrono::minutes(minute);
    draft.kind = "event";
    draft.service = "dog-licences";
    draft.part = "web";
    draft.source = "lines/web";
    draft.route = route;
    draft.trace = trace;
    draft.subjects = {about};
    draft.sealed = {{trail::KeyClass::kSubject, "line", {'x'}, about}};
    return draft;
  }
  static Draft Request(int minute, const std::string& route, const std::string& trace) {
    Draft draft;
    draft.time = kThen + std::chrono::minutes(minute);
    draft.kind = "request";
    draft.service = "dog-licences";
    draft.source = "guard/1";
    draft.outcome = "passed";
    draft.route = route;
    draft.trace = trace;
    draft.categories = {"identity.name"};
    draft.facts = {{"method", std::string("GET")}, {"status", int64_t{200}}};
    return draft;
  }
  void Append(const std::vector<Draft>& drafts) const {
    const auto trail = folder_.Open();
    ASSERT_TRUE(trail) << trail.error().message.en;
    ASSERT_TRUE((*trail)->Append(drafts));
  }
  // The privacy officer opens all lines; the trail is opened anew for it, as commands do.
  void ReadLines(base::Time now) const {
    const auto reader = trail::TrailReader::Open(folder_.trail());
    const auto keys = trail::KeyRing::Open(folder_.trail(), folder_.root_key());
    ASSERT_TRUE(reader && keys);
    const auto entries = reader->ReadAll();
    ASSERT_TRUE(entries);
    const auto trail = folder_.Open();
    ASSERT_TRUE(trail);
    const auto admitted = Admit(*model_, {"access-request", "privacy-officer"});
    ASSERT_TRUE(admitted) << admitted.error().message.en;
    ASSERT_TRUE(
        Opening(*admitted, {}, "dog-licences", "trail.show", *keys, **trail).Open(*entries, now));
  }
  [[nodiscard]] base::Result<Looks> Find(const Person& person,
                                         const LookSearch& search = {}) const {
    const auto reader = trail::TrailReader::Open(folder_.trail());
    const auto keys = trail::KeyRing::Open(folder_.trail(), folder_.root_key());
    EXPECT_TRUE(reader && keys);
    return WhoLooked(*model_, *reader, *keys, person, search);
  }
  [[nodiscard]] static std::vector<std::string> Words(const Looks& looks) {
    std::vector<std::string> words;
    for (const Unseen& one : looks.unseen) words.push_back(one.what);
    return words;
  }

  trail::TestFolder folder_;
  std::unique_ptr<const service::Model> model_ = TestService(Readers() + kRoutes);
};

TEST_F(LooksTest, TellsReadingsAndWhatTheServiceShowedByTime) {
  const std::string route = "/clerk/licences/{id}";
  Draft by_clerk = Line(1, kAnna, route, "t1");
  by_clerk.actor = kClerk;
  Append({Request(1, route, "t1"), by_clerk, Line(1, kAnna, route, "t1"),
          Line(2, kDora, route, "t2"), Line(3, kAnna, "/", "t3")});
  ReadLines(kThen + std::chrono::hours(1));
  const auto looks = Find(kAnna);
  ASSERT_TRUE(looks) << looks.error().message.en;
  ASSERT_EQ(looks->looks.size(), 2U) << "two lines of one request are one look, / is about nobody";
  const Look& shown = looks->looks[0];
  EXPECT_EQ(shown.at, Look::At::kService);
  EXPECT_EQ(shown.entry, 1U);
  EXPECT_EQ(shown.request, 0U);
  EXPECT_EQ(shown.route, route);
  EXPECT_EQ(shown.roles, std::vector<std::string>{"clerk"});
  EXPECT_EQ(shown.outcome, "passed");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.method, "GET");
  EXPECT_EQ(shown.categories, std::vector<std::string>{"identity.name"});
  EXPECT_TRUE(shown.actor);
  EXPECT_FALSE(shown.self);
  EXPECT_EQ(shown.person, "");
  const Look& read = looks->looks[1];
  EXPECT_EQ(read.at, Look::At::kTrail);
  EXPECT_EQ(read.person, "privacy");
  EXPECT_EQ(read.role, "privacy-officer");
  EXPECT_EQ(read.purpose, "access-request");
  EXPECT_EQ(read.source, "trail.show");
  EXPECT_EQ(Words(*looks), std::vector<std::string>{"past-garant"});
}

TEST_F(LooksTest, TheRouteMayStandInAnotherEntryOfTheTrace) {
  Draft says_route = Line(1, kAnna, "/clerk/licences/{id}", "t2");
  says_route.subjects.clear();
  says_route.sealed.clear();
  Append({Line(1, kAnna, "", "t1"), Request(1, "/clerk/licences/{id}", "t1"),
          Line(2, kAnna, "", "t2"), says_route, Line(3, kAnna, "", "t3"), Request(3, "/", "t3"),
          Line(4, kAnna, "", "")});
  const auto looks = Find(kAnna);
  ASSERT_TRUE(looks);
  ASSERT_EQ(looks->looks.size(), 2U);
  EXPECT_EQ(looks->looks[0].entry, 0U);
  EXPECT_EQ(looks->looks[0].request, 1U);
  EXPECT_EQ(looks->looks[0].route, "/clerk/licences/{id}");
  EXPECT_EQ(looks->looks[1].entry, 2U);
  EXPECT_FALSE(looks->looks[1].request);
}

TEST_F(LooksTest, TheirOwnAccessIsMarked) {
  Draft own = Line(1, kAnna, "/licences/{id}", "t1");
  own.actor = kAnna;
  Append({own, Line(2, kAnna, "/licences/{id}", "t2")});
  const auto looks = Find(kAnna);
  ASSERT_TRUE(looks);
  ASSERT_EQ(looks->looks.size(), 2U);
  EXPECT_TRUE(looks->looks[0].self);
  EXPECT_FALSE(looks->looks[1].self) << "nobody said who it was";
}

TEST_F(LooksTest, WhoActedMayBeToldByAnotherEntryOfTheTrace) {
  Draft acting = Request(1, "/", "t1");
  acting.actor = kClerk;
  Append({Line(1, kAnna, "/clerk/licences/{id}", "t1"), acting,
          Line(2, kAnna, "/clerk/licences/{id}", "t2")});
  const auto looks = Find(kAnna);
  ASSERT_TRUE(looks);
  ASSERT_EQ(looks->looks.size(), 2U);
  EXPECT_TRUE(looks->looks[0].actor);
  EXPECT_FALSE(looks->looks[0].request) << "the request was on another route";
  EXPECT_FALSE(looks->looks[1].actor);
}

TEST_F(LooksTest, PagesInEitherOrderAndWithinATime) {
  std::vector<Draft> drafts;
  for (int i = 0; i < 5; ++i)
    drafts.push_back(Line(i, kAnna, "/licences/{id}", "t" + std::to_string(i)));
  Append(drafts);
  std::vector<uint64_t> entries;
  LookSearch search{.order = trail::SearchOrder::kNewestFirst, .most = 2};
  do {
    const auto looks = Find(kAnna, search);
    ASSERT_TRUE(looks);
    for (const Look& look : looks->looks) entries.push_back(look.entry);
    search.from = looks->next;
  } while (search.from);
  EXPECT_EQ(entries, (std::vector<uint64_t>{4, 3, 2, 1, 0}));
  const auto some = Find(
      kAnna, {.since = kThen + std::chrono::minutes(1), .until = kThen + std::chrono::minutes(3)});
  ASSERT_TRUE(some);
  EXPECT_EQ(some->looks.size(), 2U);
}

TEST_F(LooksTest, SaysWhomNobodyKnows) {
  Append({Line(1, kAnna, "/licences/{id}", "t1")});
  const auto nobody = Find(kDora);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, base::Code::kNotFound);
  EXPECT_EQ(nobody.error().message.en.find("dora"), std::string::npos);
}

TEST_F(LooksTest, SaysWhatItCannotShow) {
  Draft lost;
  lost.time = kThen;
  lost.kind = "source";
  lost.service = "dog-licences";
  lost.source = "lines/web";
  lost.outcome = "gap";
  lost.facts = {{"count", int64_t{4}}};
  Draft silent = lost;
  silent.outcome = "silent";
  silent.facts.clear();
  Append({lost, silent, Line(1, kAnna, "/licences/{id}", "t1"), Request(1, "/licences/{id}", "t1"),
          Request(2, "/licences/{id}", "t2"), Request(3, "/", "t3")});
  const auto looks = Find(kAnna);
  ASSERT_TRUE(looks);
  EXPECT_EQ(Words(*looks),
            (std::vector<std::string>{"requests-naming-nobody", "lost", "silent", "past-garant"}));
  EXPECT_NE(looks->unseen[0].text.en.find("Of 2 requests"), std::string::npos);
  EXPECT_NE(looks->unseen[0].text.en.find("about whom 1 were"), std::string::npos);
  Draft old = lost;
  old.time = kThen - std::chrono::days(60);
  old.outcome = "found";
  old.facts.clear();
  Append({old});
  const auto later = Find(kAnna);
  ASSERT_TRUE(later);
  EXPECT_EQ(Words(*later), (std::vector<std::string>{"requests-naming-nobody", "lost", "silent",
                                                     "days-expired", "past-garant"}));
  const auto since = Find(kAnna, {.since = kThen});
  ASSERT_TRUE(since);
  EXPECT_EQ(Words(*since).size(), 4U) << "of then no key is gone";
  model_ = TestService(Readers());
  const auto none = Find(kAnna);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->looks.empty());
  EXPECT_EQ(Words(*none).front(), "no-routes");
}

}  // namespace
}  // namespace garant::reading

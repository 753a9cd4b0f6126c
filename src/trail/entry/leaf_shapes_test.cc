#include "trail/entry/leaf_shapes.h"

#include <gtest/gtest.h>

#include <random>

#include "trail/keys/seal.h"

namespace garant::trail {
namespace {

const Generation kGeneration{7};

// Drafts that have much in common, as those of one source have, and some that may not stand there.
class SomeDraft {
 public:
  Draft Next() {
    Draft draft;
    draft.time = base::Time(base::Duration(1'790'000'000'000'000'000 + Below(1000)));
    draft.kind = Below(3) > 0 ? "request" : "event";
    draft.service = OneOf({"permits", "parking"});
    draft.part = OneOf({"", "front"});
    draft.route = OneOf({"/permits", "/mine", "/permits/{id}", ""});
    if (Below(2) > 0) draft.categories = {"contact.address", "contact.email"};
    if (Below(20) == 0) draft.categories = {"contact.email", "contact.address", "contact.email"};
    draft.outcome = OneOf({"passed", "refused"});
    draft.source = "guard/1";
    if (Below(4) > 0) draft.sequence = Below(1'000'000'000);
    if (Below(4) > 0) draft.actor = Anybody();
    for (uint64_t i = Below(3); i > 0; --i) draft.subjects.push_back(Anybody());
    if (Below(3) > 0) draft.session = std::to_string(Below(5));
    if (Below(3) > 0) draft.trace = std::to_string(Below(1000));
    draft.facts.push_back({"method", std::string(OneOf({"GET", "POST"}))});
    draft.facts.push_back({"milliseconds", static_cast<int64_t>(Below(300)) - 5});
    if (Below(2) > 0) draft.facts.push_back({"status", int64_t{200}});
    if (Below(9) == 0) std::swap(draft.facts[0], draft.facts[1]);
    Spoil(draft);
    for (uint64_t i = Below(3); i > 0; --i)
      draft.sealed.push_back({KeyClass::kTransient,
                              "device.address",
                              base::Bytes(static_cast<size_t>(Below(20)), 1),
                              {}});
    return draft;
  }

 private:
  // Values that a header known before does not have: none may slip in with its shape.
  void Spoil(Draft& draft) {
    switch (Below(60)) {
      case 0:
        draft.facts[0].value = int64_t{1};
        break;
      case 1:
        draft.facts.push_back({"status", std::string("200")});
        break;
      case 2:
        draft.facts.push_back({"unheard-of", int64_t{1}});
        break;
      case 3:
        draft.facts.push_back(draft.facts.back());
        break;
      case 4:
        draft.route = "/with\ncontrol";
        break;
      case 5:
        draft.facts[0].value = std::string("G\x01T");
        break;
      case 6:
        draft.categories = {""};
        break;
      default:
        break;
    }
  }
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  const char* OneOf(std::initializer_list<const char*> all) {
    return all.begin()[Below(all.size())];
  }
  Person Anybody() { return {"https://idp.example", "person-" + std::to_string(Below(20))}; }

  std::mt19937_64 random_{20261127};
};

TEST(LeafShapes, GiveTheLeafThatChecksAndEncodesAnew) {
  KeyStore keys = KeyStore::Generate();
  LeafWriter with;
  SomeDraft some;
  size_t refused = 0;
  for (uint64_t index = 0; index < 20'000; ++index) {
    const Draft draft = some.Next();
    LeafWriter without;
    const base::Status expected = SealLeaf(draft, index, kGeneration, keys, without);
    const base::Status got = SealLeaf(draft, index, kGeneration, keys, with);
    ASSERT_EQ(expected.has_value(), got.has_value()) << index;
    if (expected) {
      ASSERT_EQ(with.leaf(), without.leaf()) << index;
    } else {
      ASSERT_EQ(got.error().message.en, expected.error().message.en) << index;
      ++refused;
    }
  }
  EXPECT_GT(refused, 500U);
}

TEST(LeafShapes, KnowsOnlyWhatWasChecked) {
  Header header;
  header.kind = "request";
  header.facts = {{"status", int64_t{200}}};
  HeaderView view(header);
  LeafWriter leaf;
  EXPECT_TRUE(leaf.PutHeader(1, {}, kGeneration, view));
  EXPECT_FALSE(leaf.PutLikeBefore(2, {}, kGeneration, view)) << "nobody checked it";
  view.checked = true;
  EXPECT_TRUE(leaf.PutHeader(1, {}, kGeneration, view));
  EXPECT_TRUE(leaf.PutLikeBefore(2, {}, kGeneration, view));
  Header other = header;
  other.facts[0].value = true;
  EXPECT_FALSE(leaf.PutLikeBefore(3, {}, kGeneration, HeaderView(other)));
  other = header;
  other.facts[0].name = "sent";
  EXPECT_FALSE(leaf.PutLikeBefore(3, {}, kGeneration, HeaderView(other)));
  other = header;
  other.subjects.push_back(Token{});
  EXPECT_FALSE(leaf.PutLikeBefore(3, {}, kGeneration, HeaderView(other)));
}

}  // namespace
}  // namespace garant::trail

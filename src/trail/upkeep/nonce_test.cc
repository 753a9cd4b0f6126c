// No key of GCM ever seals two contents under one nonce, whatever crashes and is put back.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "trail/keys/seal.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/erasure.h"

namespace garant::trail {
namespace {

namespace fs = std::filesystem;

// What was ever sealed: key and nonce, and the ciphertext that they gave.
class Uses {
 public:
  void Add(const Key& key, const Nonce& nonce, base::ByteView ciphertext) {
    const base::Digest content = base::Sha256(ciphertext);
    const auto [place, fresh] = seen_.try_emplace({key, nonce}, content);
    if (!fresh && place->second != content) ++repeated_;
  }
  // Every part of an entry, with the keys of the moment at which it was sealed.
  void Add(const Entry& entry, const KeyStore& keys) {
    for (uint32_t part = 0; part < entry.parts.size(); ++part) {
      const auto use = UseOf(entry, part, keys);
      ASSERT_TRUE(use) << use.error().message.en;
      Add(use->key, use->nonce, entry.parts[part].ciphertext);
    }
  }
  [[nodiscard]] size_t size() const { return seen_.size(); }
  [[nodiscard]] size_t repeated() const { return repeated_; }

 private:
  std::map<std::pair<Key, Nonce>, base::Digest> seen_;
  size_t repeated_ = 0;
};

// The key store's own files: which of its keys sealed what. Their nonce is always zeros.
class FileUses {
 public:
  void Look(const TestFolder& folder) {
    auto custody = std::move(*OpenCustody(folder.root_key(), folder.trail()));
    const std::string table = folder.Read("keys/table");
    const auto head = ReadTableHead(base::AsBytes(table));
    ASSERT_TRUE(head);
    const auto key = custody->Unwrap(head->root, head->wrapped);
    ASSERT_TRUE(key);
    const auto content = OpenTable(base::AsBytes(table), *key);
    ASSERT_TRUE(content);
    const size_t salt = 14 + 16 + 2 + head->wrapped.size();
    uses_.Add(HkdfSha256(*key, base::AsBytes(table).subspan(salt, 32), {}), Nonce{},
              base::AsBytes(table).subspan(salt + 32));
    for (uint32_t number = 0; number < content->pages.size(); ++number) {
      const KeyTable::Page& page = content->pages[number];
      uses_.Add(page.key, Nonce{},
                base::AsBytes(folder.Read("keys/" + PageName(number, page.version))));
    }
  }
  [[nodiscard]] const Uses& uses() const { return uses_; }

 private:
  Uses uses_;
};

class Fate {
 public:
  explicit Fate(uint32_t seed) : random_(seed) {}

  void Live(int steps) {
    NeedTrail();
    for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
      switch (random_() % 8) {
        case 0:
        case 1:
        case 2:
          Append();
          break;
        case 3:
          AppendAndTear();
          break;
        case 4:
          trail_.reset();
          break;
        case 5:
          Remember();
          break;
        case 6:
          BringBack();
          break;
        default:
          EraseOne();
      }
      if (random_() % 2 == 0) trail_.reset();
      files_.Look(folder_);
    }
  }
  [[nodiscard]] const Uses& uses() const { return uses_; }
  [[nodiscard]] const Uses& files() const { return files_.uses(); }
  [[nodiscard]] int torn() const { return torn_; }
  [[nodiscard]] int brought_back() const { return brought_back_; }
  [[nodiscard]] int erased() const { return erased_; }

 private:
  static Person Somebody(uint64_t number) { return {"idp", std::to_string(number % 7)}; }

  void NeedTrail() {
    if (trail_ != nullptr) return;
    auto opened = folder_.Open();
    ASSERT_TRUE(opened) << opened.error().message.en;
    trail_ = std::move(*opened);
  }

  // Never the same content twice, so that a nonce used again would show.
  void Append() {
    NeedTrail();
    std::vector<Draft> drafts(1 + random_() % 4);
    for (Draft& draft : drafts) {
      draft = TestFolder::Example("x");
      draft.actor = Somebody(random_());
      draft.session = "session" + std::to_string(random_() % 3);
      const std::string unique = std::to_string(++written_);
      const base::Bytes bytes(unique.begin(), unique.end());
      draft.sealed = {{KeyClass::kRecord, "act", bytes, {}},
                      {KeyClass::kTransient, "path", bytes, {}},
                      {KeyClass::kSubject, "line", bytes, draft.actor}};
    }
    const auto first = trail_->Append(drafts);
    ASSERT_TRUE(first) << first.error().message.en;
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader);
    for (uint64_t index = *first; index < reader->size(); ++index)
      uses_.Add(*reader->Read(index), trail_->vault().keys());
  }

  // Neither note nor checkpoint reached the disk, and of the entries any part did.
  void AppendAndTear() {
    NeedTrail();
    const std::string checkpoints = folder_.Read("checkpoints");
    const uintmax_t before = fs::file_size(folder_.File(TestFolder::kLog));
    Append();
    trail_.reset();
    const uintmax_t after = fs::file_size(folder_.File(TestFolder::kLog));
    fs::resize_file(folder_.File(TestFolder::kLog), before + random_() % (after - before));
    folder_.Write("checkpoints", checkpoints);
    ++torn_;
  }

  void Remember() {
    trail_.reset();
    fs::remove_all(copy());
    fs::copy(folder_.trail(), copy(), fs::copy_options::recursive);
    fs::copy_file(folder_.root_key(), copy() + "/root", fs::copy_options::overwrite_existing);
  }

  // The whole folder as it was, with its root; or the tree alone, or the keys alone.
  void BringBack() {
    if (!fs::exists(copy())) return;
    trail_.reset();
    const uint64_t what = random_() % 3;
    if (what != 1) {
      for (const char* file : {TestFolder::kLog, "checkpoints"})
        fs::copy_file(copy() + "/" + file, folder_.File(file),
                      fs::copy_options::overwrite_existing);
    }
    if (what != 2) {
      fs::remove_all(folder_.File("keys"));
      fs::copy(copy() + "/keys", folder_.File("keys"), fs::copy_options::recursive);
      fs::copy_file(copy() + "/root", folder_.root_key(), fs::copy_options::overwrite_existing);
    }
    ++brought_back_;
  }

  void EraseOne() {
    NeedTrail();
    const Person person = Somebody(random_());
    const auto done =
        Erase(*trail_, {&person, 1}, "permits", *base::ParseTime("2026-11-23T20:30:00Z"));
    ASSERT_TRUE(done) << done.error().message.en;
    erased_ += static_cast<int>(done->erased.size());
  }
  [[nodiscard]] std::string copy() const { return folder_.File("../copy"); }

  TestFolder folder_;
  std::mt19937 random_;
  std::unique_ptr<Trail> trail_;
  Uses uses_;
  FileUses files_;
  uint64_t written_ = 0;
  int torn_ = 0;
  int brought_back_ = 0;
  int erased_ = 0;
};

TEST(Nonces, AreNeverUsedTwiceWhateverHappens) {
  size_t seen = 0;
  int torn = 0;
  int brought_back = 0;
  int erased = 0;
  for (uint32_t seed = 0; seed < 12; ++seed) {
    Fate fate(seed);
    fate.Live(60);
    EXPECT_EQ(fate.uses().repeated(), 0U) << "seed " << seed;
    EXPECT_EQ(fate.files().repeated(), 0U) << "seed " << seed;
    seen += fate.uses().size() + fate.files().size();
    torn += fate.torn();
    brought_back += fate.brought_back();
    erased += fate.erased();
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(seen, 1000U) << "the test must have had something to look at";
  EXPECT_GT(torn, 20);
  EXPECT_GT(brought_back, 20);
  EXPECT_GT(erased, 20);
}

// The control: a writer that kept its generation over a torn tail would be found out.
TEST(Nonces, UsedTwiceAreFound) {
  KeyStore keys = KeyStore::Generate();
  Uses uses;
  Draft draft = TestFolder::Example("x");
  draft.sealed = {{KeyClass::kRecord, "act", {'o', 'n', 'e'}, {}}};
  const Generation generation{1};
  uses.Add(*SealDraft(draft, 7, generation, keys), keys);
  uses.Add(*SealDraft(draft, 7, generation, keys), keys);
  EXPECT_EQ(uses.repeated(), 0U) << "the same again is the same";
  draft.sealed[0].bytes = {'t', 'w', 'o'};
  uses.Add(*SealDraft(draft, 7, Generation{2}, keys), keys);
  uses.Add(*SealDraft(draft, 8, generation, keys), keys);
  EXPECT_EQ(uses.repeated(), 0U);
  uses.Add(*SealDraft(draft, 7, generation, keys), keys);
  EXPECT_EQ(uses.repeated(), 1U);
}

}  // namespace
}  // namespace garant::trail

#include "trail/keys/key_vault.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "trail/keys/test_token.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

using base::Code;
namespace fs = std::filesystem;

Person Named(const std::string& name) { return {"https://idp.example", name}; }

class Vault : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_.trail());
    auto made = KeyVault::Create(folder_.trail(), Custody());
    ASSERT_TRUE(made) << made.error().message.en;
  }
  [[nodiscard]] std::unique_ptr<RootCustody> Custody() const {
    return std::move(*OpenCustody(folder_.root_key(), folder_.trail()));
  }
  [[nodiscard]] base::Result<std::unique_ptr<KeyVault>> Open() const {
    return KeyVault::OpenForWriting(folder_.trail(), Custody());
  }
  [[nodiscard]] base::Result<KeyStore> Read(const std::string& folder) const {
    const auto custody = Custody();
    return KeyVault::Read(folder, *custody);
  }
  [[nodiscard]] base::Result<KeyStore> Read() const { return Read(folder_.trail()); }
  [[nodiscard]] std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(folder_.File("keys")))
      names.push_back(file.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  // What a back-up would have.
  std::string Copy() {
    const std::string copy = folder_.File("../copy" + std::to_string(copies_++));
    fs::create_directory(copy);
    fs::copy(folder_.File("keys"), copy + "/keys", fs::copy_options::recursive);
    return copy;
  }
  void PutBack(const std::string& copy) const {
    fs::remove_all(folder_.File("keys"));
    fs::copy(copy + "/keys", folder_.File("keys"), fs::copy_options::recursive);
  }

  TestFolder folder_;
  int copies_ = 0;
};

TEST_F(Vault, KeepsWhatIsNewAndRewritesOnePageForIt) {
  auto vault = std::move(*Open());
  for (int i = 0; i < 2500; ++i) (void)vault->keys().Subject(Named(std::to_string(i)));
  ASSERT_TRUE(vault->Keep());
  const auto before = Files();
  ASSERT_EQ(before.size(), 4U);
  const Key root = vault->keys().Subject(Named("new"));
  ASSERT_TRUE(vault->Keep());
  const auto after = Files();
  ASSERT_EQ(after.size(), 4U) << "the old version of the page is gone";
  EXPECT_EQ(std::vector(before.begin(), before.begin() + 2),
            std::vector(after.begin(), after.begin() + 2));
  EXPECT_NE(before[2], after[2]);
  ASSERT_TRUE(vault->Keep());
  EXPECT_EQ(Files(), after) << "nothing new, nothing written";
  const auto store = Read();
  ASSERT_TRUE(store) << store.error().message.en;
  EXPECT_EQ(*store->FindSubject(Named("new")), root);
  EXPECT_EQ(store->subjects().size(), 2501U);
  EXPECT_EQ(store->record(), vault->keys().record());
}

TEST_F(Vault, ANewRootMakesEveryEarlierCopyVoid) {
  auto vault = std::move(*Open());
  const Key root = vault->keys().Subject(Named("anna"));
  ASSERT_TRUE(vault->Keep());
  const std::string copy = Copy();
  EXPECT_TRUE(Read(copy)) << "as long as its root lives, a copy opens";
  ASSERT_TRUE(vault->Rekey());
  EXPECT_EQ(*Read()->FindSubject(Named("anna")), root);
  const auto of_copy = Read(copy);
  EXPECT_EQ(of_copy.error().code, Code::kUntrusted);
  EXPECT_EQ(of_copy.error().where.file, "keys/table");
  EXPECT_EQ(Custody()->List()->size(), 1U);
  PutBack(copy);
  EXPECT_EQ(Open().error().code, Code::kUntrusted);
}

// Wherever it stops, the next opening has the old state or the new one, one root, and no leftovers.
TEST_F(Vault, StoppedAtAnyStepOfANewRootItOpensWholeAgain) {
  using Step = KeyVault::Step;
  for (const Step at :
       {Step::kRoot, Step::kPages, Step::kTable, Step::kDestroy, Step::kLeftovers, Step::kDone}) {
    const Person gone = Named("gone" + std::to_string(static_cast<int>(at)));
    std::string copy;
    {
      auto vault = std::move(*Open());
      (void)vault->keys().Subject(gone);
      (void)vault->keys().Subject(Named("stays"));
      ASSERT_TRUE(vault->Keep());
      copy = Copy();
      vault->keys().subjects().Erase(vault->keys().LookupId(gone), {});
      vault->StopBefore([at](Step step) { return step == at; });
      EXPECT_FALSE(vault->Rekey());
      if (at != Step::kDone) {
        EXPECT_FALSE(vault->Keep()) << "it must be opened anew";
      }
    }
    const bool committed = at > Step::kTable;
    EXPECT_EQ(Read()->FindSubject(gone) == nullptr, committed)
        << "readers see the one or the other";
    const auto again = Open();
    ASSERT_TRUE(again) << static_cast<int>(at) << again.error().message.en;
    EXPECT_EQ((*again)->keys().FindSubject(gone) == nullptr, committed);
    EXPECT_NE((*again)->keys().FindSubject(Named("stays")), nullptr);
    EXPECT_EQ(Custody()->List()->size(), 1U) << static_cast<int>(at);
    EXPECT_EQ(Files().size(), 2U) << "the table and one page";
    EXPECT_EQ(Read(copy).has_value(), !committed);
  }
}

TEST_F(Vault, LeavesTheRootsOfOtherTrailsAlone) {
  const std::string other = folder_.File("../other");
  fs::create_directory(other);
  ASSERT_TRUE(KeyVault::Create(other, Custody()));
  auto vault = std::move(*Open());
  ASSERT_TRUE(vault->Rekey());
  vault->StopBefore([](KeyVault::Step step) { return step == KeyVault::Step::kTable; });
  EXPECT_FALSE(vault->Rekey());
  ASSERT_TRUE(Open());
  EXPECT_TRUE(Read(other));
  EXPECT_EQ(Custody()->List()->size(), 2U);
}

TEST_F(Vault, LeavesNoRootBehindWhereItCannotBeMade) {
  const std::string other = folder_.File("../other");
  fs::create_directories(other + "/keys/table.new/in the way");
  EXPECT_FALSE(KeyVault::Create(other, Custody()));
  EXPECT_EQ(Custody()->List()->size(), 1U);
}

// A reader that comes while page, table and root change has one state or the next.
TEST_F(Vault, IsReadWholeWhileSomebodyWrites) {
  auto vault = std::move(*Open());
  (void)vault->keys().Subject(Named("anna"));
  ASSERT_TRUE(vault->Keep());
  std::atomic<bool> ended = false;
  std::thread writer([&] {
    for (int turn = 0; turn < 60; ++turn) {
      (void)vault->keys().Subject(Named(std::to_string(turn)));
      EXPECT_TRUE(turn % 2 == 0 ? vault->Keep() : vault->Rekey());
    }
    ended = true;
  });
  size_t before = 1;
  do {
    const auto store = Read();
    if (!store) ADD_FAILURE() << store.error().message.en;
    if (!store) break;
    EXPECT_GE(store->subjects().size(), before);
    EXPECT_NE(store->FindSubject(Named("anna")), nullptr);
    before = store->subjects().size();
  } while (!ended);
  writer.join();
  EXPECT_EQ(Read()->subjects().size(), 61U);
}

TEST_F(Vault, SaysWhichFileIsWrong) {
  {
    auto vault = std::move(*Open());
    (void)vault->keys().Subject(Named("anna"));
    ASSERT_TRUE(vault->Keep());
  }
  const auto files = Files();
  ASSERT_EQ(files.size(), 2U);
  for (const std::string& name : files) {
    const std::string whole = folder_.Read("keys/" + name);
    folder_.Write("keys/" + name, whole.substr(0, whole.size() - 1));
    EXPECT_EQ(Read().error().where.file, "keys/" + name);
    EXPECT_FALSE(Open());
    fs::remove(folder_.File("keys/" + name));
    EXPECT_EQ(Read().error().where.file, "keys/" + name);
    folder_.Write("keys/" + name, whole);
    EXPECT_TRUE(Read());
  }
}

TEST_F(Vault, RefusesTheFirstFormWithAWordOfWhatToDo) {
  fs::remove_all(folder_.File("keys"));
  folder_.Write("keys", "garant-keys/1\n and so on");
  for (const auto& error : {Read().error(), Open().error()}) {
    EXPECT_EQ(error.code, Code::kUnsupported);
    EXPECT_NE(error.message.en.find("start another"), std::string::npos);
  }
}

// A full disk, here a folder that takes no more files: the old state holds, and it goes on by
// itself.
TEST_F(Vault, AKeepThatFailedCanBeTriedAgain) {
  if (::geteuid() == 0 && !fs::exists("/dev/full"))
    GTEST_SKIP() << "root may write anywhere, and there is no /dev/full to fill a disk with";
  auto vault = std::move(*Open());
  (void)vault->keys().Subject(Named("anna"));
  ASSERT_TRUE(vault->Keep());
  (void)vault->keys().Subject(Named("bela"));
  fs::create_directory(folder_.File("keys/table.new"));  // in the way of the next table
  fs::create_directory(folder_.File("keys/table.new/x"));
  EXPECT_FALSE(vault->Keep());
  EXPECT_EQ(Read()->FindSubject(Named("bela")), nullptr);
  EXPECT_NE(Read()->FindSubject(Named("anna")), nullptr);
  fs::remove_all(folder_.File("keys/table.new"));
  ASSERT_TRUE(vault->Keep());
  EXPECT_NE(Read()->FindSubject(Named("bela")), nullptr);
  ASSERT_TRUE(Open());
  EXPECT_EQ(Files().size(), 2U);
}

TEST_F(Vault, TakesARootOnAToken) {
  if (!TestToken::Installed()) GTEST_SKIP() << "softhsm2 is not installed";
  TestToken token;
  ASSERT_TRUE(token.Make());
  const std::string folder = folder_.File("../on-token");
  fs::create_directory(folder);
  const auto open = [&] { return std::move(*OpenCustody(token.uri("vault"), folder)); };
  auto vault = std::move(*KeyVault::Create(folder, open()));
  const Key root = vault->keys().Subject(Named("anna"));
  ASSERT_TRUE(vault->Keep());
  const RootId first = vault->root();
  ASSERT_TRUE(vault->Rekey());
  EXPECT_EQ(*open()->List(), std::vector<RootId>{vault->root()});
  EXPECT_NE(vault->root(), first);
  const auto custody = open();
  EXPECT_EQ(*KeyVault::Read(folder, *custody)->FindSubject(Named("anna")), root);
}

}  // namespace
}  // namespace garant::trail

#include "trail/keys/custody.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "trail/keys/pkcs11_uri.h"
#include "trail/keys/test_token.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;

Key TableKey() {
  Key key{};
  base::FillRandom(key);
  return key;
}

RootId Drawn() {
  RootId id{};
  base::FillRandom(id);
  return id;
}

// What every custody promises.
void KeepsItsPromises(RootCustody& custody) {
  const size_t others = custody.List()->size();
  const RootId first = Drawn();
  EXPECT_EQ(custody.Wrap(first, TableKey()).error().code, Code::kNotFound);
  ASSERT_TRUE(custody.Make(first));
  EXPECT_EQ(custody.Make(first).error().code, Code::kConflict);
  const RootId second = Drawn();
  ASSERT_TRUE(custody.Make(second));
  EXPECT_EQ(custody.List()->size(), others + 2);

  const Key key = TableKey();
  const Bytes wrapped = *custody.Wrap(first, key);
  EXPECT_EQ(*custody.Unwrap(first, wrapped), key);
  EXPECT_NE(*custody.Wrap(first, key), wrapped) << "no nonce twice";
  EXPECT_EQ(custody.Unwrap(second, wrapped).error().code, Code::kUntrusted);
  for (size_t i = 0; i < wrapped.size(); ++i) {
    Bytes changed = wrapped;
    changed[i] ^= 1U;
    EXPECT_EQ(custody.Unwrap(first, changed).error().code, Code::kUntrusted) << i;
    changed.resize(i);
    EXPECT_EQ(custody.Unwrap(first, changed).error().code, Code::kUntrusted) << i;
  }

  ASSERT_TRUE(custody.Destroy(first));
  EXPECT_EQ(custody.Unwrap(first, wrapped).error().code, Code::kNotFound);
  EXPECT_TRUE(custody.Destroy(first)) << "gone is gone";
  EXPECT_EQ(*custody.List(), std::vector<RootId>{second}) << "with no other there";
  EXPECT_TRUE(custody.Wrap(second, key));
}

TEST(FileCustody, KeepsItsPromises) {
  const TestFolder folder;
  const auto custody = OpenCustody(folder.root_key(), folder.trail());
  ASSERT_TRUE(custody) << custody.error().message.en;
  KeepsItsPromises(**custody);
}

// The bytes of a root that was destroyed stand nowhere in the file, and the file does not grow.
TEST(FileCustody, OverwritesARootThatIsDestroyed) {
  const TestFolder folder;
  auto custody = std::move(*OpenCustody(folder.root_key(), folder.trail()));
  std::vector<std::string> gone;
  std::optional<RootId> before;
  for (int turn = 0; turn < 5; ++turn) {
    const RootId id = Drawn();
    ASSERT_TRUE(custody->Make(id));
    if (before) {
      ASSERT_TRUE(custody->Destroy(*before));
    }
    const std::string content = *base::ReadFile(folder.root_key());
    EXPECT_LE(content.size(), 128U);
    for (const std::string& root : gone) EXPECT_EQ(content.find(root), std::string::npos);
    for (size_t at = 0; at < content.size(); at += 64)
      if (const std::string root = content.substr(at + 16, 32); root != std::string(32, '\0'))
        gone.push_back(root);
    before = id;
  }
  EXPECT_EQ(gone.size(), 5U);
}

// Every byte of a root counts: one that a crash half wrote is none, and its place is used again.
TEST(FileCustody, PassesOverARootThatWasChanged) {
  const TestFolder folder;
  auto custody = std::move(*OpenCustody(folder.root_key(), folder.trail()));
  const RootId id = Drawn();
  ASSERT_TRUE(custody->Make(id));
  ASSERT_TRUE(custody->Make(Drawn()));
  const std::string whole = *base::ReadFile(folder.root_key());
  for (size_t i = 0; i < 64; ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    std::ofstream(folder.root_key(), std::ios::binary | std::ios::trunc) << changed;
    EXPECT_EQ(custody->Wrap(id, TableKey()).error().code, Code::kNotFound) << i;
    EXPECT_EQ(custody->List()->size(), 1U) << i;
  }
  ASSERT_TRUE(custody->Make(id));
  EXPECT_EQ(base::ReadFile(folder.root_key())->size(), 128U);
  std::ofstream(folder.root_key(), std::ios::binary | std::ios::trunc) << std::string(64, 'x');
  EXPECT_EQ(OpenCustody(folder.root_key(), folder.trail()).error().code, Code::kInvalid);
}

TEST(FileCustody, PassesOverAWriteThatWasCutShort) {
  const TestFolder folder;
  auto custody = std::move(*OpenCustody(folder.root_key(), folder.trail()));
  const RootId id = Drawn();
  ASSERT_TRUE(custody->Make(id));
  std::ofstream(folder.root_key(), std::ios::app) << "seven b";
  EXPECT_EQ(*custody->List(), std::vector<RootId>{id});
  const RootId next = Drawn();
  ASSERT_TRUE(custody->Make(next));
  EXPECT_TRUE(custody->Wrap(next, TableKey()));
}

TEST(FileCustody, HoldsTheRootsOfSoManyTrailsAndNoMore) {
  const TestFolder folder;
  auto custody = std::move(*OpenCustody(folder.root_key(), folder.trail()));
  size_t made = 0;
  base::Status last = base::Ok{};
  for (; last && made < 1000; ++made) last = custody->Make(Drawn());
  EXPECT_EQ(last.error().code, Code::kInvalid);
  EXPECT_EQ(custody->List()->size(), 128U);
}

TEST(Pkcs11Uri, SaysWhereARootIs) {
  const auto uri = ParsePkcs11Uri(
      "pkcs11:token=City%20of%20Rivermouth;serial=42;object=permits?module-path=/m.so&"
      "pin-source=file:/run/pin");
  ASSERT_TRUE(uri) << uri.error().message.en;
  EXPECT_EQ(uri->token, "City of Rivermouth");
  EXPECT_EQ(uri->serial, "42");
  EXPECT_EQ(uri->object, "permits");
  EXPECT_EQ(uri->module, "/m.so");
  EXPECT_EQ(uri->pin_source, "file:/run/pin");
}

TEST(Pkcs11Uri, RefusesWhatItCannotTakeAndQuotesNoPin) {
  const std::string rest = "?module-path=/m.so&pin-source=env:PIN";
  EXPECT_TRUE(ParsePkcs11Uri("pkcs11:token=a" + rest));
  for (const std::string& bad : std::vector<std::string>{
           "token=a" + rest, "pkcs11:" + rest, "pkcs11:token=" + rest,
           "pkcs11:token=a;token=b" + rest, "pkcs11:token=a;colour=b" + rest,
           "pkcs11:token=%4" + rest, "pkcs11:token=%zz" + rest, "pkcs11:token=%00" + rest,
           "pkcs11:token" + rest, std::string("pkcs11:token=a"),
           std::string("pkcs11:token=a?module-path=m.so&pin-source=env:PIN"),
           std::string("pkcs11:token=a?module-path=/m.so"),
           std::string("pkcs11:token=a?module-path=/m.so&pin-source=|cat"),
           "pkcs11:token=a;object=" + std::string(5000, 'a') + rest})
    EXPECT_EQ(ParsePkcs11Uri(bad).error().code, Code::kInvalid) << bad;
  const auto pin = ParsePkcs11Uri("pkcs11:token=a?module-path=/m.so&pin-value=31337");
  ASSERT_FALSE(pin);
  EXPECT_EQ(pin.error().message.en.find("31337"), std::string::npos);
  EXPECT_NE(pin.error().message.en.find("pin-source"), std::string::npos);
}

TEST(Pkcs11Uri, TakesAPinThatIsItsOwnersAlone) {
  const TestFolder folder;
  const std::string path = folder.root_key() + ".pin";
  ASSERT_TRUE(base::WriteFileDurably(path, "1234\n", base::FileMode::kPrivate));
  EXPECT_EQ(*ReadPin("file:" + path), "1234");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  EXPECT_EQ(ReadPin("file:" + path).error().code, Code::kPermission);
  EXPECT_EQ(ReadPin("file:" + path + ".none").error().code, Code::kNotFound);
  EXPECT_EQ(ReadPin("env:GARANT_NO_SUCH_PIN").error().code, Code::kInvalid);
}

class Pkcs11Custody : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TestToken::Installed()) GTEST_SKIP() << "softhsm2 is not installed";
    ASSERT_TRUE(token_.Make());
  }
  TestToken token_;
};

TEST_F(Pkcs11Custody, KeepsItsPromises) {
  const auto custody = OpenCustody(token_.uri("promises"), "");
  ASSERT_TRUE(custody) << custody.error().message.en;
  KeepsItsPromises(**custody);
}

TEST_F(Pkcs11Custody, KeepsARootForTheNextSession) {
  const Key key = TableKey();
  RootId id{};
  Bytes wrapped;
  {
    const auto custody = std::move(*OpenCustody(token_.uri("next"), ""));
    id = Drawn();
    ASSERT_TRUE(custody->Make(id));
    wrapped = *custody->Wrap(id, key);
  }
  const auto again = std::move(*OpenCustody(token_.uri("next"), ""));
  EXPECT_EQ(*again->Unwrap(id, wrapped), key);
  const auto other = std::move(*OpenCustody(token_.uri("other"), ""));
  EXPECT_TRUE(other->List()->empty()) << "another trail's roots are not ours";
  EXPECT_EQ(other->Unwrap(id, wrapped).error().code, Code::kNotFound);
}

TEST_F(Pkcs11Custody, SaysWhatIsWrong) {
  const auto code = [](const std::string& uri) { return OpenCustody(uri, "").error().code; };
  EXPECT_EQ(code(token_.uri("x", "nobody")), Code::kNotFound);
  ASSERT_TRUE(base::WriteFileDurably(token_.pin_path(), "9999", base::FileMode::kPrivate));
  EXPECT_EQ(code(token_.uri("x")), Code::kPermission);
  EXPECT_EQ(code("pkcs11:token=a?module-path=/none.so&pin-source=file:" + token_.pin_path()),
            Code::kNotFound);
  EXPECT_EQ(code("pkcs11:token=a?module-path=/usr/bin/true&pin-source=file:" + token_.pin_path()),
            Code::kNotFound);
}

}  // namespace
}  // namespace garant::trail

#include "trail/tree/timestamp.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

using base::AsBytes;
using base::Bytes;
using base::Code;

// A time-stamping authority of the openssl program, with a certificate of its own and of another
// authority beside it.
class Stamping : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "garant-XXXXXX").string();
    top_ = ::mkdtemp(name.data());
    Make("tsa");
    Make("other");
  }
  void TearDown() override { std::filesystem::remove_all(top_); }

  void Run(const std::string& command) const {
    ASSERT_EQ(std::system(("cd " + top_ + " && " + command + " >said 2>&1").c_str()), 0)
        << command << *base::ReadFile(top_ + "/said");
  }
  void Make(const std::string& name) const {
    std::ofstream(top_ + "/" + name + ".cnf")
        << "[tsa]\ndefault_tsa = t\n[t]\ndir = .\nserial = ./serial\ncrypto_device = builtin\n"
           "signer_digest = sha256\ndefault_policy = 1.2.3.4\nother_policies = 1.2.3.4\n"
           "digests = sha256, sha1\naccuracy = secs:1\nordering = yes\ntsa_name = yes\n"
           "ess_cert_id_chain = no\ness_cert_id_alg = sha256\n";
    std::ofstream(top_ + "/serial") << "01\n";
    Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name +
        ".key -out " + name + ".pem -days 2 -subj /CN=" + name +
        " -addext extendedKeyUsage=critical,timeStamping -addext "
        "keyUsage=critical,digitalSignature");
  }
  [[nodiscard]] std::string Certificates(const std::string& name = "tsa") const {
    return top_ + "/" + name + ".pem";
  }
  [[nodiscard]] Bytes Read(const std::string& name) const {
    const std::string text = *base::ReadFile(top_ + "/" + name);
    return {text.begin(), text.end()};
  }
  [[nodiscard]] Bytes Answer(const Bytes& request, const std::string& by = "tsa") const {
    std::ofstream(top_ + "/request", std::ios::binary) << base::AsText(request);
    Run("openssl ts -reply -config " + by + ".cnf -queryfile request -signer " + by +
        ".pem -inkey " + by + ".key -out answer");
    return Read("answer");
  }

  std::string top_;
  static constexpr std::string_view kContent = "a checkpoint";
};

TEST_F(Stamping, TakesTheAnswerToItsRequest) {
  const Bytes request = *MakeStampRequest(AsBytes(kContent));
  const Bytes answer = Answer(request);
  const auto stamp = VerifyStamp(answer, AsBytes(kContent), Certificates(), request);
  ASSERT_TRUE(stamp) << stamp.error().message.en;
  EXPECT_EQ(stamp->authority, "CN=tsa");
  const auto age = base::SystemClock().Now() - stamp->time;
  EXPECT_LT(std::chrono::abs(age), std::chrono::minutes(10));
  EXPECT_TRUE(VerifyStamp(answer, AsBytes(kContent), Certificates())) << "of one that was kept";
}

TEST_F(Stamping, RefusesAnotherContentRequestOrAuthority) {
  const Bytes request = *MakeStampRequest(AsBytes(kContent));
  const Bytes answer = Answer(request);
  const auto code = [&](const auto& stamp) { return stamp ? Code::kIo : stamp.error().code; };
  EXPECT_EQ(code(VerifyStamp(answer, AsBytes("another"), Certificates())), Code::kUntrusted);
  const Bytes again = *MakeStampRequest(AsBytes(kContent));
  EXPECT_NE(again, request);
  EXPECT_EQ(code(VerifyStamp(answer, AsBytes(kContent), Certificates(), again)), Code::kUntrusted)
      << "an old answer to a new request";
  EXPECT_EQ(code(VerifyStamp(answer, AsBytes(kContent), Certificates("other"))), Code::kUntrusted);
  EXPECT_EQ(code(VerifyStamp(answer, AsBytes(kContent), top_ + "/none")), Code::kInvalid);
}

TEST_F(Stamping, RefusesAnyChangedByteOfWhatIsSigned) {
  const Bytes request = *MakeStampRequest(AsBytes(kContent));
  const Bytes answer = Answer(request);
  size_t passed = 0;
  for (size_t i = 0; i < answer.size(); ++i) {
    Bytes changed = answer;
    changed[i] ^= 1U;
    const auto stamp = VerifyStamp(changed, AsBytes(kContent), Certificates());
    if (!stamp) continue;
    // Bytes that nobody signed, such as the status' text, may change; what is said may not.
    ++passed;
    EXPECT_EQ(stamp->authority, "CN=tsa") << i;
    EXPECT_EQ(stamp->time, VerifyStamp(answer, AsBytes(kContent), Certificates())->time);
  }
  EXPECT_LT(passed, answer.size() / 10);
  for (size_t length = 0; length < answer.size(); length += 7)
    EXPECT_FALSE(
        VerifyStamp(base::ByteView(answer).first(length), AsBytes(kContent), Certificates()));
  Bytes longer = answer;
  longer.push_back(0);
  EXPECT_FALSE(VerifyStamp(longer, AsBytes(kContent), Certificates()));
}

TEST_F(Stamping, RefusesAnotherDigestAndARefusal) {
  std::ofstream(top_ + "/content") << kContent;
  Run("openssl ts -query -data content -sha1 -cert -out weak");
  EXPECT_EQ(VerifyStamp(Answer(Read("weak")), AsBytes(kContent), Certificates()).error().code,
            Code::kUntrusted);
  Run("openssl ts -query -data content -sha512 -cert -out refused");
  EXPECT_EQ(VerifyStamp(Answer(Read("refused")), AsBytes(kContent), Certificates()).error().code,
            Code::kUntrusted);
}

TEST_F(Stamping, IsKeptWithItsCheckpoint) {
  const TestFolder folder;
  ASSERT_TRUE(base::MakeFolder(folder.trail()));
  std::array<uint8_t, 32> seed{1};
  const VerifierKey log = *VerifierKey::FromSeed("permits.example", seed);
  std::vector<Digest> leaves;
  for (int i = 0; i < 20; ++i) leaves.push_back(LeafHash(AsBytes(std::to_string(i))));
  const LeafTiles tiles(leaves);
  EXPECT_TRUE(ReadStamps(folder.trail(), Certificates(), log, tiles)->empty());
  for (const uint64_t size : {uint64_t{9}, uint64_t{12}}) {
    const std::string note = SignCheckpoint(size, *TreeRoot(tiles, size), log, seed);
    ASSERT_TRUE(KeepStamp(folder.trail(), note, size, Answer(*MakeStampRequest(AsBytes(note)))));
  }
  EXPECT_TRUE(HasStamp(folder.trail(), 9));
  EXPECT_FALSE(HasStamp(folder.trail(), 10));
  const auto stamps = ReadStamps(folder.trail(), Certificates(), log, tiles);
  ASSERT_TRUE(stamps) << stamps.error().message.en;
  ASSERT_EQ(stamps->size(), 2U);
  EXPECT_EQ((*stamps)[0].size, 9U);
  EXPECT_EQ((*stamps)[1].stamp.authority, "CN=tsa");

  const auto code = [&](const HashSource& source) {
    return ReadStamps(folder.trail(), Certificates(), log, source).error().code;
  };
  leaves[3][0] ^= 1U;
  EXPECT_EQ(code(LeafTiles(leaves)), Code::kUntrusted) << "entries were changed since";
  leaves[3][0] ^= 1U;
  EXPECT_EQ(code(LeafTiles(std::span(leaves).first(11))), Code::kUntrusted) << "taken back";
  std::filesystem::copy_file(StampsPath(folder.trail()) + "/9.tsr",
                             StampsPath(folder.trail()) + "/12.tsr",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(code(tiles), Code::kUntrusted);
  std::filesystem::remove(StampsPath(folder.trail()) + "/12.tsr");
  EXPECT_EQ(ReadStamps(folder.trail(), Certificates(), log, tiles)->size(), 1U)
      << "a checkpoint whose answer was never kept";
  std::filesystem::remove(StampsPath(folder.trail()) + "/9.checkpoint");
  EXPECT_EQ(code(tiles), Code::kUntrusted);
}

}  // namespace
}  // namespace garant::trail

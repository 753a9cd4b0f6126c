#include "witness/asking.h"

#include <gtest/gtest.h>

#include <functional>

#include "trail/tree/proof_text.h"

namespace garant::witness {
namespace {

using base::AsBytes;
using base::Code;
using base::Result;
using trail::ConsistencyText;

std::array<uint8_t, 32> SeedOf(uint8_t fill) {
  std::array<uint8_t, 32> seed{};
  seed.fill(fill);
  return seed;
}

// A witness made of a function.
class Scripted final : public HttpPoster {
 public:
  using Script = std::function<HttpAnswer(const ConsistencyText&)>;
  explicit Scripted(Script script) : script_(std::move(script)) {}
  Result<HttpAnswer> Post(const std::string& url, const std::string&,
                          const std::string& body) override {
    EXPECT_EQ(url, "http://w.example/add-checkpoint");
    const auto request = ConsistencyText::Parse(body);
    EXPECT_TRUE(request);
    EXPECT_LE(request->hashes.size(), 63U);
    asked.push_back(request->old_size);
    return script_(*request);
  }
  std::vector<uint64_t> asked;

 private:
  Script script_;
};

class Asking : public testing::Test {
 protected:
  Asking() {
    for (int i = 0; i < 50; ++i) leaves_.push_back(trail::LeafHash(AsBytes(std::to_string(i))));
    note_ =
        *trail::Note::Parse(trail::SignCheckpoint(50, trail::TreeRoot(leaves_), Log(), SeedOf(1)));
    checkpoint_ = *trail::ParseCheckpoint(note_.text);
    tiles_ = std::make_unique<trail::LeafTiles>(leaves_);
  }
  static trail::VerifierKey Log() {
    return *trail::VerifierKey::FromSeed("permits.example", SeedOf(1));
  }
  static trail::Policy::Witness Witness(std::string url = "http://w.example") {
    return {"w",
            *trail::VerifierKey::FromSeed("w.example", SeedOf(2), trail::KeyType::kCosignature),
            std::move(url)};
  }
  Result<trail::NoteSignature> Ask(Scripted& scripted, uint64_t from) {
    return AskWitness(Witness(), from, {note_, checkpoint_, *tiles_}, scripted);
  }
  HttpAnswer Cosigned(uint8_t by = 2) const {
    return {
        200, "text/plain",
        trail::Cosign(note_.text, base::Time(std::chrono::seconds(99)), Witness().key, SeedOf(by))
            .ToLine()};
  }
  static HttpAnswer Size(const std::string& size, const char* type = "text/x.tlog.size") {
    return {409, type, size};
  }
  Code Refusal(HttpAnswer answer, uint64_t from = 10) {
    Scripted scripted([&](const ConsistencyText&) { return answer; });
    const auto got = Ask(scripted, from);
    return got ? Code::kIo : got.error().code;
  }

  std::vector<trail::Digest> leaves_;
  trail::Note note_;
  trail::Checkpoint checkpoint_;
  std::unique_ptr<trail::LeafTiles> tiles_;
};

TEST_F(Asking, ProvesFromWhatTheWitnessHas) {
  for (const uint64_t has : {uint64_t{0}, uint64_t{1}, uint64_t{31}, uint64_t{32}, uint64_t{50}}) {
    Scripted scripted([&](const ConsistencyText& request) {
      if (request.old_size != has) return Size(std::to_string(has) + "\n");
      if (has > 0) {
        trail::Checkpoint old{Log().name, has, trail::TreeRoot(std::span(leaves_).first(has))};
        EXPECT_TRUE(trail::CheckConsistency(request, old, Log()));
      } else {
        EXPECT_TRUE(request.hashes.empty());
      }
      return Cosigned();
    });
    const auto got = Ask(scripted, 10);
    ASSERT_TRUE(got) << got.error().message.en;
    EXPECT_TRUE(got->IsBy(Witness().key));
    EXPECT_EQ(scripted.asked, (std::vector<uint64_t>{10, has}));
  }
}

TEST_F(Asking, TakesAWitnessThatSawAnotherTrailForAnAlarm) {
  EXPECT_EQ(Refusal(Size("51\n")), Code::kUntrusted) << "rolled back";
  EXPECT_EQ(Refusal(Size("50\n")), Code::kUntrusted) << "the same size, another root";
  EXPECT_EQ(Refusal({422, "text/plain", "no"}), Code::kUntrusted);
}

TEST_F(Asking, BelievesNoCosignatureThatDoesNotHold) {
  EXPECT_EQ(Refusal(Cosigned(3)), Code::kUntrusted);
  EXPECT_EQ(Refusal({200, "text/plain", ""}), Code::kUntrusted);
  EXPECT_EQ(Refusal({200, "text/plain", "<html>"}), Code::kUntrusted);
  EXPECT_EQ(Refusal({200, "text/plain", note_.signatures[0].ToLine()}), Code::kUntrusted)
      << "the log is no witness of itself";
}

TEST_F(Asking, SaysWhyItWasRefused) {
  EXPECT_EQ(Refusal({403, "", ""}), Code::kPermission);
  EXPECT_EQ(Refusal({404, "", ""}), Code::kNotFound);
  EXPECT_EQ(Refusal({400, "", "b\xff\nd"}), Code::kIo);
  EXPECT_EQ(Refusal({500, "", ""}), Code::kIo);
  EXPECT_EQ(Refusal({302, "", ""}), Code::kIo);
  EXPECT_EQ(Refusal(Size("5\n", "text/plain")), Code::kIo);
  for (const char* size : {"", "5", "05\n", "x\n", "-1\n", "5\n\n", "99999999999999999999\n"})
    EXPECT_EQ(Refusal(Size(size)), Code::kIo) << size;
}

TEST_F(Asking, DoesNotAskForEver) {
  uint64_t next = 0;
  Scripted scripted([&](const ConsistencyText&) { return Size(std::to_string(++next) + "\n"); });
  EXPECT_EQ(Ask(scripted, 10).error().code, Code::kConflict);
  EXPECT_EQ(scripted.asked.size(), 3U);
}

TEST_F(Asking, NeedsAnAddress) {
  Scripted scripted([&](const ConsistencyText&) { return Cosigned(); });
  const auto got = AskWitness(Witness(""), 0, {note_, checkpoint_, *tiles_}, scripted);
  EXPECT_EQ(got.error().code, Code::kInvalid);
  EXPECT_TRUE(scripted.asked.empty());
}

TEST_F(Asking, KnowsWhatAWitnessCosignedLast) {
  std::vector<trail::Note> notes{note_};
  EXPECT_EQ(LastCosigned(Witness(), notes), 0U);
  notes[0].signatures.push_back(
      trail::Cosign(note_.text, base::Time(std::chrono::seconds(9)), Witness().key, SeedOf(2)));
  EXPECT_EQ(LastCosigned(Witness(), notes), 50U);
}

}  // namespace
}  // namespace garant::witness

#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "trail/tree/merkle.h"

namespace garant::trail {

// Vectors of Merkle proofs from outside this repository; without them the tests skip.
class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("GARANT_TESTDATA");
    folder_ = given != nullptr ? given : std::string(GARANT_SOURCE_DIR) + "/../shared/data";
    folder_ += "/merkle";
    if (!base::Exists(folder_))
      GTEST_SKIP() << "no vectors at " << folder_ << "; set GARANT_TESTDATA";
  }

  // Calls `check` with each vector under `kind`; returns how many there were.
  template <typename Check>
  size_t ForEach(const std::string& kind, Check check) {
    size_t count = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ + "/" + kind)) {
      if (file.path().extension() != ".json") continue;
      const auto text = base::ReadFile(file.path().string());
      EXPECT_TRUE(text);
      const auto vector = nlohmann::json::parse(*text);
      EXPECT_EQ(check(vector), !vector.at("wantErr").get<bool>()) << file.path();
      ++count;
    }
    return count;
  }

  static std::optional<Digest> Hash(const nlohmann::json& text) {
    if (text.is_null()) return {};
    const auto bytes = base::FromBase64(text.get<std::string>());
    Digest digest{};
    if (!bytes || bytes->empty()) return {};
    // Some vectors have words for roots ("don't care"): a digest stands in, equal for equal words.
    if (bytes->size() != digest.size()) return base::Sha256(*bytes);
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    return digest;
  }

  static std::optional<std::vector<Digest>> Proof(const nlohmann::json& list) {
    std::vector<Digest> proof;
    if (list.is_null()) return proof;
    for (const auto& text : list) {
      const auto hash = Hash(text);
      if (!hash) return {};
      proof.push_back(*hash);
    }
    return proof;
  }

  std::string folder_;
};

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "trail/tree/verifier_key.h"

namespace garant::trail {

constexpr size_t kLargestPolicy = size_t{64} << 10U;
constexpr size_t kMostPolicyLines = 64;  // of each kind

// Which logs and witnesses somebody knows, and how many of them it takes: C2SP tlog-policy
// (docs/formats/checkpoint.md).
class Policy {
 public:
  struct Log {
    VerifierKey key;
    std::string url;  // empty where none is given, as below
  };
  struct Witness {
    std::string name;  // in the policy; the key has its own
    VerifierKey key;
    std::string url;
  };

  // Nothing where it has faults; every one of them is told.
  [[nodiscard]] static std::optional<Policy> Parse(std::string_view text, const std::string& file,
                                                   base::Diagnostics& faults);

  [[nodiscard]] const std::vector<Log>& logs() const { return logs_; }
  [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }
  // Whether these witnesses are enough; `cosigned[i]` is of witnesses()[i]. Never for "quorum
  // none".
  [[nodiscard]] bool IsQuorum(const std::vector<bool>& cosigned) const;

 private:
  friend class PolicyReader;
  // What a name stands for: a witness, or so many of the names before it.
  struct Member {
    std::string name;
    std::optional<size_t> witness;
    size_t needed = 0;
    std::vector<size_t> of;
    bool used = false;  // in a group, where it may stand once
  };

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Member> members_;   // each after those that it is made of
  std::optional<size_t> quorum_;  // none for "quorum none"
};

}  // namespace garant::trail

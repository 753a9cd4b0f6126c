#pragma once

#include <map>
#include <vector>

#include "trail/runs.h"

namespace garant::trail {

// Makes the runs of a segment from its leaves, which must stay where they are until Finish.
class RunsBuilder {
 public:
  RunsBuilder(std::string_view origin, uint64_t first, uint32_t entries);
  // The next leaf, of an entry that the trail took.
  void Add(base::ByteView leaf);

  // The file. Once, when all were added.
  [[nodiscard]] base::Bytes Finish();
  [[nodiscard]] const RunRoots& roots() const { return roots_; }

  // After Finish: the tokens that stand twice or more, and for each token of each leaf, in order
  // (commitments of persons' parts among them), 0 or which of these it is, from 1 on.
  [[nodiscard]] const std::vector<Token>& repeated() const { return repeated_; }
  [[nodiscard]] const std::vector<uint32_t>& references() const { return references_; }

 private:
  struct Posting {
    uint64_t hash = 0;
    uint32_t entry = 0;
    uint32_t occurrence = 0;  // which of all tokens
  };
  using Postings = std::vector<Posting>;
  struct Texts {
    std::map<std::string, std::vector<EntryRange>, std::less<>> ranges;
    std::string_view last;
    std::vector<EntryRange>* last_ranges = nullptr;
  };
  // Of the keys that are tokens, and of commitments, which have no run.
  static constexpr size_t kTokenLists = 5;

  void AddToken(size_t list, const uint8_t* token);
  void AddText(RunKey key, std::string_view text);
  void Repeat(const Postings& sorted);
  void SortTokens();
  void PutRun(RunKey key, base::Bytes& out);

  RunHash hash_;
  uint64_t first_;
  uint32_t entries_;
  uint32_t next_ = 0;
  std::array<Postings, kTokenLists> postings_;
  std::array<Texts, kRunKeys> texts_;
  std::vector<const uint8_t*> occurrences_;
  std::vector<Token> repeated_;
  std::vector<uint32_t> references_;
  RunRoots roots_{};
};

}  // namespace garant::trail

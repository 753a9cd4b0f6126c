#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/large_vector.h"
#include "trail/entry/wire.h"
#include "trail/index/runs.h"
#include "trail/index/runs_form.h"

namespace garant::trail {

class RunWriter;

// Makes the runs of a segment from its leaves.
class RunsBuilder {
 public:
  using Ranges = std::vector<EntryRange>;
  // What leaves have in common that differ in their tokens and numbers alone: which lists of texts
  // they stand in, and whose their tokens are. Valid as long as the builder.
  struct LeafKeys {
    std::vector<Ranges*> texts;
    std::vector<uint8_t> lists;  // of each token, in order
  };

  // The form may be one that is read still, to compare with what was written then.
  RunsBuilder(std::string_view origin, uint64_t first, uint32_t entries,
              const RunsForm& form = kRunsForm);
  // The next leaf, of an entry that the trail took. Returns how many tokens it has, commitments of
  // persons' parts among them.
  size_t Add(base::ByteView leaf);
  // The same, of a leaf with these keys.
  [[nodiscard]] LeafKeys KeysOf(base::ByteView leaf);
  void Add(const LeafKeys& keys, std::span<const uint8_t* const> tokens);

  // The file, in `memory`. Once, when all were added.
  [[nodiscard]] base::Bytes Finish(base::Bytes memory = {});
  [[nodiscard]] const RunRoots& roots() const { return roots_; }

  // Each token of each leaf, in order.
  [[nodiscard]] std::span<const Token> tokens() const { return tokens_; }
  // After Finish: those that stand twice or more under one key, each once, and for each of all
  // tokens 0 or which of these it is, from 1 on.
  [[nodiscard]] const std::vector<Token>& repeated() const { return repeated_; }
  [[nodiscard]] std::span<const uint32_t> references() const { return references_; }

 private:
  struct Posting {
    uint64_t hash;
    uint64_t begins;  // the token, with its first bytes
    uint32_t entry;
    uint32_t occurrence;  // which of all tokens
  };
  using Postings = base::LargeVector<Posting>;
  using Texts = std::map<std::string, Ranges, std::less<>>;
  // Of the keys that are tokens, and of commitments, which have no run.
  static constexpr size_t kTokenLists = 5;

  // A token's hash: most come again soon, and comparing is quicker than hashing.
  struct Known {
    Token token{};
    uint64_t hash = 0;
    size_t list = kTokenLists;  // none
  };
  static constexpr size_t kKnown = 4096;
  struct FirstBytes {  // tokens are spread evenly
    size_t operator()(const Token& token) const { return EightAt(token.data()); }
  };

  void AddToken(size_t list, const uint8_t* token);
  [[nodiscard]] uint64_t HashOf(size_t list, const uint8_t* token);
  [[nodiscard]] Ranges& ListOf(RunKey key, std::string_view text);
  void Repeat(const Postings& sorted);
  void SortTokens();
  void PutRun(RunKey key, base::Bytes& out);
  void PutTokens(RunKey key, RunWriter& run) const;
  void PutTexts(RunKey key, RunWriter& run);

  const RunsForm& form_;
  RunHash hash_;
  uint64_t first_;
  uint32_t entries_;
  uint32_t next_ = 0;
  std::vector<Known> known_{kKnown};
  std::array<Postings, kTokenLists> postings_;
  std::array<Texts, kRunKeys> texts_;
  base::LargeVector<Token> tokens_;
  std::vector<Token> repeated_;
  std::unordered_map<Token, uint32_t, FirstBytes> numbers_;  // of these
  base::LargeVector<uint32_t> references_;
  RunRoots roots_{};
};

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/text.h"
#include "base/time.h"
#include "expr/expression.h"

// A standard, read from its folder (docs/formats/standard.md). Immutable once read; thread-safe.
namespace garant::standard {

enum class Stage { kAlpha, kBeta, kLive, kAll };
[[nodiscard]] std::optional<Stage> ParseStage(std::string_view word);
[[nodiscard]] std::string_view StageName(Stage stage);

// Weakest last.
enum class ProofKind {
  kObserved,
  kExercised,
  kDerived,
  kExternal,
  kRecorded,
  kAttested,
  kDeclared
};
[[nodiscard]] std::optional<ProofKind> ParseProofKind(std::string_view word);
[[nodiscard]] std::string_view ProofKindName(ProofKind kind);

enum class Floor { kNone, kSeen };

struct Equivalent {
  std::string jurisdiction;
  base::Text name;
};

// What judging reads stands first, together.
struct Proof {
  expr::Expression must;
  std::optional<expr::Expression> contradicted;
  base::Duration fresh{};  // zero where it reads no observation
  ProofKind kind = ProofKind::kDeclared;
  bool reads_item = false;  // its answer depends on the item asked for
  std::string id;
  base::Where where;
  base::Text asks;
  base::Text next;
  // One of each language; `fails` speaks of a cause of `must`, `contradicts` of one of
  // `contradicted`.
  std::optional<expr::Message> fails_en, fails_fr;
  std::optional<expr::Message> contradicts_en, contradicts_fr;
  std::vector<std::string> observes;  // observation kinds that it reads, directly or through joins
};

struct Item {
  std::string id;
  base::Where where;
  Stage stage = Stage::kAll;
  std::string source;
  std::optional<size_t> parent;  // index in Standard::items
  std::vector<size_t> children;
  Floor floor = Floor::kNone;
  std::string verb;
  base::Text text;
  std::vector<std::string> covers;   // sections of the service file; empty for all
  uint64_t sections = ~uint64_t{0};  // the same as bits, by the slots of Facts::RootType()
  std::vector<Equivalent> equivalents;
  std::vector<size_t> proofs;  // indices in Standard::proofs
};

struct Guideline {
  std::string id;
  base::Text title;
};

struct Source {
  std::string id;
  base::Text name;
};

struct Standard {
  std::string id;
  std::string version;
  base::Text name;
  base::Text source;
  std::vector<Guideline> guidelines;
  std::vector<Source> sources;
  std::vector<Item> items;    // by id
  std::vector<Proof> proofs;  // by id

  [[nodiscard]] const Item* FindItem(std::string_view id) const;
  [[nodiscard]] std::optional<size_t> FindProof(std::string_view id) const;
  // The guideline that an item belongs to ("9.4" of "9.4-09"), or nullptr.
  [[nodiscard]] const Guideline* GuidelineOf(const Item& item) const;
};

// What the reader must know about facts: which names there are, what they are typed as, and which
// observation kinds a name rests on.
class Facts {
 public:
  virtual ~Facts() = default;
  [[nodiscard]] virtual const expr::RecordType& RootType() const = 0;
  // Kinds of observation behind a name of Expression::Reads(), such as "web.routes".
  [[nodiscard]] virtual std::vector<std::string> ObservationsBehind(
      std::string_view name) const = 0;
};

// Complains of everything that is wrong, all at once; gives nullptr where anything was.
[[nodiscard]] std::unique_ptr<const Standard> Load(const std::string& folder, const Facts& facts,
                                                   base::Diagnostics& diagnostics);

}  // namespace garant::standard

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/crypto/crypto.h"
#include "trail/entry/observation.h"

// One entry of the trail in its leaf form, docs/formats/entry.md: a clear header and sealed parts.
// The leaf form is what the Merkle tree hashes; it is read and written canonically, so that equal
// entries have equal bytes and nothing else can be read as one.
namespace garant::trail {

constexpr size_t kMaxEntryBytes = 65535;
constexpr size_t kCommitmentBytes = 32;

using Token = std::array<uint8_t, 32>;       // PRF output; says nothing without its key
using Generation = std::array<uint8_t, 16>;  // drawn at each opening for writing

// Whose key a part is sealed under, and so what makes it unreadable for good.
enum class KeyClass : uint8_t {
  kSubject = 1,    // a person's root: gone when the person is erased
  kTransient = 2,  // the day's key: gone when the day expires
  kRecord = 3,     // the trail's own: kept as long as the record must be
};

// Which token of the header names the person of a kSubject part.
enum class KeyReference : uint16_t { kNobody = 0, kFirstSubject = 1, kActor = 0xffff };

struct Header {
  std::string kind;
  std::string service;
  std::string part;
  std::string route;  // the template, never the path
  std::vector<std::string> categories;
  std::string outcome;
  std::string source;
  std::optional<uint64_t> sequence;  // of the source
  std::optional<Token> actor;
  std::vector<Token> subjects;  // ascending
  std::optional<Token> session;
  std::optional<Token> trace;
  std::vector<Fact> facts;  // ascending by name
  bool operator==(const Header&) const = default;
};

// The same, with what it holds elsewhere.
struct HeaderView {
  HeaderView() = default;
  explicit HeaderView(const Header& header);

  std::string_view kind;
  std::string_view service;
  std::string_view part;
  std::string_view route;
  std::span<const std::string> categories;
  std::string_view outcome;
  std::string_view source;
  std::optional<uint64_t> sequence;
  std::optional<Token> actor;
  std::span<const Token> subjects;
  std::optional<Token> session;
  std::optional<Token> trace;
  std::span<const Fact> facts;
  bool checked = false;  // the facts, by CheckFacts, and they ascend
};

struct SealedPart {
  KeyClass key_class = KeyClass::kRecord;
  std::string category;
  uint32_t epoch = 0;
  KeyReference reference = KeyReference::kNobody;
  std::array<uint8_t, kCommitmentBytes> commitment{};
  base::Bytes ciphertext;  // with its tag
  bool operator==(const SealedPart&) const = default;
};

struct Entry {
  uint64_t index = 0;
  base::Time time;
  Generation generation{};
  Header header;
  std::vector<SealedPart> parts;
  bool operator==(const Entry&) const = default;
};

// Refuses what the format cannot hold (texts too long, control characters, wrong order, more than
// kMaxEntryBytes).
[[nodiscard]] base::Result<base::Bytes> EncodeEntry(const Entry& entry);

// Strict; an error names the byte offset at which reading stopped.
[[nodiscard]] base::Result<Entry> DecodeEntry(base::ByteView bytes);

// What part number `number` is bound to: every byte of the leaf before the parts, the number, and
// the part's descriptor without its ciphertext.
[[nodiscard]] base::Result<base::Bytes> AssociatedData(const Entry& entry, uint32_t number);

class LeafShapes;

// Writes leaves, one after the other in the same place; parts are sealed while they are written.
class LeafWriter {
 public:
  LeafWriter();
  LeafWriter(LeafWriter&&) noexcept;
  LeafWriter& operator=(LeafWriter&&) noexcept;
  ~LeafWriter();

  // Begins the next leaf.
  base::Status PutHeader(uint64_t index, base::Time time, const Generation& generation,
                         const HeaderView& header);
  // The same without checking anything of `header`, where one of its shape
  // (trail/entry/leaf_shapes.h) was put by PutHeader, checked. Otherwise false, and nothing was
  // begun.
  [[nodiscard]] bool PutLikeBefore(uint64_t index, base::Time time, const Generation& generation,
                                   const HeaderView& header);
  base::Status PutPartCount(size_t count);
  // All of a part but its ciphertext, for which it leaves room: `seal` fills it, and is given what
  // the part is bound to.
  template <typename Seal>
  base::Status PutPart(const SealedPart& part, const HeaderView& header, size_t ciphertext,
                       const Seal& seal) {
    TRY(PutDescriptor(part, header, ciphertext));
    seal(base::ByteView(bound_), std::span(leaf_).last(ciphertext));
    return base::Ok{};
  }
  base::Status Finish() const;
  // Whole after Finish; until then as far as it was put.
  [[nodiscard]] const base::Bytes& leaf() const { return leaf_; }

 private:
  void EndHeader();
  base::Status PutDescriptor(const SealedPart& part, const HeaderView& header, size_t ciphertext);

  base::Bytes leaf_;
  base::Bytes bound_;  // the leaf up to its parts, and the last part's own
  size_t prefix_ = 0;  // of both
  uint32_t parts_ = 0;
  std::unique_ptr<LeafShapes> shapes_;  // made with the first that is checked
};

// Persons' tokens change every thirty days: the number of whole such periods since 1970 (0 before).
[[nodiscard]] uint32_t EpochOf(base::Time time);
// Transient keys, and with them the tokens of sessions and traces, change every day: the number of
// whole days since 1970 (0 before).
[[nodiscard]] uint32_t DayOf(base::Time time);

}  // namespace garant::trail

#include "trail/entry/leaf_shapes.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

#include "trail/entry/leaf_pieces.h"
#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

constexpr size_t kIndexAt = 1;
constexpr size_t kGenerationAt = kTimeInLeaf + 8;

void PutEight(uint8_t* at, uint64_t value) {
  const auto bytes = BigEndian(value);
  std::memcpy(at, bytes.data(), bytes.size());
}

// Of what tells shapes of one source apart.
uint64_t HashOf(const HeaderView& header) {
  const std::hash<std::string_view> hash;
  uint64_t sum = hash(header.route) + 31 * hash(header.outcome) + header.subjects.size();
  for (const Fact& fact : header.facts) {
    sum *= 31;
    if (const bool* yes = std::get_if<bool>(&fact.value))
      sum += *yes ? 1 : 0;
    else if (const std::string* text = std::get_if<std::string>(&fact.value))
      sum += hash(*text);
  }
  return sum ^ (sum >> 32U);
}

bool Same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && SameBytes(a.data(), b.data(), a.size());
}

bool IsNumber(const Fact& fact) { return std::holds_alternative<int64_t>(fact.value); }

bool SameFact(const Fact& a, const Fact& b) {
  return Same(a.name, b.name) && (IsNumber(a) ? IsNumber(b) : a.value == b.value);
}

}  // namespace

struct LeafShapes::Shape {
  Header header;
  Bytes prefix;
  // Where in the prefix: the numbers of facts, and the sequence, tokens in the order of their tags.
  std::vector<uint32_t> numbers;
  std::vector<uint32_t> tokens;
  uint32_t sequence = 0;

  [[nodiscard]] bool IsOf(const HeaderView& other) const {
    return Same(header.route, other.route) && Same(header.outcome, other.outcome) &&
           header.subjects.size() == other.subjects.size() &&
           header.actor.has_value() == other.actor.has_value() &&
           header.session.has_value() == other.session.has_value() &&
           header.trace.has_value() == other.trace.has_value() &&
           header.sequence.has_value() == other.sequence.has_value() &&
           Same(header.kind, other.kind) && Same(header.service, other.service) &&
           Same(header.part, other.part) && Same(header.source, other.source) &&
           std::ranges::equal(header.categories, other.categories) &&
           std::ranges::equal(header.facts, other.facts, SameFact);
  }
};

void LeafShapes::Free::operator()(Shape* shape) const { delete shape; }

bool LeafShapes::Put(uint64_t index, base::Time time, const Generation& generation,
                     const HeaderView& header, Bytes& out) const {
  const Shape* const shape = shapes_[HashOf(header) % kPlaces].get();
  if (shape == nullptr || !shape->IsOf(header)) return false;
  out.assign(shape->prefix.begin(), shape->prefix.end());
  uint8_t* const leaf = out.data();
  PutEight(leaf + kIndexAt, index);
  PutEight(leaf + kTimeInLeaf, static_cast<uint64_t>(time.time_since_epoch().count()));
  std::ranges::copy(generation, leaf + kGenerationAt);
  if (header.sequence) PutEight(leaf + shape->sequence, *header.sequence);
  const uint32_t* at = shape->tokens.data();
  const auto put = [&](const Token& token) { std::ranges::copy(token, leaf + *at++); };
  if (header.actor) put(*header.actor);
  for (const Token& subject : header.subjects) put(subject);
  if (header.session) put(*header.session);
  if (header.trace) put(*header.trace);
  at = shape->numbers.data();
  for (const Fact& fact : header.facts)
    if (const int64_t* number = std::get_if<int64_t>(&fact.value))
      PutEight(leaf + *at++, static_cast<uint64_t>(*number));
  return true;
}

void LeafShapes::Learn(const HeaderView& header, ByteView prefix) {
  std::unique_ptr<Shape, Free> shape(new Shape);
  Header& own = shape->header;
  own.kind = header.kind;
  own.service = header.service;
  own.part = header.part;
  own.route = header.route;
  own.categories.assign(header.categories.begin(), header.categories.end());
  own.outcome = header.outcome;
  own.source = header.source;
  own.sequence = header.sequence;
  own.actor = header.actor;
  own.subjects.assign(header.subjects.begin(), header.subjects.end());
  own.session = header.session;
  own.trace = header.trace;
  own.facts.assign(header.facts.begin(), header.facts.end());
  shape->prefix.assign(prefix.begin(), prefix.end());
  const bool whole = WalkHeader(prefix, [&shape](const LeafPiece& piece) {
    if (piece.kind == LeafPiece::Kind::kToken) shape->tokens.push_back(piece.offset);
    if (piece.kind != LeafPiece::Kind::kInteger) return;
    if (piece.tag == Tag::kFacts)
      shape->numbers.push_back(piece.offset);
    else
      shape->sequence = piece.offset;
  });
  const size_t tokens = size_t{own.actor.has_value()} + own.subjects.size() +
                        size_t{own.session.has_value()} + size_t{own.trace.has_value()};
  const auto numbers = static_cast<size_t>(std::ranges::count_if(own.facts, IsNumber));
  if (!whole || shape->tokens.size() != tokens || shape->numbers.size() != numbers) return;
  shapes_[HashOf(header) % kPlaces] = std::move(shape);
}

}  // namespace garant::trail

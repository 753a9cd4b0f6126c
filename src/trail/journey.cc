#include "trail/journey.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/bytes.h"

namespace garant::trail {
namespace {

constexpr size_t kSpanBytes = 8;

void ReadSpans(Step& step, const KeyRing& keys, bool& keys_gone) {
  for (uint32_t number = 0; number < step.entry.parts.size(); ++number) {
    if (step.entry.parts[number].category != kSpanCategory) continue;
    const auto bytes = keys.OpenPart(step.entry, number);
    keys_gone = keys_gone || !bytes;
    if (!bytes || bytes->size() != 2 * kSpanBytes) return;
    const auto half = [&](size_t at) {
      const auto part = base::ByteView(*bytes).subspan(at, kSpanBytes);
      const bool none = std::ranges::all_of(part, [](uint8_t byte) { return byte == 0; });
      return none ? std::string() : base::ToHex(part);
    };
    step.span = half(0);
    step.parent = half(kSpanBytes);
    return;
  }
}

class Tree {
 public:
  explicit Tree(std::vector<Step> steps) : steps_(std::move(steps)) {
    std::ranges::stable_sort(steps_, {}, [](const Step& step) { return step.entry.time; });
    for (size_t i = 0; i < steps_.size(); ++i)
      if (!steps_[i].span.empty()) of_span_[steps_[i].span].push_back(i);
  }

  Journey Join() {
    for (size_t i = 0; i < steps_.size(); ++i) {
      const std::string& parent = steps_[i].parent;
      steps_[i].orphan = !parent.empty() && !of_span_.contains(parent);
      if (parent.empty() || steps_[i].orphan) Visit(i, 0);
    }
    for (size_t i = 0; i < steps_.size(); ++i) Visit(i, 0);  // what stands in a ring
    return std::move(journey_);
  }

 private:
  // The entry, those of its span, and what they called.
  void Visit(size_t index, size_t depth) {
    if (steps_[index].span.empty()) {
      Take(index, depth);
      return;
    }
    const std::string span = steps_[index].span;
    if (!visited_.insert(span).second) return;
    const std::vector<size_t>& same = of_span_[span];
    for (const size_t one : same) Take(one, depth);
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i].parent != span || steps_[i].span == span) continue;
      AddEdge(steps_[same.front()].entry.header.part, steps_[i].entry.header.part);
      Visit(i, depth + 1);
    }
  }

  void Take(size_t index, size_t depth) {
    if (!taken_.insert(index).second) return;
    journey_.steps.push_back(steps_[index]);
    journey_.steps.back().depth = depth;
  }

  void AddEdge(const std::string& from, const std::string& to) {
    if (from.empty() || to.empty() || from == to) return;
    if (std::ranges::find(journey_.edges, Edge{from, to}) == journey_.edges.end())
      journey_.edges.push_back({from, to});
  }

  std::vector<Step> steps_;
  std::map<std::string, std::vector<size_t>> of_span_;
  std::set<std::string> visited_;
  std::set<size_t> taken_;
  Journey journey_;
};

}  // namespace

Journey JourneyOf(std::vector<Entry> entries, const KeyRing& keys) {
  std::vector<Step> steps;
  bool keys_gone = false;
  for (Entry& entry : entries) {
    steps.push_back({.entry = std::move(entry), .span = {}, .parent = {}});
    ReadSpans(steps.back(), keys, keys_gone);
  }
  Journey journey = Tree(std::move(steps)).Join();
  journey.keys_gone = keys_gone;
  return journey;
}

}  // namespace garant::trail

#include "trail/search/journey.h"

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
    for (size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      if (!step.span.empty()) of_span_[step.span].push_back(i);
      if (!step.parent.empty() && step.parent != step.span) called_by_[step.parent].push_back(i);
    }
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
  // A span whose entries are taken, and how many of what it called were seen to.
  struct Open {
    const std::string& span;
    size_t depth;
    size_t seen = 0;
  };

  // The entry, those of its span, and what they called. With a stack of its own: whoever sends
  // requests chooses how deep they are nested.
  void Visit(size_t index, size_t depth) {
    std::vector<Open> open;
    Enter(index, depth, open);
    while (!open.empty()) {
      Open& top = open.back();
      const auto called = called_by_.find(top.span);
      if (called == called_by_.end() || top.seen == called->second.size()) {
        open.pop_back();
        continue;
      }
      const size_t next = called->second[top.seen++];
      AddEdge(steps_[of_span_[top.span].front()].entry.header.part, steps_[next].entry.header.part);
      Enter(next, top.depth + 1, open);
    }
  }

  void Enter(size_t index, size_t depth, std::vector<Open>& open) {
    const std::string& span = steps_[index].span;
    if (span.empty()) {
      Take(index, depth);
      return;
    }
    if (!visited_.insert(span).second) return;
    for (const size_t one : of_span_[span]) Take(one, depth);
    open.push_back({span, depth});
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
  std::map<std::string, std::vector<size_t>> called_by_;  // by the caller's span
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

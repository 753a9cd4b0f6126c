#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/large_vector.h"
#include "trail/entry/leaf_forms.h"
#include "trail/index/runs_builder.h"

namespace garant::trail {

// Makes the forms and records of a segment (docs/formats/segment.md) and feeds its runs, looking at
// each leaf once. Which tokens repeat is known only behind the last leaf: until then records stand
// without their tokens.
class RecordWriter {
 public:
  // `earliest`: the segment's, as its bits. `entries` leaves will be added.
  RecordWriter(uint64_t first, uint64_t earliest, size_t entries, RunsBuilder& runs);

  // The next leaf, of an entry that the trail took; must stay where it is until Put.
  void Add(base::ByteView leaf);

  void PutForms(base::Bytes& out) const;
  [[nodiscard]] uint32_t forms() const { return static_cast<uint32_t>(forms_.size()); }
  // The records; `groups` is given where each group of kGroupEntries begins among them. Once, when
  // the runs are finished.
  void PutRecords(base::Bytes& out, base::Bytes& groups) const;

 private:
  struct Known {  // a form, and what the runs need of every leaf that has it
    LeafForm form;
    RunsBuilder::LeafKeys keys;
    // Takes every leaf, of whatever keys.
    [[nodiscard]] bool IsRest() const { return form.steps().front().kind == StepKind::kRest; }
  };
  struct Group {
    size_t draft = 0;       // where its records begin
    size_t occurrence = 0;  // its first token
  };
  [[nodiscard]] size_t TokensTake() const;
  [[nodiscard]] bool Match(uint32_t number, base::ByteView leaf);
  [[nodiscard]] uint32_t Find(base::ByteView leaf);
  [[nodiscard]] std::optional<uint32_t> NumberOf(LeafForm form, base::ByteView leaf, size_t most);

  uint64_t first_;
  uint64_t earliest_;
  RunsBuilder& runs_;
  uint64_t next_ = 0;
  std::deque<Known> forms_;
  std::unordered_map<std::string, uint32_t> numbers_;  // by a form's bytes
  std::vector<uint32_t> recent_;                       // form, by what leaves begin with
  base::LargeVector<uint8_t> drafts_;                  // records without tokens …
  size_t used_ = 0;                                    // … up to here
  base::LargeVector<uint32_t> token_at_;               // of each token, where it belongs there
  std::vector<Group> groups_;
  std::vector<const uint8_t*> tokens_;  // of the leaf that is looked at
};

}  // namespace garant::trail

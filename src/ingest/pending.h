#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ingest/forms.h"
#include "ingest/request.h"
#include "ingest/routes.h"
#include "spool/reader.h"
#include "trail/entry/draft.h"

namespace garant::ingest {

// What was taken and is not in the trail yet, in order. A guard's record stays as the spool gave it
// until its draft is asked for, which is then made in the place of the last one.
class Pending final : public trail::Drafts {
 public:
  // `kept`: the transient keys of a day.
  Pending(const Routes& routes, std::string service, base::Duration kept = kLongestAgo)
      : routes_(routes), service_(std::move(service)), kept_(kept) {}

  void Add(trail::Draft draft);
  // Nothing for one that is no record: its draft says that it was refused. `source` is SourceOf its
  // ring.
  struct Filed {
    Naming naming;
    base::Time time;  // of its entry
  };
  std::optional<Filed> Add(spool::Taken record, std::string_view source, base::Time now);
  void Clear();

  [[nodiscard]] bool empty() const { return places_.empty(); }
  [[nodiscard]] size_t size() const override { return places_.size(); }
  [[nodiscard]] const trail::Draft& At(size_t number) override;

 private:
  struct Record {
    spool::Taken taken;
    const std::string* source;
    base::Time now;
  };
  struct Place {
    bool record;
    size_t number;
  };

  const Routes& routes_;
  std::string service_;
  base::Duration kept_;
  std::vector<Place> places_;
  std::vector<Record> records_;
  std::vector<trail::Draft> drafts_;
  std::map<spool::RingId, std::string> sources_;  // of records_
  trail::Draft made_;
};

}  // namespace garant::ingest

#include "ingest/pending.h"

#include "spool/record.h"

namespace garant::ingest {

void Pending::Add(trail::Draft draft) {
  places_.push_back({false, drafts_.size()});
  drafts_.push_back(std::move(draft));
}

std::optional<Pending::Filed> Pending::Add(spool::Taken record, std::string_view source,
                                           base::Time now) {
  const auto decoded = spool::Decode(record.payload);
  std::optional<Filed> filed;
  if (decoded) filed = {NamingOf(*decoded, routes_), TimeOf(*decoded, now, kept_)};
  const std::string& kept = sources_.try_emplace(record.ring, source).first->second;
  places_.push_back({true, records_.size()});
  records_.push_back({std::move(record), &kept, now});
  return filed;
}

void Pending::Clear() {
  places_.clear();
  records_.clear();
  drafts_.clear();
  sources_.clear();
}

const trail::Draft& Pending::At(size_t number) {
  const Place& place = places_[number];
  if (!place.record) return drafts_[place.number];
  const Record& record = records_[place.number];
  MakeRequest(record.taken, *record.source, routes_, service_, record.now, made_, kept_);
  return made_;
}

}  // namespace garant::ingest

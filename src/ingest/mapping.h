#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "ingest/form.h"
#include "ingest/pointer.h"
#include "ingest/routes.h"
#include "trail/entry/observation_kinds.h"

// What in the lines of one source means what: a file of data, docs/formats/ingest.md.
namespace garant::ingest {

// A larger file is refused unread.
constexpr size_t kLargestMapping = 256U << 10U;

struct Mapping {
  enum class TimeUnit : uint8_t { kText, kSeconds, kMilliseconds, kNanoseconds };
  struct PersonAt {
    std::string issuer;
    Pointer at;
  };
  struct DataAt {
    Pointer at;
    std::string category;
  };
  struct FactAt {
    std::string name;
    trail::FactType type = trail::FactType::kText;
    Pointer at;
    double times = 1;  // what stands there, in the fact's unit
  };

  std::string system;
  Form form = Form::kJson;
  Pointer time;
  TimeUnit time_unit = TimeUnit::kText;
  std::optional<Pointer> event;
  std::optional<Pointer> part;
  std::map<std::string, std::string, std::less<>> names;  // of `part`: the system that is meant
  std::optional<Pointer> route;
  std::optional<Pointer> outcome;
  std::optional<Pointer> trace;
  std::optional<Pointer> span;
  std::optional<Pointer> parent;
  std::vector<Pointer> traceparents;
  std::optional<Pointer> session;
  std::optional<PersonAt> actor;
  std::vector<PersonAt> subjects;
  std::vector<DataAt> data;
  std::vector<FactAt> facts;
  std::optional<base::Duration> silent_after;
  // Of the source as a whole.
  std::optional<uint64_t> rate;                // events a second
  std::set<std::string, std::less<>> senders;  // names of certificates
  std::string token;                           // the variable that holds it; empty: none is asked
};

// Complains of everything that is wrong, all at once; nothing where anything was.
[[nodiscard]] std::optional<Mapping> ParseMapping(std::string_view text, const std::string& file,
                                                  const Systems& systems,
                                                  base::Diagnostics& diagnostics);

}  // namespace garant::ingest

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "ingest/pointer.h"
#include "ingest/routes.h"
#include "trail/observation_kinds.h"

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
  };

  std::string system;
  Pointer time;
  TimeUnit time_unit = TimeUnit::kText;
  std::optional<Pointer> event;
  std::optional<Pointer> part;
  std::optional<Pointer> route;
  std::optional<Pointer> outcome;
  std::optional<Pointer> trace;
  std::optional<Pointer> span;
  std::optional<Pointer> parent;
  std::optional<Pointer> session;
  std::optional<PersonAt> actor;
  std::vector<PersonAt> subjects;
  std::vector<DataAt> data;
  std::vector<FactAt> facts;
  std::optional<base::Duration> silent_after;
};

// Complains of everything that is wrong, all at once; nothing where anything was.
[[nodiscard]] std::optional<Mapping> ParseMapping(std::string_view text, const std::string& file,
                                                  const Systems& systems,
                                                  base::Diagnostics& diagnostics);

}  // namespace garant::ingest

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "reading/admission.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"
#include "trail/keys/keys.h"

// Opening what is sealed, which is an entry itself: docs/formats/reading.md.
namespace garant::reading {

enum class PartState : uint8_t {
  kOpened,
  kWithheld,  // not for this reader
  kGone,      // its key was destroyed
  kBroken,    // it does not open with its key
};

struct Part {
  PartState state = PartState::kWithheld;
  base::Bytes bytes;  // of one that was opened
  base::Text why;     // of one that was not
};

struct Opened {
  std::vector<Part> parts;  // as many as the entry has
};

// By what entries were looked for, as it is told in the entry.
struct Filters {
  std::vector<std::string> names;                          // ascending
  std::vector<std::pair<std::string, std::string>> words;  // values that name no person
};

// Of one reader and one search. Borrows the keys and the sink.
class Opening {
 public:
  Opening(Reader reader, Filters filters, std::string service, std::string source,
          const trail::KeyRing& keys, trail::EntrySink& sink)
      : reader_(std::move(reader)),
        filters_(std::move(filters)),
        service_(std::move(service)),
        source_(std::move(source)),
        keys_(keys),
        sink_(sink) {}

  // What of these the reader may open, opened once the entries that say so are durable; what they
  // give is for each of `entries`. Where it cannot be recorded, nothing is opened. Where there is
  // nothing that they may open, nothing is recorded.
  [[nodiscard]] base::Result<std::vector<Opened>> Open(std::span<const trail::Entry> entries,
                                                       base::Time now) const;
  // The same for who is given them as they are stored, sealed: only the entries that say so.
  base::Status Hand(std::span<const trail::Entry> entries, base::Time now) const;

  [[nodiscard]] const Reader& reader() const { return reader_; }

 private:
  enum class Given { kOpened, kSealed };
  base::Status Record(std::span<const trail::Entry> entries, base::Time now, Given given) const;

  Reader reader_;
  Filters filters_;
  std::string service_;
  std::string source_;
  const trail::KeyRing& keys_;
  trail::EntrySink& sink_;
};

}  // namespace garant::reading

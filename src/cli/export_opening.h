#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cli/workspace.h"
#include "feed/pump.h"
#include "reading/opening.h"

namespace garant::cli {

// What is sealed, opened page by page for an export, under the rules of every reading. Borrows the
// sink.
class ExportOpening {
 public:
  ExportOpening(reading::Reader reader, reading::Filters filters, std::string service,
                const Places& places, trail::EntrySink& sink)
      : reader_(std::move(reader)),
        filters_(std::move(filters)),
        service_(std::move(service)),
        places_(places),
        sink_(sink) {}

  // Recorded before it is opened; where it cannot be, nothing is. The keys are those of that
  // moment: whoever was erased since the last page is gone.
  [[nodiscard]] base::Result<std::vector<std::vector<feed::Event::Part>>> Open(
      const feed::Page& page, base::Time now);

  [[nodiscard]] const reading::Reader& reader() const { return reader_; }

 private:
  base::Status ReadKeys();

  reading::Reader reader_;
  reading::Filters filters_;
  std::string service_;
  Places places_;
  trail::EntrySink& sink_;
  std::optional<trail::KeyRing> keys_;
  std::array<int64_t, 4> marks_{};  // of the key table, as it was when it was read
};

}  // namespace garant::cli

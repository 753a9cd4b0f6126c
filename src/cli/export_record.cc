#include "cli/export_record.h"

namespace garant::cli {
namespace {

using trail::Draft;
using trail::KeyClass;

// Where it went, as far as that names nobody: a path can.
std::string PlainName(const feed::Address& to) {
  const std::string kind(feed::AddressKindName(to.kind));
  if (to.host.empty()) return kind;
  return kind + "://" + (to.host.find(':') == std::string::npos ? to.host : "[" + to.host + "]") +
         ":" + to.port;
}

void Seal(Draft& draft, const char* category, std::string_view text) {
  if (text.empty()) return;
  const base::ByteView bytes = base::AsBytes(text);
  draft.sealed.push_back({KeyClass::kRecord, category, {bytes.begin(), bytes.end()}, {}});
}

Draft Like(const ExportRecord& record, const char* outcome, base::Time now) {
  Draft draft;
  draft.time = now;
  draft.kind = "export";
  draft.service = record.service;
  draft.source = "trail.export";
  draft.outcome = outcome;
  draft.facts = {{"filters", record.filters.names},
                 {"first", static_cast<int64_t>(record.first)},
                 {"follow", record.follow},
                 {"form", std::string(feed::FormName(record.form))},
                 {"opened", record.reader.has_value()},
                 {"to", PlainName(record.to)}};
  if (record.reader) {
    draft.actor = record.reader->AsPerson();
    draft.facts.push_back({"purpose", record.reader->purpose});
    draft.facts.push_back({"role", record.reader->role});
    Seal(draft, "reading.reason", record.reader->reason);
  }
  std::string words;
  for (const auto& [name, word] : record.filters.words)
    words += (words.empty() ? "" : "\n") + name + "=" + word;
  Seal(draft, "export.filters", words);
  Seal(draft, "export.path", record.to.path);
  return draft;
}

}  // namespace

Draft ExportBegun(const ExportRecord& record, std::optional<uint64_t> end, base::Time now) {
  Draft draft = Like(record, "begun", now);
  if (end) draft.facts.push_back({"end", static_cast<int64_t>(*end)});
  return draft;
}

Draft ExportEnded(const ExportRecord& record, uint64_t end, uint64_t count, bool failed,
                  base::Time now) {
  Draft draft = Like(record, failed ? "failed" : "ended", now);
  draft.facts.push_back({"count", static_cast<int64_t>(count)});
  draft.facts.push_back({"end", static_cast<int64_t>(end)});
  return draft;
}

}  // namespace garant::cli

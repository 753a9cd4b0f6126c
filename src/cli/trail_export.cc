#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <limits>

#include "cli/brief_trail.h"
#include "cli/export_opening.h"
#include "cli/export_record.h"
#include "cli/interrupts.h"
#include "cli/trail_search.h"
#include "feed/place.h"
#include "feed/trail_source.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using feed::Place;
using std::chrono::milliseconds;

constexpr std::chrono::hours kLongestSettle{24};

Error Misused(const base::Text& message) { return {Code::kInvalid, message, {}}; }

std::string HostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// By which another export is told from this one. Of people only that somebody was named: a hash of
// their names would outlive them.
base::Digest WhatIsExported(const Invocation& call, const reading::Filters& filters) {
  std::string text = call.Value("format", "jsonl") + "\n" + call.Value("to", "-") + "\n";
  for (const std::string& name : filters.names) text += name + "\n";
  for (const auto& [name, word] : filters.words) text += name + "=" + word + "\n";
  if (call.Has("purpose")) text += call.Value("role") + "\n" + call.Value("purpose") + "\n";
  return base::Sha256(base::AsBytes(text));
}

// What the options ask for, before any file of the trail was looked at.
struct Asked {
  feed::Form form = feed::Form::kLines;
  feed::Address to;
  feed::DestinationOptions options;
  reading::Filters filters;
  uint64_t from = 0;
};

Result<Asked> ReadOptions(const Invocation& call) {
  Asked asked;
  asked.form = feed::ParseForm(call.Value("format", "jsonl")).value_or(feed::Form::kLines);
  asked.to = TRY(feed::ParseAddress(call.Value("to", "-")));
  asked.filters = FiltersOf(call);
  asked.options.tls = {call.Value("authorities"), call.Value("certificate"), call.Value("key")};
  const bool tls = asked.to.kind == feed::Address::Kind::kTls;
  for (const char* name : {"authorities", "certificate", "key"})
    if (call.Has(name) && !tls)
      return Misused(Filled("--{} goes with --to tls://…", "--{} va avec --to tls://…", {name}));
  if (call.Has("certificate") != call.Has("key"))
    return Misused({"--certificate and --key go together", "--certificate et --key vont ensemble"});
  if (call.Has("follow") && !call.Has("state"))
    return Misused({"--follow takes --state: the file that says how far it came",
                    "--follow exige --state : le fichier qui dit jusqu’où c’est allé"});
  for (const char* name : {"role", "as", "reason"})
    if (call.Has(name) && !call.Has("purpose"))
      return Misused(Filled("--{} goes with --purpose", "--{} va avec --purpose", {name}));
  if (call.Has("follow") && call.Value("session") == "-")
    return Misused({"--session takes a file with --follow: it is read again and again",
                    "--session prend un fichier avec --follow : il est relu sans cesse"});
  if (call.Has("settle")) {
    const base::Duration settle = TRY(base::ParseDuration(call.Value("settle")));
    if (settle > kLongestSettle)
      return Misused({"--settle takes a day at most", "--settle prend un jour au plus"});
    asked.options.settle = std::chrono::duration_cast<milliseconds>(settle);
  }
  if (call.Has("from")) asked.from = TRY(NumberOption("--from", call.Value("from"), INT64_MAX));
  return asked;
}

class Exporting {
 public:
  Exporting(const Invocation& call, Places places, std::string service, Asked asked)
      : call_(call),
        places_(std::move(places)),
        asked_(std::move(asked)),
        sink_(places_, service, clock_) {
    record_.service = std::move(service);
    record_.form = asked_.form;
    record_.to = asked_.to;
    record_.filters = asked_.filters;
    record_.follow = call.Has("follow");
  }

  // So that what is sealed is opened too, as far as they may.
  void Admit(reading::Reader reader) {
    record_.reader = reader;
    opening_.emplace(std::move(reader), asked_.filters, record_.service, places_, sink_);
  }

  Status Run() {
    auto reader =
        std::make_shared<const trail::TrailReader>(TRY(trail::TrailReader::Open(places_.trail)));
    origin_ = reader->checkpoint().origin;
    TRY(FindPlace(*reader));
    // What is asked wrongly is said before anything is recorded.
    first_search_ = TRY(MakeSearch(*reader));
    record_.first = place_.next;
    const auto destination = TRY(feed::OpenDestination(
        asked_.to, asked_.options, [this](milliseconds time) { return Pause(time); }));
    const uint64_t end = reader->size();
    feed::TrailSource source(
        places_.trail, std::move(reader),
        [this](const trail::TrailReader& now) { return Select(now); },
        {[this](uint64_t first, uint64_t behind) { SayDeleted(first, behind); },
         [this](const Error& error) { Say(error); }});
    if (record_.follow) source.Follow();
    TRY(Record(record_.follow ? std::nullopt : std::optional(end)));
    return Pour(source, *destination);
  }

 private:
  bool Pause(milliseconds time) {
    if (!ending_) ending_ = interrupts_.WaitFor(time);
    return ending_;
  }

  Status FindPlace(const trail::TrailReader& reader) {
    place_ = {origin_, WhatIsExported(call_, asked_.filters), asked_.from, {}};
    if (!call_.Has("state")) return Ok{};
    file_ = TRY(feed::PlaceFile::Open(call_.Value("state")));
    const auto kept = TRY(file_->Read());
    if (!kept) {
      place_.next = std::min(asked_.from, reader.size());
      return Keep(place_.next, reader);
    }
    TRY(feed::CheckSame(*kept, place_.what, file_->path()));
    TRY(feed::CheckPlace(*kept, reader));
    place_ = *kept;
    asked_.options.append = true;
    return Ok{};
  }

  Status Keep(uint64_t next, const trail::TrailReader& reader) {
    if (!file_) return Ok{};
    place_.next = next;
    place_.root = next == 0 ? base::Digest{} : TRY(trail::TreeRoot(reader.hashes(), next));
    return file_->Write(place_);
  }

  Result<trail::Search> Select(const trail::TrailReader& reader) {
    if (!first_search_ || record_.follow) return MakeSearch(reader);
    trail::Search search = std::move(*first_search_);
    first_search_.reset();
    return search;
  }

  // The keys are read anew each time: whoever was erased since is found no more.
  [[nodiscard]] Result<trail::Search> MakeSearch(const trail::TrailReader& reader) const {
    if (!NeedsKeys(call_)) return SearchOf(call_, reader, nullptr);
    const auto keys = TRY(trail::KeyRing::Open(places_.trail, places_.root_key));
    return SearchOf(call_, reader, &keys);
  }

  Status Record(std::optional<uint64_t> end) {
    const trail::Draft draft = ExportBegun(record_, end, clock_.Now());
    const auto recorded = sink_.Append({&draft, 1});
    if (recorded) return Ok{};
    return Error{recorded.error().code,
                 Filled("the export could not be recorded, so nothing was handed over: {}",
                        "l’exportation n’a pu être consignée, donc rien n’a été remis : {}",
                        {recorded.error().message}),
                 recorded.error().where};
  }

  decltype(feed::Pump::Hooks::open) Opener() {
    if (!opening_) return {};
    return [this](const feed::Page& page) { return opening_->Open(page, clock_.Now()); };
  }

  Status Pour(feed::TrailSource& source, feed::Destination& destination) {
    feed::Pump pump({asked_.form, origin_, GARANT_VERSION, HostName(), record_.follow}, source,
                    destination,
                    {[this](milliseconds time) { return Pause(time); },
                     [&](uint64_t next) { return Keep(next, source.reader()); }, Opener(),
                     [this](const Error& error) { Say(error); }});
    Status done = pump.Run(place_.next);
    if (done && pump.broken_off())
      done = Error{Code::kConflict,
                   {"it was ended before everything was handed over",
                    "elle a été arrêtée avant que tout soit remis"},
                   {}};
    const trail::Draft draft =
        ExportEnded(record_, pump.furthest(), pump.events(), !done, clock_.Now());
    const auto recorded = sink_.Append({&draft, 1});
    *call_.err << call_.Say(
                      Filled("{} entries handed over, {} of them more than once; the next is {}.",
                             "{} entrées remises, dont {} plus d’une fois; la prochaine est {}.",
                             {pump.events(), pump.repeated(), pump.position()}))
               << "\n";
    if (!done || recorded) return done;
    return Error(recorded.error());
  }

  void Say(const Error& error) const {
    *call_.err << "garant: " << Shown(error.ToString(call_.language)) << std::endl;
  }

  void SayDeleted(uint64_t first, uint64_t end) const {
    *call_.err << call_.Say(Filled("Entries {} to {} were deleted before they were handed over.",
                                   "Les entrées {} à {} ont été supprimées avant d’être remises.",
                                   {first, end - 1}))
               << std::endl;
  }

  Interrupts interrupts_;
  bool ending_ = false;
  const Invocation& call_;
  Places places_;
  Asked asked_;
  base::SystemClock clock_;
  BriefTrail sink_;
  ExportRecord record_;
  std::optional<ExportOpening> opening_;
  std::optional<trail::Search> first_search_;
  std::string origin_;
  Place place_;
  std::optional<feed::PlaceFile> file_;
};

}  // namespace

int RunTrailExport(const Invocation& call) {
  if (const auto wrong = MayBeACopy(call)) return call.Misuse(*wrong);
  int status = kMet;
  auto asked = ReadOptions(call);
  if (!asked) return call.Fail(asked.error());
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  std::signal(SIGPIPE, SIG_IGN);  // a receiver that is gone is an error, and no end
  Exporting exporting(call, PlacesOf(call, file, *model), std::string(model->id()),
                      std::move(*asked));
  if (call.Has("purpose")) {
    auto reader = reading::Admit(*model, {call.Value("purpose"), call.Value("role"),
                                          call.Value("as"), call.Value("reason")});
    if (!reader) return call.Fail(reader.error());
    exporting.Admit(std::move(*reader));
  }
  const auto done = exporting.Run();
  return done ? kMet : call.Fail(done.error());
}

}  // namespace garant::cli

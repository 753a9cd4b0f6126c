#include <algorithm>

#include "base/file.h"
#include "cli/trail_keys.h"
#include "service/data_category.h"
#include "trail/store/store.h"
#include "trail/upkeep/erasure.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

// Of a system's own log, sealed whole under the key of whom it is about (docs/formats/ingest.md).
constexpr std::string_view kLineCategory = "line";

// A hold on a category that nothing is sealed under would keep nothing and say otherwise.
bool IsHeldSomewhere(std::string_view category) {
  if (category == kLineCategory || category.starts_with("x.")) return true;
  return std::ranges::any_of(service::DataCategories(), [&](const service::DataCategory& one) {
    return one.name == category;
  });
}

Result<trail::HoldId> IdOf(const std::string& text) {
  trail::HoldId id{};
  const auto bytes = base::FromHex(text);
  if (!bytes || bytes->size() != id.size())
    return Error{Code::kInvalid,
                 {"name a hold by its 16 hexadecimal digits; `garant trail hold list` says them",
                  "nommez une conservation par ses 16 chiffres hexadécimaux; `garant trail hold "
                  "list` les dit"},
                 {}};
  std::ranges::copy(*bytes, id.begin());
  return id;
}

base::Text Line(const trail::Hold& hold, base::Time now) {
  std::string categories;
  for (const std::string& category : hold.categories)
    categories += (categories.empty() ? "" : ", ") + category;
  const base::Text state = hold.LastsAt(now) ? base::Text{"until", "jusqu’au"}
                           : hold.ended ? base::Text{"ended; was until", "terminée; jusqu’au"}
                                        : base::Text{"over since", "échue depuis le"};
  return Filled(
      "{}  {}  {} {}: {}", "{}  {}  {} {} : {}",
      {base::ToHex(hold.id), categories, state, base::FormatTime(hold.until), hold.reason});
}

}  // namespace

int RunTrailHoldAdd(const Invocation& call) {
  for (const std::string& category : call.All("category"))
    if (!IsHeldSomewhere(category))
      return call.Misuse(
          Filled("there is no data category '{}'; docs/formats/service-file.md names "
                 "them, and 'line' is what a system's log said",
                 "il n’y a pas de catégorie de données « {} »; "
                 "docs/formats/service-file.md les énumère, et « line » est ce qu’a "
                 "dit le journal d’un système",
                 {category}));
  const auto until = base::ParseTime(call.Value("until"));
  if (!until)
    return call.Misuse({"--until takes a day or a moment, such as 2027-03-31",
                        "--until prend un jour ou un instant, comme 2027-03-31"});
  int status = kMet;
  const auto opened = OpenForKeys(call, status);
  if (!opened) return status;
  const auto hold = trail::AddHold(*opened->trail, call.All("category"), call.Value("reason"),
                                   *until, opened->service, opened->clock.Now());
  if (!hold) return call.Fail(hold.error());
  *call.out << Shown(call.Say(Line(*hold, opened->clock.Now()))) << "\n";
  return kMet;
}

int RunTrailHoldEnd(const Invocation& call) {
  const auto id = IdOf(call.argument);
  if (!id) return call.Misuse(id.error().message);
  int status = kMet;
  const auto opened = OpenForKeys(call, status);
  if (!opened) return status;
  const auto hold = trail::EndHold(*opened->trail, *id, opened->service, opened->clock.Now());
  if (!hold) return call.Fail(hold.error());
  *call.out << Shown(call.Say(Line(*hold, opened->clock.Now()))) << "\n"
            << call.Say({"What it kept of persons who were erased: garant trail erase --released",
                         "Ce qu’elle a gardé de personnes effacées : garant trail erase "
                         "--released"})
            << "\n";
  return kMet;
}

int RunTrailHoldList(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const Places places = PlacesOf(call, file, *model);
  const auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return call.Fail(keys.error());
  const base::Time now = base::SystemClock().Now();
  for (const trail::Hold& hold : keys->store().holds())
    *call.out << Shown(call.Say(Line(hold, now))) << "\n";
  if (keys->store().holds().empty())
    *call.out << call.Say({"There are no holds.", "Il n’y a pas de conservations."}) << "\n";
  return kMet;
}

std::unique_ptr<OpenedTrail> OpenForKeys(const Invocation& call, int& status) {
  const std::string file = call.Value("service", "garant.yaml");
  auto opened = std::make_unique<OpenedTrail>();
  opened->model = ReadModel(call, file, status);
  if (opened->model == nullptr) return nullptr;
  opened->service = opened->model->id();
  const Places places = PlacesOf(call, file, *opened->model);
  const auto fail = [&](const Error& error) {
    status = call.Fail(error);
    return nullptr;
  };
  if (!trail::TrailExists(places.trail))
    return fail(
        {Code::kNotFound,
         Filled("there is no trail in {}; name its folder with --trail",
                "il n’y a pas de journal dans {}; nommez son dossier avec --trail", {places.trail}),
         {}});
  auto trail = OpenTrail(places, opened->service, opened->clock);
  if (!trail) return fail(trail.error());
  opened->trail = std::move(*trail);
  return opened;
}

std::string TrailFolder(const Invocation& call, int& status) {
  if (call.Has("trail")) return call.Value("trail");
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  return model == nullptr ? std::string() : PlacesOf(call, file, *model).trail;
}

}  // namespace garant::cli

#include "cli/judging.h"

#include <future>
#include <sstream>

#include "cli/trail_key.h"

namespace garant::cli {
namespace {

struct Loaded {
  std::unique_ptr<const standard::Standard> standard;
  std::string complaints;
  int status = kMet;
};

Loaded LoadStandard(Invocation call) {
  Loaded loaded;
  std::ostringstream complaints;
  call.err = &complaints;
  loaded.standard = ReadStandard(call, loaded.status);
  loaded.complaints = complaints.str();
  return loaded;
}

}  // namespace

report::View Judged::View() const {
  return report::ViewOf(*this, {.service_file = places.service_file,
                                .trail_folder = places.trail,
                                .version = GARANT_VERSION});
}

std::optional<Judged> Judge(const Invocation& call, const std::string& service_file,
                            base::Time as_of, int& status) {
  // The standard is read beside the evidence: together they are most of what a check takes.
  auto loading = std::async(std::launch::async, LoadStandard, call);
  std::shared_ptr<const service::Model> model = ReadModel(call, service_file, status);
  if (model == nullptr) return std::nullopt;
  const Places places = PlacesOf(call, service_file, *model);
  const auto key = TrailKeyText(call);
  if (!key) {
    status = call.Fail(key.error());
    return std::nullopt;
  }
  auto evidence = proof::ReadEvidence(
      {places.trail, places.root_key, key->value_or(""), places.witnesses}, model->id());
  if (!evidence) {
    status = call.Fail(evidence.error());
    return std::nullopt;
  }
  if (call.Has("trail") && !evidence->exists) {
    // To judge without it would show as a service that nobody ever looked at.
    status = call.Misuse(
        {"there is no trail in " + places.trail, "il n’y a pas de journal dans " + places.trail});
    return std::nullopt;
  }
  if (!evidence->keys_at_hand)
    *call.err << call.Say(
                     {"garant: the root key is not at " + places.root_key +
                          ": signed acts cannot be opened and prove nothing here",
                      "garant : la clé racine n’est pas à " + places.root_key +
                          " : les actes signés ne peuvent être ouverts et ne prouvent rien ici"})
              << "\n";
  Loaded loaded = loading.get();
  *call.err << loaded.complaints;
  if (loaded.standard == nullptr) {
    status = loaded.status;
    return std::nullopt;
  }
  const assess::Options options{
      .as_of = as_of, .stage = standard::ParseStage(call.Value("stage")), .trust = {}};
  return Judged{assess::Sit(std::move(loaded.standard), std::move(model),
                            std::make_shared<proof::StoredEvidence>(std::move(*evidence)), options),
                places};
}

}  // namespace garant::cli

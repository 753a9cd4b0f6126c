#include "cli/judging.h"

#include <future>
#include <sstream>

#include "proof/declared.h"

namespace garant::cli {
namespace {

base::Text TextAt(const service::Model& model, std::string_view field) {
  const expr::Value& value = expr::FieldOf(expr::FieldOf(model.root(), "service"), field);
  return {std::string(proof::TextOf(expr::FieldOf(value, "en"))),
          std::string(proof::TextOf(expr::FieldOf(value, "fr")))};
}

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
  return {.standard = *standard,
          .judgement = judgement,
          .explanations = explanations,
          .service_name = TextAt(*model, "name"),
          .organization = TextAt(*model, "organization"),
          .service_file = places.service_file,
          .trail_folder = evidence.exists ? places.trail : "",
          .version = GARANT_VERSION,
          .acts = facts->acts()};
}

std::optional<Judged> Judge(const Invocation& call, const std::string& service_file,
                            base::Time as_of, int& status) {
  // The standard is read beside the evidence: together they are most of what a check takes.
  auto loading = std::async(std::launch::async, LoadStandard, call);
  Judged judged;
  judged.model = ReadModel(call, service_file, status);
  if (judged.model == nullptr) return std::nullopt;
  judged.places = PlacesOf(call, service_file, judged.model->id());
  auto evidence = ReadEvidence(judged.places, judged.model->id(), call.Value("trail-key"));
  if (!evidence) {
    status = call.Fail(evidence.error());
    return std::nullopt;
  }
  judged.evidence = std::move(*evidence);
  if (call.Has("trail") && !judged.evidence.exists) {
    // To judge without it would show as a service that nobody ever looked at.
    status = call.Misuse({"there is no trail in " + judged.places.trail,
                          "il n’y a pas de journal dans " + judged.places.trail});
    return std::nullopt;
  }
  if (!judged.evidence.keys_at_hand)
    *call.err << call.Say(
                     {"garant: the root key is not at " + judged.places.root_key +
                          ": signed acts cannot be opened and prove nothing here",
                      "garant : la clé racine n’est pas à " + judged.places.root_key +
                          " : les actes signés ne peuvent être ouverts et ne prouvent rien ici"})
              << "\n";
  judged.acts = proof::VerifyActs(judged.evidence.acts, *judged.model, as_of);
  judged.facts = std::make_unique<proof::ServiceFacts>(
      *judged.model,
      proof::Evidence{
          .observations = judged.evidence.observations, .acts = judged.acts, .as_of = as_of});
  Loaded loaded = loading.get();
  *call.err << loaded.complaints;
  judged.standard = std::move(loaded.standard);
  if (judged.standard == nullptr) {
    status = loaded.status;
    return std::nullopt;
  }
  assess::Options options;
  options.as_of = as_of;
  options.stage = standard::ParseStage(call.Value("stage"));
  options.trust.entries = judged.evidence.entries;
  judged.judgement = assess::Assess(*judged.standard, *judged.facts, options);
  for (size_t item = 0; item < judged.standard->items.size(); ++item)
    judged.explanations.push_back(
        assess::Explain(*judged.standard, *judged.facts, options, judged.judgement, item));
  return judged;
}

}  // namespace garant::cli

#include "assess/cases.h"

#include <map>

#include "assess/case_reader.h"
#include "assess/judge.h"
#include "base/file.h"
#include "standard/reader.h"

namespace garant::assess {
namespace {

using base::Diagnostics;
using base::YamlNode;
using standard::ReadYaml;

std::string Told(const ProofExplanation& proof) {
  std::string told = proof.summary.en;
  for (const Reason& reason : proof.reasons) told += "\n" + reason.text.en;
  return told;
}

CaseResult Run(const Case& one, const standard::Standard& standard) {
  const standard::Item& item = *standard.FindItem(one.item);
  const proof::ServiceFacts facts(*one.model, {.observations = one.observations,
                                               .acts = one.acts,
                                               .as_of = one.as_of,
                                               .every_observer = true});
  const size_t index = *standard.FindProof(one.proof);
  Judgement judgement;
  judgement.verdicts.resize(standard.items.size());
  const auto at = static_cast<size_t>(&item - standard.items.data());
  judgement.verdicts[at].proofs = {
      JudgeProof(standard.proofs[index], index, facts.RootFor(item), one.as_of)};
  const Explanation explanation =
      Explain(standard, facts, {.as_of = one.as_of, .stage = {}, .trust = {}}, judgement, at);
  CaseResult result;
  result.where = one.where;
  result.proof = one.proof;
  result.name = one.name;
  result.expected = one.expect;
  result.got = judgement.verdicts[at].proofs[0].state;
  result.why = Told(explanation.proofs[0]);
  result.passed = result.got == result.expected &&
                  (one.because.empty() || result.why.find(one.because) != std::string::npos);
  return result;
}

}  // namespace

std::vector<CaseResult> RunCases(const standard::Standard& standard, const std::string& folder,
                                 Diagnostics& diagnostics) {
  const std::string cases = folder + "/cases";
  const YamlNode base = ReadYaml(cases + "/base.yaml", diagnostics);
  std::vector<std::string> paths;
  const auto names = base::NamesIn(cases);
  if (!names && names.error().code != base::Code::kNotFound)
    diagnostics.push_back({{cases, 0, 0}, names.error().message});
  for (const std::string& name : names ? *names : std::vector<std::string>())
    if (name.ends_with(".yaml") && name != "base.yaml") paths.push_back(cases + "/" + name);
  std::vector<CaseResult> results;
  for (const std::string& path : paths) {
    const YamlNode root = ReadYaml(path, diagnostics);
    for (const YamlNode& node : root.items)
      if (const auto one = ReadCase(node, base, standard, diagnostics))
        results.push_back(Run(*one, standard));
  }
  return results;
}

std::vector<std::string> Untested(const standard::Standard& standard,
                                  const std::vector<CaseResult>& results) {
  std::map<std::string, std::pair<bool, bool>> seen;
  for (const CaseResult& result : results) {
    auto& [fires, silent] = seen[result.proof];
    (result.expected == State::kMet ? fires : silent) = true;
  }
  std::vector<std::string> untested;
  for (const standard::Proof& proof : standard.proofs) {
    const auto [fires, silent] = seen[proof.id];
    if (!fires || !silent) untested.push_back(proof.id);
  }
  return untested;
}

}  // namespace garant::assess

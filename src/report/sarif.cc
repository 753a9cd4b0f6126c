#include <nlohmann/json.hpp>
#include <set>

#include "base/bytes.h"
#include "report/escape.h"
#include "report/outline.h"
#include "report/report.h"

// SARIF 2.1.0 (OASIS Standard, 27 March 2020, with Errata 01).
namespace garant::report {
namespace {

using assess::State;
using Json = nlohmann::json;

std::string_view LevelOf(State state) {
  if (state == State::kContradicted) return "error";
  return state == State::kUnmet ? "warning" : "note";
}

// Message strings: braces would be placeholders (3.11.5), `[…](…)` a link (3.11.6).
std::string Message(std::string_view text) {
  const bool links = text.find("](") != std::string_view::npos;
  std::string out;
  for (const char character : text) {
    if (links && (character == '[' || character == ']' || character == '\\')) out += '\\';
    if (character == '{' || character == '}') out += character;
    out += character;
  }
  return out;
}

class SarifWriter {
 public:
  SarifWriter(const View& view, base::Language language) : view_(view), language_(language) {}

  std::string Render() const {
    Json results = Json::array();
    for (const assess::Verdict& verdict : view_.judgement.verdicts)
      if (verdict.due == assess::Due::kNow && verdict.state < State::kExcused)
        results.push_back(Result(verdict));
    Json rules = Json::array();
    for (const standard::Item& item : view_.standard.items) rules.push_back(Rule(item));
    const assess::Judgement& judgement = view_.judgement;
    Json run = {{"tool",
                 {{"driver",
                   {{"name", "Garant"},
                    {"version", view_.version},
                    {"language", language_ == base::Language::kFrench ? "fr-CA" : "en-CA"},
                    {"rules", std::move(rules)}}}}},
                {"automationDetails", {{"id", judgement.service + "/" + judgement.standard + "/"}}},
                {"columnKind", "unicodeCodePoints"},
                {"results", std::move(results)},
                {"properties",
                 {{"as_of", base::FormatTime(judgement.as_of)},
                  {"stage", standard::StageName(judgement.stage)},
                  {"standard_version", judgement.standard_version},
                  {"trial", judgement.trial},
                  {"witnessed", judgement.trust.witnessed},
                  {"entries", judgement.trust.entries}}}};
    const Json sarif = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                        {"version", "2.1.0"},
                        {"runs", Json::array({std::move(run)})}};
    return sarif.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  [[nodiscard]] const std::string& In(const base::Text& text) const { return text.In(language_); }

  [[nodiscard]] Json Rule(const standard::Item& item) const {
    const standard::Guideline* guideline = view_.standard.GuidelineOf(item);
    return {{"id", item.id},
            {"shortDescription", {{"text", Message(In(item.text))}}},
            {"properties",
             {{"guideline", guideline == nullptr ? "" : guideline->id},
              {"stage", standard::StageName(item.stage)},
              {"source", item.source}}}};
  }

  [[nodiscard]] Json Location(const expr::Origin& origin) const {
    const bool absolute = view_.service_file.starts_with('/');
    Json artifact = {{"uri", (absolute ? "file://" : "") + UriPath(view_.service_file)}};
    if (!absolute) artifact["uriBaseId"] = "%SRCROOT%";
    Json physical = {{"artifactLocation", std::move(artifact)}};
    if (origin.line > 0) {
      physical["region"] = {{"startLine", origin.line}};
      if (origin.column > 0) physical["region"]["startColumn"] = origin.column;
    }
    return {{"physicalLocation", std::move(physical)}};
  }

  // Reasons of the proofs that decided; where a part made it worse, its name.
  [[nodiscard]] Json Result(const assess::Verdict& verdict) const {
    const standard::Item& item = view_.standard.items[verdict.item];
    const assess::Explanation& explanation = view_.explanations[verdict.item];
    std::string message =
        item.id + " " + In(assess::StateText(verdict.state)) + ": " + In(explanation.summary);
    Json locations = Json::array();
    Json related = Json::array();
    std::set<std::pair<uint32_t, uint32_t>> seen;
    for (const assess::ProofExplanation& proof : explanation.proofs) {
      if (proof.state != verdict.own) continue;
      for (const assess::Reason& reason : proof.reasons) {
        message += "\n- " + In(reason.text);
        for (const expr::Origin& origin : reason.origins) {
          if (origin.line == 0 || !seen.emplace(origin.line, origin.column).second) continue;
          (locations.empty() ? locations : related).push_back(Location(origin));
        }
      }
      if (!In(proof.next).empty()) message += "\n" + In(proof.next);
    }
    if (locations.empty()) locations.push_back(Location({}));
    Json result = {{"ruleId", item.id},
                   {"ruleIndex", verdict.item},
                   {"level", LevelOf(verdict.state)},
                   {"message", {{"text", Message(message)}}},
                   {"locations", std::move(locations)},
                   {"partialFingerprints", {{"garantItem/v1", Fingerprint(item)}}},
                   {"properties", {{"state", assess::StateName(verdict.state)}}}};
    if (!related.empty()) result["relatedLocations"] = std::move(related);
    return result;
  }

  // The same item of the same service, wherever in the file it is and whatever is wrong with it.
  [[nodiscard]] std::string Fingerprint(const standard::Item& item) const {
    const std::string what =
        view_.judgement.service + "\n" + view_.judgement.standard + "\n" + item.id;
    return base::ToHex(base::Sha256(base::AsBytes(what)));
  }

  const View& view_;
  base::Language language_;
};

}  // namespace

std::string RenderSarif(const View& view, base::Language language) {
  return SarifWriter(view, language).Render();
}

}  // namespace garant::report

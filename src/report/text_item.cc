#include "report/text_item.h"

#include <algorithm>

#include "report/escape.h"
#include "report/outline.h"
#include "report/phrases.h"

namespace garant::report {
namespace {

using base::Text;

constexpr std::string_view kBullet = "– ";

std::string Join(const std::vector<Text>& texts, base::Language language) {
  std::string joined;
  for (const Text& text : texts) joined += (joined.empty() ? "" : "; ") + text.In(language);
  return joined;
}

class ItemWriter {
 public:
  ItemWriter(const View& view, const assess::Verdict& verdict, Terminal& out)
      : view_(view),
        item_(view.standard.items[verdict.item]),
        verdict_(verdict),
        explanation_(view.explanations[verdict.item]),
        out_(out) {}

  void Write() {
    Head();
    if (verdict_.excuse) WriteExcuse(*verdict_.excuse);
    for (const assess::ProofExplanation& proof : explanation_.proofs) WriteProof(proof);
  }

 private:
  [[nodiscard]] const std::string& In(const Text& text) const { return text.In(out_.language()); }

  void Labelled(Phrase label, const std::string& text, size_t indent) {
    const std::string name = Plain(In(Say(label))) + "  ";
    out_.Paragraph(text, std::string(indent, ' ') + out_.Styled(Style::kDim, name),
                   indent + Width(name));
  }

  void Head() {
    const std::string id = Plain(item_.id);
    out_.Paragraph(item_.text, out_.Styled(Style::kBold, id) + "  ", Width(id) + 2);
    const assess::Judgement& judgement = view_.judgement;
    std::string line =
        "  " + out_.Styled(StyleOf(verdict_.state), In(assess::StateText(verdict_.state)));
    line += " · " + In(DueText(verdict_.due)) + " · " + In(StageText(item_.stage)) + " · " +
            Plain(item_.source) + " · " + In(TrustText(judgement.trust));
    if (judgement.trial) line += " · " + out_.Styled(Style::kUnknown, In(Say(Phrase::kTrial)));
    out_.Raw(line);
    if (!In(explanation_.summary).empty()) out_.Paragraph(explanation_.summary, "  ", 2);
    if (item_.parent)
      out_.Paragraph(Say(Phrase::kPartOf, {view_.standard.items[*item_.parent].id}), "  ", 2);
    for (const standard::Equivalent& equivalent : item_.equivalents)
      Labelled(Phrase::kEquivalents, In(equivalent.name) + " (" + equivalent.jurisdiction + ")", 2);
  }

  void WriteExcuse(const assess::Excuse& excuse) {
    const Text own = Say(Phrase::kWithoutExcuse, {assess::StateText(verdict_.own)});
    Labelled(Phrase::kExcuse, In(ExcuseTerm(excuse)) + "; " + In(own), 2);
    Labelled(Phrase::kReason, excuse.reason, 4);
    out_.Paragraph(In(Say(Phrase::kExcuseBy, {excuse.owner, excuse.approver})) + " (" + excuse.act +
                       ", " + excuse.approval + ")",
                   "    ", 4);
  }

  void WriteProof(const assess::ProofExplanation& proof) {
    out_.Blank();
    const std::string state = In(assess::StateText(proof.state));
    out_.Paragraph(In(proof.asks), "  " + out_.Styled(StyleOf(proof.state), state) + "  ",
                   Width(state) + 4);
    out_.Raw("    " + out_.Styled(Style::kDim, proof.id + " · " + In(KindText(proof.kind))));
    if (!In(proof.summary).empty()) out_.Paragraph(proof.summary, "    ", 4);
    WriteReasons(view_, proof, proof.reasons.size(), 4, out_);
    if (!In(proof.next).empty()) Labelled(Phrase::kNext, In(proof.next), 4);
  }

  const View& view_;
  const standard::Item& item_;
  const assess::Verdict& verdict_;
  const assess::Explanation& explanation_;
  Terminal& out_;
};

}  // namespace

void WriteReasons(const View& view, const assess::ProofExplanation& proof, size_t most,
                  size_t indent, Terminal& out) {
  const std::string space(indent, ' ');
  const std::string bullet = space + std::string(kBullet);
  const std::string deeper(indent + 2, ' ');
  for (size_t i = 0; i < std::min(most, proof.reasons.size()); ++i) {
    const assess::Reason& reason = proof.reasons[i];
    out.Paragraph(reason.text, bullet, indent + 2);
    const std::string places = Join(Places(view, reason), out.language());
    if (!places.empty()) out.Paragraph(places, deeper + "→ ", indent + 4);
    if (!reason.expression.empty()) {
      const std::string rule = Say(Phrase::kRule).In(out.language()) + "  ";
      out.Paragraph(reason.expression, deeper + out.Styled(Style::kDim, rule),
                    indent + 2 + Width(rule));
    }
  }
  if (proof.reasons.size() > most)
    out.Paragraph(Say(Phrase::kAndMore, {std::to_string(proof.reasons.size() - most)}), deeper,
                  indent + 2);
}

void WriteItem(const View& view, const assess::Verdict& verdict, Terminal& out) {
  ItemWriter(view, verdict, out).Write();
}

std::string RenderItem(const View& view, size_t item, base::Language language,
                       const TextOptions& options) {
  Terminal out(options, language);
  for (const assess::Verdict& verdict : view.judgement.verdicts)
    if (verdict.item == item) WriteItem(view, verdict, out);
  return std::move(out).Take();
}

}  // namespace garant::report

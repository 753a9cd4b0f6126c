#include <algorithm>

#include "standard/load.h"
#include "standard/reader.h"

namespace garant::standard {
namespace {

using base::Diagnostics;
using base::YamlNode;

class ProofReader {
 public:
  ProofReader(const YamlNode& node, const Facts& facts, Diagnostics& diagnostics)
      : facts_(facts),
        diagnostics_(diagnostics),
        map_(
            node, "a proof",
            {"id", "kind", "asks", "fresh", "must", "contradicted", "fails", "contradicts", "next"},
            diagnostics),
        where_(node.where) {}

  std::optional<Proof> Read() {
    const size_t before = diagnostics_.size();
    std::string id = map_.Word("id");
    const std::optional<ProofKind> kind = ReadKind();
    base::Text asks = map_.Bilingual("asks");
    base::Text next = map_.Bilingual("next");
    auto must = Compile("must");
    std::optional<expr::Expression> contradicted;
    if (map_.Has("contradicted")) contradicted = Compile("contradicted");
    CheckMessages();
    if (!kind || !must) return std::nullopt;
    Proof proof{.must = std::move(*must),
                .contradicted = std::move(contradicted),
                .kind = *kind,
                .id = std::move(id),
                .where = where_,
                .asks = std::move(asks),
                .next = std::move(next),
                .fails_en = {},
                .fails_fr = {},
                .contradicts_en = {},
                .contradicts_fr = {},
                .observes = {}};
    ReadMessages("fails", proof.must, proof.fails_en, proof.fails_fr);
    if (proof.contradicted)
      ReadMessages("contradicts", *proof.contradicted, proof.contradicts_en, proof.contradicts_fr);
    NoteReads(proof, proof.must);
    if (proof.contradicted) NoteReads(proof, *proof.contradicted);
    ReadFreshness(proof);
    if (diagnostics_.size() != before) return std::nullopt;
    return proof;
  }

 private:
  std::optional<ProofKind> ReadKind() {
    const std::string word = map_.Word("kind");
    const auto kind = ParseProofKind(word);
    if (!kind && !word.empty())
      map_.Complain(map_.At("kind"),
                    "'" + word +
                        "' is no kind of proof; expected observed, exercised, derived, "
                        "external, recorded, attested or declared",
                    "« " + word +
                        " » n’est pas un genre de preuve; attendu : observed, exercised, "
                        "derived, external, recorded, attested ou declared");
    return kind;
  }

  std::optional<expr::Expression> Compile(std::string_view key) {
    const std::string source = map_.Word(key);
    if (source.empty()) return std::nullopt;
    auto expression = expr::Expression::CompileCondition(source, map_.TextAt(key),
                                                         {&facts_.RootType()}, diagnostics_);
    if (!expression) return std::nullopt;
    return std::move(*expression);
  }

  // Both languages, whether or not the expressions that they speak of are sound.
  void CheckMessages() {
    fails_ = map_.Bilingual("fails");
    if (map_.Has("contradicted"))
      contradicts_ = map_.Bilingual("contradicts");
    else if (map_.Has("contradicts"))
      map_.Complain(map_.At("contradicts"),
                    "'contradicts' is said of 'contradicted', which is missing",
                    "« contradicts » parle de « contradicted », qui manque");
  }

  void ReadMessages(std::string_view key, const expr::Expression& about,
                    std::optional<expr::Message>& en, std::optional<expr::Message>& fr) {
    const base::Text& text = key == "fails" ? fails_ : contradicts_;
    const auto compile = [&](const std::string& source, std::string_view language,
                             std::optional<expr::Message>& into) {
      if (source.empty()) return;
      auto message = expr::Message::Compile(source, map_.TextAt(key, language),
                                            {&facts_.RootType()}, about.Variables(), diagnostics_);
      if (message) into = std::move(*message);
    };
    compile(text.en, "en", en);
    compile(text.fr, "fr", fr);
  }

  void NoteReads(Proof& proof, const expr::Expression& expression) {
    // Of an act, only these two depend on the item asked for.
    proof.reads_item = proof.reads_item || expression.ReadsField("act", "here") ||
                       expression.ReadsField("act", "current");
    for (const std::string& name : expression.Reads()) {
      if (name == "item" || name.starts_with("item.") || name == "equivalents")
        proof.reads_item = true;
      for (std::string& kind : facts_.ObservationsBehind(name))
        if (std::find(proof.observes.begin(), proof.observes.end(), kind) == proof.observes.end())
          proof.observes.push_back(std::move(kind));
    }
    std::sort(proof.observes.begin(), proof.observes.end());
  }

  void ReadFreshness(Proof& proof) {
    const std::string text = map_.Word("fresh", true);
    if (!text.empty()) {
      auto fresh = base::ParseDuration(text);
      if (!fresh)
        map_.Complain(map_.At("fresh"), fresh.error().message.en, fresh.error().message.fr);
      else
        proof.fresh = *fresh;
    } else if (!proof.observes.empty()) {
      map_.Complain(where_, "a proof that reads observations must say how 'fresh' they are to be",
                    "une preuve qui lit des observations doit dire leur fraîcheur (« fresh »)");
    }
    const bool sees = proof.kind == ProofKind::kObserved || proof.kind == ProofKind::kExercised;
    if (sees && proof.observes.empty())
      map_.Complain(map_.At("must"),
                    "a proof of this kind must read an observation; this one reads none",
                    "une preuve de ce genre doit lire une observation; celle-ci n’en lit aucune");
  }

  const Facts& facts_;
  Diagnostics& diagnostics_;
  MapReader map_;
  base::Where where_;
  base::Text fails_;
  base::Text contradicts_;
};

}  // namespace

std::vector<Proof> LoadProofs(const std::vector<YamlNode>& nodes, const Facts& facts,
                              Diagnostics& diagnostics) {
  std::vector<Proof> proofs;
  for (const YamlNode& node : nodes)
    if (auto proof = ProofReader(node, facts, diagnostics).Read())
      proofs.push_back(std::move(*proof));
  std::stable_sort(proofs.begin(), proofs.end(),
                   [](const Proof& a, const Proof& b) { return a.id < b.id; });
  for (size_t i = 1; i < proofs.size(); ++i)
    if (proofs[i].id == proofs[i - 1].id)
      diagnostics.push_back(
          {proofs[i].where,
           {"proof '" + proofs[i].id + "' stands already at " + proofs[i - 1].where.ToString(),
            "la preuve « " + proofs[i].id + " » figure déjà à " + proofs[i - 1].where.ToString()}});
  return proofs;
}

}  // namespace garant::standard

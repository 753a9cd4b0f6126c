#include <algorithm>
#include <set>

#include "standard/load.h"
#include "standard/reader.h"

namespace garant::standard {
namespace {

using base::Diagnostics;
using base::YamlNode;

class ItemReader {
 public:
  ItemReader(const YamlNode& node, const Standard& standard, const Facts& facts,
             Diagnostics& diagnostics)
      : standard_(standard),
        facts_(facts),
        diagnostics_(diagnostics),
        map_(node, "an item",
             {"id", "stage", "source", "parent", "verb", "floor", "text", "covers", "equivalents",
              "proofs"},
             diagnostics) {
    item_.where = node.where;
  }

  Item Read() {
    item_.id = map_.Word("id");
    item_.verb = map_.Word("verb");
    item_.text = map_.Bilingual("text");
    ReadStage();
    ReadSource();
    ReadFloor();
    ReadCovers();
    for (const YamlNode& node : map_.Maps("equivalents", true)) {
      MapReader equivalent(node, "an equivalent", {"jurisdiction", "name"}, diagnostics_);
      item_.equivalents.push_back({equivalent.Word("jurisdiction"), equivalent.Bilingual("name")});
    }
    ReadProofs();
    if (!item_.id.empty() && standard_.GuidelineOf(item_) == nullptr)
      map_.Complain(map_.At("id"),
                    "item '" + item_.id + "' belongs to no guideline of standard.yaml",
                    "l’élément « " + item_.id + " » n’appartient à aucune ligne directrice");
    return std::move(item_);
  }

  [[nodiscard]] std::string parent() { return map_.Word("parent", true); }
  // It named a proof that is not there or not sound: what it lacks then is only a consequence.
  [[nodiscard]] bool misses_a_proof() const { return misses_a_proof_; }

 private:
  void ReadStage() {
    const std::string word = map_.Word("stage");
    if (const auto stage = ParseStage(word))
      item_.stage = *stage;
    else if (!word.empty())
      map_.Complain(map_.At("stage"),
                    "'" + word + "' is no stage; expected alpha, beta, live or all",
                    "« " + word + " » n’est pas une étape; attendu : alpha, beta, live ou all");
  }

  void ReadSource() {
    item_.source = map_.Word("source");
    const bool known = std::any_of(standard_.sources.begin(), standard_.sources.end(),
                                   [&](const Source& source) { return source.id == item_.source; });
    if (!known && !item_.source.empty())
      map_.Complain(map_.At("source"),
                    "source '" + item_.source + "' is not named in standard.yaml",
                    "la source « " + item_.source + " » n’est pas nommée dans standard.yaml");
  }

  void ReadFloor() {
    const std::string word = map_.Word("floor");
    if (word == "seen")
      item_.floor = Floor::kSeen;
    else if (!word.empty() && word != "none")
      map_.Complain(map_.At("floor"), "a floor is 'seen' or 'none', not '" + word + "'",
                    "un plancher est « seen » ou « none », pas « " + word + " »");
  }

  void ReadCovers() {
    item_.covers = map_.Words("covers", true);
    std::sort(item_.covers.begin(), item_.covers.end());
    if (!item_.covers.empty()) item_.sections = 0;
    for (const std::string& section : item_.covers)
      if (const int slot = facts_.RootType().Find(section); slot >= 0)
        item_.sections |= uint64_t{1} << static_cast<unsigned>(slot);
      else
        map_.Complain(map_.At("covers"), "'" + section + "' is no section of the service file",
                      "« " + section + " » n’est pas une section du fichier de service");
  }

  void ReadProofs() {
    bool sees = false;
    for (const std::string& id : map_.Words("proofs")) {
      const auto index = standard_.FindProof(id);
      if (!index) {
        misses_a_proof_ = true;
        ComplainOfProof(id);
        continue;
      }
      const ProofKind kind = standard_.proofs[*index].kind;
      sees = sees || kind == ProofKind::kObserved || kind == ProofKind::kExercised;
      item_.proofs.push_back(*index);
    }
    if (item_.floor == Floor::kSeen && !sees && !misses_a_proof_)
      map_.Complain(map_.At("proofs"),
                    "item '" + item_.id + "' has a floor ('" + item_.verb +
                        "') and asks for no observed or exercised proof: it could never be met",
                    "l’élément « " + item_.id +
                        " » a un plancher et ne demande aucune preuve "
                        "observée ou exercée : il ne pourrait jamais être satisfait");
  }

  void ComplainOfProof(const std::string& id) {
    std::vector<std::string_view> ids;
    for (const Proof& proof : standard_.proofs) ids.emplace_back(proof.id);
    const std::string near(base::Nearest(id, ids.data(), ids.size()));
    map_.Complain(map_.At("proofs"),
                  "there is no sound proof '" + id + "'" +
                      (near.empty() ? "" : "; did you mean '" + near + "'?"),
                  "il n’y a pas de preuve valable « " + id + " »" +
                      (near.empty() ? "" : "; vouliez-vous dire « " + near + " »?"));
  }

  const Standard& standard_;
  const Facts& facts_;
  Diagnostics& diagnostics_;
  MapReader map_;
  Item item_;
  bool misses_a_proof_ = false;
};

// Follows parents; a ring would make an item its own judge. One that only leads into a ring is not
// part of it.
bool InRing(const std::vector<Item>& items, size_t start) {
  std::set<size_t> seen;
  for (std::optional<size_t> at = items[start].parent; at; at = items[*at].parent) {
    if (*at == start) return true;
    if (!seen.insert(*at).second) return false;
  }
  return false;
}

}  // namespace

std::vector<Item> LoadItems(const std::vector<YamlNode>& nodes, const Standard& standard,
                            const Facts& facts, Diagnostics& diagnostics) {
  struct Read {
    Item item;
    std::string parent;
    bool misses_a_proof = false;
  };
  std::vector<Read> read;
  for (const YamlNode& node : nodes) {
    ItemReader reader(node, standard, facts, diagnostics);
    std::string parent = reader.parent();
    Item item = reader.Read();
    read.push_back({std::move(item), std::move(parent), reader.misses_a_proof()});
  }
  std::stable_sort(read.begin(), read.end(),
                   [](const Read& a, const Read& b) { return a.item.id < b.item.id; });
  std::vector<Item> items;
  items.reserve(read.size());
  for (Read& one : read) items.push_back(std::move(one.item));
  const auto complain = [&](const Item& item, std::string en, std::string fr) {
    diagnostics.push_back({item.where, {std::move(en), std::move(fr)}});
  };
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && items[i].id == items[i - 1].id)
      complain(items[i],
               "item '" + items[i].id + "' stands already at " + items[i - 1].where.ToString(),
               "l’élément « " + items[i].id + " » figure déjà à " + items[i - 1].where.ToString());
    if (read[i].parent.empty()) continue;
    const auto parent = std::find_if(items.begin(), items.end(),
                                     [&](const Item& item) { return item.id == read[i].parent; });
    if (parent == items.end()) {
      complain(items[i], "there is no item '" + read[i].parent + "' to be its parent",
               "il n’y a pas d’élément « " + read[i].parent + " » qui puisse être son parent");
      continue;
    }
    items[i].parent = static_cast<size_t>(parent - items.begin());
    parent->children.push_back(i);
  }
  for (size_t i = 0; i < items.size(); ++i) {
    if (InRing(items, i))
      complain(items[i], "item '" + items[i].id + "' is its own ancestor",
               "l’élément « " + items[i].id + " » est son propre ancêtre");
    if (items[i].proofs.empty() && items[i].children.empty() && !read[i].misses_a_proof)
      complain(items[i], "item '" + items[i].id + "' asks for no proof and has no children",
               "l’élément « " + items[i].id + " » ne demande aucune preuve et n’a pas d’enfant");
  }
  return items;
}

}  // namespace garant::standard

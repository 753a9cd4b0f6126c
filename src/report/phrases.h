#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/text.h"

// Every sentence and label of a report that is ours, in both languages. {0}, {1}, … stand for what
// is filled in. Canadian French: no-break space (U+00A0) before a colon and within guillemets.
#define GARANT_PHRASES(P)                                                                                  \
  P(kOverview, "Overview", "Vue d’ensemble")                                                               \
  P(kFirst, "What to do first", "À faire en premier")                                                      \
  P(kContradictions, "Contradictions", "Contradictions")                                                   \
  P(kItems, "All items", "Tous les éléments")                                                              \
  P(kActs, "Signed acts", "Actes signés")                                                                  \
  P(kReading, "How to read this report", "Comment lire ce rapport")                                        \
  P(kReport, "Judgement of a service", "Jugement d’un service")                                            \
  P(kSkip, "Skip to the content", "Passer au contenu")                                                     \
  P(kLanguages, "Language", "Langue")                                                                      \
  P(kContents, "Contents", "Table des matières")                                                           \
  P(kStandard, "Standard", "Norme")                                                                        \
  P(kStage, "Stage", "Étape")                                                                              \
  P(kAsOf, "As of", "En date du")                                                                          \
  P(kEvidence, "Evidence", "Éléments probants")                                                            \
  P(kServiceFile, "Service file", "Fichier de service")                                                    \
  P(kTrail, "Trail", "Journal")                                                                            \
  P(kNoTrail, "nothing was recorded", "rien n’a été consigné")                                             \
  P(kGuideline, "Guideline", "Ligne directrice")                                                           \
  P(kEveryStage, "Every stage", "Toutes les étapes")                                                       \
  P(kTotal, "In all", "Au total")                                                                          \
  P(kNone, "none", "aucun")                                                                                \
  P(kDue, "Due", "Échéance")                                                                               \
  P(kState, "State", "État")                                                                               \
  P(kToDo, "to do", "à faire")                                                                             \
  P(kDueNow, "due now", "exigible maintenant")                                                             \
  P(kDueNext, "due next stage", "exigible à la prochaine étape")                                           \
  P(kDueLater, "due later", "exigible plus tard")                                                          \
  P(kAlpha, "alpha", "alpha")                                                                              \
  P(kBeta, "beta", "bêta")                                                                                 \
  P(kLive, "live", "production")                                                                           \
  P(kAll, "every stage", "toutes les étapes")                                                              \
  P(kObserved, "observed", "observée")                                                                     \
  P(kExercised, "exercised", "exercée")                                                                    \
  P(kDerived, "derived", "dérivée")                                                                        \
  P(kExternal, "external", "externe")                                                                      \
  P(kRecorded, "recorded", "consignée")                                                                    \
  P(kAttested, "attested", "attestée")                                                                     \
  P(kDeclared, "declared", "déclarée")                                                                     \
  P(kTrial, "Trial", "Essai")                                                                              \
  P(kTrialSays,                                                                                            \
    "Trial: what was seen from this machine counts as seen from outside. No gate is signed on "            \
    "it.",                                                                                                 \
    "Essai : ce qui a été vu depuis cette machine compte comme vu de l’extérieur. Aucun passage "    \
    "d’étape n’est autorisé sur cette base.")                                                              \
  P(kUnwitnessed, "unwitnessed", "sans témoin")                                                            \
  P(kWitnessed, "witnessed through entry {0}", "devant témoin jusqu’à l’entrée {0}")                       \
  P(kUnwitnessedSays,                                                                                      \
    "Unwitnessed: nobody outside the team keeps a copy of the trail’s checkpoints. No gate is "          \
    "signed on it.",                                                                                       \
    "Sans témoin : personne hors de l’équipe ne conserve les points de contrôle du journal. "        \
    "Aucun "                                                                                               \
    "passage d’étape n’est autorisé sur cette base.")                                                      \
  P(kEntries, "{0} entries", "{0} entrées")                                                                \
  P(kEntryOne, "{0} entry", "{0} entrée")                                                                  \
  P(kHeadline, "{0} of {1} items due now are met or excused.",                                             \
    "{0} des {1} éléments exigibles maintenant sont satisfaits ou dispensés.")                             \
  P(kHeadlineAll, "Every item that is due now is met or excused.",                                         \
    "Tout élément exigible maintenant est satisfait ou dispensé.")                                         \
  P(kHeadlineNothing, "No item is due now.", "Aucun élément n’est exigible maintenant.")                   \
  P(kHeadlineContradicted, "Contradicted by what was seen: {0}.",                                          \
    "Contredits par ce qui a été vu : {0}.")                                                               \
  P(kNothingToDo, "Nothing that is due now is left to do.",                                                \
    "Il ne reste rien à faire de ce qui est exigible maintenant.")                                         \
  P(kHelps, "for {0}", "pour {0}")                                                                         \
  P(kAndMore, "and {0} more", "et {0} de plus")                                                            \
  P(kMoreInFull, "Ask for one item to see all of its reasons.",                                            \
    "Demandez un seul élément pour en voir toutes les raisons.")                                           \
  P(kUnmetDue, "Due now and unmet", "Exigible maintenant et non satisfait")                                \
  P(kUnknownDue, "Due now and unknown", "Exigible maintenant et inconnu")                                  \
  P(kItem, "Item", "Élément")                                                                              \
  P(kProofs, "Proofs", "Preuves")                                                                          \
  P(kNext, "Next", "Ensuite")                                                                              \
  P(kRule, "Rule", "Règle")                                                                                \
  P(kDeclaredAt, "declared at {0}", "déclaré à {0}")                                                       \
  P(kObservedIn, "observed in entry {0}", "observé dans l’entrée {0}")                                     \
  P(kNotDeclaredAt, "not declared at {0}", "non déclaré à {0}")                                            \
  P(kActedIn, "signed act in entry {0}", "acte signé dans l’entrée {0}")                                   \
  P(kActedBy, "{0} by {1} on {2}, entry {3}", "{0} de {1}, le {2}, entrée {3}")                            \
  P(kPartOf, "Part of {0}", "Fait partie de {0}")                                                          \
  P(kParts, "Parts", "Parties")                                                                            \
  P(kWorstPart, "made worse by {0}", "aggravé par {0}")                                                    \
  P(kSource, "Source", "Source")                                                                           \
  P(kEquivalents, "Equivalent here", "Équivalent ici")                                                     \
  P(kExcuse, "Excused", "Dispensé")                                                                        \
  P(kExcuseNone, "Not applicable", "Sans objet")                                                           \
  P(kExcuseAccepted, "Accepted until {0}", "Accepté jusqu’au {0}")                                         \
  P(kExcuseUntil, "until {0}", "jusqu’au {0}")                                                             \
  P(kExcuseBy, "owner {0}, approved by {1}", "responsable : {0}, approuvé par {1}")                        \
  P(kWithoutExcuse, "without the excuse: {0}", "sans la dispense : {0}")                                   \
  P(kReason, "Reason", "Raison")                                                                           \
  P(kKind, "Kind", "Genre")                                                                                \
  P(kBy, "By", "De")                                                                                       \
  P(kSigned, "Signed", "Signé le")                                                                         \
  P(kExpires, "Expires", "Expire le")                                                                      \
  P(kStanding, "Standing", "Valeur")                                                                       \
  P(kStatement, "Statement", "Énoncé")                                                                     \
  P(kEntry, "Entry", "Entrée")                                                                             \
  P(kWholeService, "whole service", "tout le service")                                                     \
  P(kActsTable, "Signed acts and whether they count", "Actes signés, et s’ils comptent")                   \
  P(kNoActs, "Nobody has signed anything yet.", "Personne n’a encore rien signé.")                         \
  P(kActsSay, "Only an act that counts proves anything; the others are shown as what they are.",           \
    "Seul un acte qui compte prouve quelque chose; les autres sont montrés pour ce qu’ils sont.")          \
  P(kFilters, "Filters", "Filtres")                                                                        \
  P(kSearch, "Search the items", "Chercher dans les éléments")                                             \
  P(kShown, "{0} of {1} items shown", "{0} éléments affichés sur {1}")                                     \
  P(kClear, "Clear the filters", "Effacer les filtres")                                                    \
  P(kOpenAll, "Open all", "Tout ouvrir")                                                                   \
  P(kCloseAll, "Close all", "Tout fermer")                                                                 \
  P(kNoneShown, "No item passes these filters.", "Aucun élément ne passe ces filtres.")                    \
  P(kTableHint, "Each number leads to its items.", "Chaque nombre mène à ses éléments.")                   \
  P(kMetMeans, "Every proof that the item asks for holds, and is fresh.",                                  \
    "Chaque preuve que l’élément demande tient, et elle est récente.")                                     \
  P(kUnmetMeans, "A proof is absent, expired or does not hold.",                                           \
    "Une preuve manque, est expirée ou ne tient pas.")                                                     \
  P(kUnknownMeans,                                                                                         \
    "A proof rests on something that was never observed, or too long ago, or that nothing here "           \
    "can observe yet.",                                                                                    \
    "Une preuve repose sur ce qui n’a jamais été observé, l’a été il y a trop longtemps, ou que " \
    "rien ici ne peut encore observer.")                                                                   \
  P(kContradictedMeans, "The declaration says one thing, and what was seen shows another.",                \
    "La déclaration dit une chose, et ce qui a été vu en montre une autre.")                               \
  P(kExcusedMeans,                                                                                         \
    "Not applicable, or accepted for a time: with a reason, an owner, the signed approval of "             \
    "somebody else, and an expiry.",                                                                       \
    "Sans objet, ou accepté pour un temps : avec une raison, un responsable, l’approbation "           \
    "signée "                                                                                             \
    "d’une autre personne et une expiration.")                                                             \
  P(kKindsMean,                                                                                            \
    "Kinds of proof, the weakest last: observed (seen to happen), exercised (a drill with a "              \
    "negative control), derived (computed over the whole model), external (a third party’s "             \
    "document), recorded (a human act), attested (a signed statement), declared (it stands in "            \
    "the "                                                                                                 \
    "service file).",                                                                                      \
    "Genres de preuve, la plus faible en dernier : observée (vue se produire), exercée (un "            \
    "exercice avec un contrôle négatif), dérivée (calculée sur tout le modèle), externe (le "        \
    "document d’un tiers), consignée (un acte humain), attestée (un énoncé signé), déclarée "     \
    "(elle figure dans le fichier de service).")                                                           \
  P(kVerdictMeans,                                                                                         \
    "A verdict holds for the moment named above and for the evidence of that moment. It does not "         \
    "mean that the service has no fault.",                                                                 \
    "Un verdict vaut pour le moment indiqué plus haut et pour les éléments probants de ce "             \
    "moment. Il ne signifie pas que le service est sans défaut.")                                          \
  P(kMadeBy, "Made by Garant {0}", "Produit par Garant {0}")

namespace garant::report {

enum class Phrase {
#define GARANT_PHRASE_NAME(name, en, fr) name,
  GARANT_PHRASES(GARANT_PHRASE_NAME)
#undef GARANT_PHRASE_NAME
      kCount
};

struct Words {
  std::string_view en;
  std::string_view fr;
};
[[nodiscard]] Words WordsOf(Phrase phrase);

// The phrase with {0}, {1}, … filled in.
[[nodiscard]] base::Text Say(Phrase phrase);
[[nodiscard]] base::Text Say(Phrase phrase, std::initializer_list<base::Text> arguments);
[[nodiscard]] base::Text Say(Phrase phrase, std::initializer_list<std::string> arguments);

}  // namespace garant::report

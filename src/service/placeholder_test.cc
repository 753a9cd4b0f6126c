#include "service/placeholder.h"

#include <gtest/gtest.h>

namespace garant::service {
namespace {

TEST(Placeholder, HoldsThePlaceOfWhatNobodyWrote) {
  for (const char* text : {"TBD",
                           "tbd",
                           "TBD.",
                           "[TBD]",
                           "<TODO>",
                           "to  be\ndetermined",
                           "…",
                           "...",
                           "-",
                           "—",
                           "???",
                           "xxx",
                           "XXXX",
                           "N/A",
                           "n.a.",
                           "(n/a)",
                           "À venir",
                           "À VENIR…",
                           "à\u00a0venir",
                           "« à déterminer »",
                           "À compléter",
                           "Sans objet",
                           "S. O.",
                           "Lorem ipsum dolor sit amet",
                           "TODO: ask legal",
                           "FIXME(owner)",
                           "  TBD: by June",
                           "placeholder",
                           "Change me!"})
    EXPECT_TRUE(IsPlaceholder(text)) << text;
}

TEST(Placeholder, IsNotAnythingThatIsSaid) {
  for (const char* text : {"S",
                           "OK",
                           "xx",
                           "XXL permits",
                           "To come to a decision on the application.",
                           "Todo lists of the city",
                           "TODO list service",
                           "Not applicable: no cookie is set.",
                           "Sans objet : aucun témoin n’est posé.",
                           "À venir chercher au comptoir",
                           "/",
                           "/apply",
                           "C++",
                           "+1 613 555 0100",
                           "a@example.org",
                           "Blah, Ltd.",
                           "Suivre le dossier",
                           "Faire",
                           "Toronto",
                           "Nadia",
                           "na",
                           "aucun",
                           "none",
                           "test",
                           "à Ottawa",
                           "Tbdata Inc.",
                           "0",
                           "№ 12"})
    EXPECT_FALSE(IsPlaceholder(text)) << text;
}

}  // namespace
}  // namespace garant::service

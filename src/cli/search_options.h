#pragma once

#include <algorithm>
#include <array>

#include "cli/command.h"

// The options by which entries of a trail are looked for; trail_search.h reads them.
namespace garant::cli {

inline constexpr Option kOfKind = {"kind",
                                   {"KIND", "GENRE"},
                                   "",
                                   {"only entries of this kind: act, http-route, …",
                                    "seulement les entrées de ce genre : act, http-route, …"}};
inline constexpr Option kOfPart = {
    "part", {"ID", "ID"}, "", {"only those of this system", "seulement celles de ce système"}};
inline constexpr Option kOfCategory = {
    "category",
    {"NAME", "NOM"},
    "",
    {"only those with this data category", "seulement celles de cette catégorie de données"}};
inline constexpr Option kOfOutcome = {
    "outcome",
    {"WORD", "MOT"},
    "",
    {"only those with this outcome", "seulement celles qui ont cette issue"}};
inline constexpr Option kOfSource = {
    "source",
    {"NAME", "NOM"},
    "",
    {"only those by this source", "seulement celles de cette source"}};
inline constexpr Option kSince = {
    "since", {"TIME", "MOMENT"}, "", {"from this moment on", "à partir de ce moment"}};
inline constexpr Option kUntil = {
    "until", {"TIME", "MOMENT"}, "", {"before this moment", "avant ce moment"}};
inline constexpr Option kIssuer = {"issuer",
                                   {"ISSUER", "ÉMETTEUR"},
                                   "",
                                   {"who named the person of --subject or --actor",
                                    "qui a nommé la personne de --subject ou de --actor"}};
inline constexpr Option kSubject = {
    "subject",
    {"NAME", "NOM"},
    "",
    {"only those about this person; needs the root key",
     "seulement celles qui concernent cette personne; exige la clé racine"}};
inline constexpr Option kActor = {
    "actor",
    {"NAME", "NOM"},
    "",
    {"only those of what this person did; needs the root key",
     "seulement celles des gestes de cette personne; exige la clé racine"}};
inline constexpr Option kSession = {
    "session",
    {"FILE", "FICHIER"},
    "",
    {"only those of the session whose raw id stands in this file, or on standard input for -; "
     "needs the root key",
     "seulement celles de la session dont l’identifiant brut figure dans ce fichier, ou sur "
     "l’entrée standard pour -; exige la clé racine"},
    false,
    true};
inline constexpr Option kTrace = {"trace",
                                  {"ID", "ID"},
                                  "",
                                  {"only those of this trace; needs the root key",
                                   "seulement celles de cette trace; exige la clé racine"}};

// All of them, in the order in which help shows them.
inline constexpr std::array kSearchOptions = {kOfKind,   kOfPart, kOfCategory, kOfOutcome,
                                              kOfSource, kSince,  kUntil,      kIssuer,
                                              kSubject,  kActor,  kSession,    kTrace};

// One list of options, of several.
template <typename... Lists>
constexpr auto Joined(const Lists&... lists) {
  std::array<Option, (0 + ... + (sizeof(Lists) / sizeof(Option)))> all{};
  auto at = all.begin();
  ((at = std::ranges::copy(lists, at).out), ...);
  return all;
}

}  // namespace garant::cli

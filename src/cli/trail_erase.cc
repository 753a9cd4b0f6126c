#include <algorithm>
#include <iterator>

#include "base/file.h"
#include "cli/persons.h"
#include "cli/trail_key.h"
#include "cli/trail_keys.h"
#include "trail/store/reader.h"
#include "trail/upkeep/erasure.h"
#include "trail/upkeep/receipt.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

Error Invalid(const Text& message) { return {Code::kInvalid, message, {}}; }

Result<std::vector<trail::Person>> PersonsOf(const Invocation& call) {
  std::vector<trail::Person> persons;
  if (!call.argument.empty()) persons = TRY(ReadPersons(call.argument));
  if (call.Has("subject") != call.Has("issuer"))
    return Invalid({"--issuer and --subject go together", "--issuer et --subject vont ensemble"});
  for (const std::string& subject : call.All("subject"))
    persons.push_back({call.Value("issuer"), subject});
  if (persons.empty() == !call.Has("released") || std::ranges::any_of(persons, [](const auto& one) {
        return one.issuer.empty() || one.subject.empty();
      }))
    return Invalid(
        {"name persons, with --issuer and --subject or in a file, or what ended holds kept with "
         "--released",
         "nommez des personnes, avec --issuer et --subject ou dans un fichier, ou ce que des "
         "conservations terminées ont gardé avec --released"});
  return persons;
}

std::string ReceiptFolder(const Invocation& call, const std::string& trail) {
  std::string beside = trail;
  while (beside.ends_with('/')) beside.pop_back();
  return call.Value("receipts", beside + ".receipts");
}

Result<std::string> WriteReceipt(trail::Trail& trail, const trail::TrailReader& reader,
                                 const trail::Erased& erased, const std::string& folder) {
  const base::Bytes leaf = TRY(reader.ReadLeaf(erased.entry));
  auto proof = TRY(trail::InclusionProof(reader.hashes(), erased.entry, reader.size()));
  const auto receipt = TRY(trail::MakeReceipt(trail.verifier_key().name, erased.entry, leaf,
                                              std::move(proof), reader.note()));
  const std::string path = folder + "/" + base::ToHex(erased.tombstone.record) + "-" +
                           std::to_string(erased.entry) + ".receipt";
  TRY(base::WriteFileDurably(path, trail::SignReceipt(receipt, trail.verifier_key(),
                                                      trail.vault().keys().signing_seed())));
  return path;
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Of each hold that keeps some of this: what, until when, and why.
void SayWhatHolds(const Invocation& call, std::span<const trail::Hold> holds, base::Time now,
                  const std::vector<std::string>& held) {
  for (const trail::Hold& hold : holds) {
    if (!hold.LastsAt(now)) continue;
    std::vector<std::string> kept;
    std::ranges::set_intersection(hold.categories, held, std::back_inserter(kept));
    if (kept.empty()) continue;
    *call.out << Shown(call.Say(Filled("  hold {} keeps {} until {}: {}",
                                       "  conservation {} de {} jusqu’au {} : {}",
                                       {base::ToHex(hold.id), Listed(kept),
                                        base::FormatTime(hold.until), hold.reason})))
              << "\n";
  }
}

Text WhatHappened(const trail::Erased& one, const std::string& receipt) {
  const std::string record = base::ToHex(one.tombstone.record);
  if (one.tombstone.held.empty())
    return Filled("Erased {}; receipt: {}", "Effacé : {}; reçu : {}", {record, receipt});
  return Filled("Erased {}, save what a hold keeps ({}); receipt: {}",
                "Effacé : {}, sauf ce qu’une conservation garde ({}); reçu : {}",
                {record, Listed(one.tombstone.held), receipt});
}

Status Report(const Invocation& call, trail::Trail& trail, const trail::Erasure& done,
              base::Time now) {
  const std::string folder = ReceiptFolder(call, trail.folder());
  TRY(base::MakeFolder(folder));
  const auto reader = TRY(trail::TrailReader::Open(trail.folder()));
  for (const trail::Erased& one : done.erased) {
    const std::string receipt = TRY(WriteReceipt(trail, reader, one, folder));
    *call.out << Shown(call.Say(WhatHappened(one, receipt))) << "\n";
    SayWhatHolds(call, trail.vault().keys().holds(), now, one.tombstone.held);
  }
  return Ok{};
}

}  // namespace

int RunTrailErase(const Invocation& call) {
  const auto persons = PersonsOf(call);
  if (!persons) return call.Fail(persons.error());
  int status = kMet;
  const auto opened = OpenForKeys(call, status);
  if (!opened) return status;
  const base::Time now = base::SystemClock().Now();
  trail::Trail& trail = *opened->trail;
  const auto done = persons->empty() ? trail::EraseReleased(trail, opened->service, now)
                                     : trail::Erase(trail, *persons, opened->service, now);
  if (!done) return call.Fail(done.error());
  if (const auto said = Report(call, trail, *done, now); !said) return call.Fail(said.error());
  // By number: their names are what was to be forgotten.
  if (!done->unknown.empty())
    *call.out << call.Say(
                     Filled("Of {} of them the trail has no key: never seen, or erased before.",
                            "De {} d’entre elles, le journal n’a aucune clé : jamais vues, ou "
                            "déjà effacées.",
                            {uint64_t{done->unknown.size()}}))
              << "\n";
  if (done->erased.empty() && done->unknown.empty())
    *call.out << call.Say({"No ended hold kept anything.",
                           "Aucune conservation terminée n’a rien gardé."})
              << "\n";
  if (!done->erased.empty())
    *call.out << call.Say({"Every earlier copy of the trail's keys is void now; make a new one.",
                           "Toute copie antérieure des clés du journal est maintenant nulle; "
                           "faites-en une nouvelle."})
              << "\n";
  return done->unknown.empty() ? kMet : kNotMet;
}

int RunTrailReceipt(const Invocation& call) {
  if (call.argument.empty())
    return call.Misuse({"name the file of a receipt", "nommez le fichier d’un reçu"});
  // What cannot be taken for a receipt or a key is misuse, whatever of it is wrong; only of what
  // can be is said that it does not hold.
  const auto named = TrailKeyOf(call);
  if (!named) return call.Fail(named.error());
  const auto text = ReadNamed(call.argument, trail::kLargestReceipt);
  if (!text) return call.Fail(text.error());
  std::optional<trail::VerifierKey> log = *named;
  if (!log) {
    int status = kMet;
    const std::string folder = TrailFolder(call, status);
    if (folder.empty()) return status;
    const auto own = OwnTrailKey(call, folder);
    if (!own) return call.Fail(own.error());
    log = *own;
  }
  auto receipt = trail::OpenReceipt(*text, *log);
  if (!receipt) {
    base::Error error = receipt.error();
    error.where.file = call.argument;
    return call.Fail(error);
  }
  *call.out << Shown(call.Say(Filled(
                   "The receipt holds: {} committed to having destroyed the keys of record {} on "
                   "{} (entry {}).",
                   "Le reçu tient : {} s’est engagé à avoir détruit les clés de la fiche {} le {} "
                   "(entrée {}).",
                   {receipt->origin, base::ToHex(receipt->tombstone.record),
                    base::FormatTime(receipt->time), receipt->entry})))
            << "\n";
  if (!receipt->tombstone.held.empty())
    *call.out << Shown(call.Say(Filled("Kept by a hold: {}.", "Gardé par une conservation : {}.",
                                       {Listed(receipt->tombstone.held)})))
              << "\n";
  return kMet;
}

int RunTrailRotateRoot(const Invocation& call) {
  int status = kMet;
  const auto opened = OpenForKeys(call, status);
  if (!opened) return status;
  if (const auto done = opened->trail->vault().Rekey(); !done) return call.Fail(done.error());
  *call.out << call.Say(
                   {"A new root is in place, and the old one is destroyed. Every earlier copy "
                    "of the trail's keys is void; make a new one.",
                    "Une nouvelle racine est en place, et l’ancienne est détruite. Toute copie "
                    "antérieure des clés du journal est nulle; faites-en une nouvelle."})
            << "\n";
  return kMet;
}

}  // namespace garant::cli

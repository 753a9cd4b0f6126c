#include "base/file.h"
#include "cli/interrupts.h"
#include "cli/trail_key.h"
#include "cli/workspace.h"
#include "proof/vouched.h"
#include "trail/store/reader.h"
#include "trail/tree/timestamp.h"
#include "witness/asking.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr base::Duration kMostSkew = std::chrono::minutes(10);

// One round of asking everybody.
class Round {
 public:
  Round(const Invocation& call, const Places& places) : call_(call), places_(places) {}

  // The exit status: everything is as asked, or not all of it, or somebody saw another trail.
  Result<int> Run() {
    auto vouched = TRY(proof::ReadVouched(places_.trail, places_.witnesses));
    const auto pinned = TRY(TrailKeyText(call_));
    const trail::TrailReader reader = TRY(trail::TrailReader::Open(places_.trail, pinned));
    const trail::HashSource& hashes = reader.hashes();
    // Before anything else: of a trail that a witness contradicts nothing more is said or signed.
    if (vouched.policy)
      TRY(trail::CheckWitnessed(vouched.notes, *vouched.policy, reader.verifier_key(), hashes));
    if (reader.size() == 0) {
      Say({"The trail has no entry yet: there is nothing to vouch for.",
           "Le journal n’a encore aucune entrée : il n’y a rien à attester."});
      return kMet;
    }
    // What others vouch for is what the trail shows to all.
    if (reader.published().size == 0) {
      Say({"No checkpoint of these entries is published yet: who writes next does so.",
           "Aucun point de contrôle de ces entrées n’est encore publié : la prochaine écriture le "
           "fera."});
      return kNotMet;
    }
    if (vouched.policy) TRY(AskWitnesses(reader, hashes, vouched));
    if (call_.Has("tsa")) AskAuthority(reader);
    return alarm_ ? base::ExitStatus(Code::kUntrusted) : complete_ ? kMet : kNotMet;
  }

 private:
  void Say(const base::Text& text) const { *call_.out << Shown(call_.Say(text)) << std::endl; }

  Status AskWitnesses(const trail::TrailReader& reader, const trail::HashSource& hashes,
                      proof::Vouched& vouched) {
    const trail::Policy& policy = *vouched.policy;
    const trail::Note own = TRY(trail::Note::Parse(reader.published_note()));
    trail::Note gained = own;
    witness::CurlPoster poster(call_.Value("certificates"));
    for (const trail::Policy::Witness& one : policy.witnesses()) {
      if (one.url.empty()) continue;  // who cannot be asked vouches in other ways, or not at all
      // Also who cosigned this very checkpoint: a trail that was put back as a whole looks so.
      const uint64_t last = witness::LastCosigned(one, vouched.notes);
      if (last > reader.published().size) continue;  // and rightly so: it was checked
      auto cosigned = witness::AskWitness(one, last, {own, reader.published(), hashes}, poster);
      if (cosigned) {
        gained.signatures.push_back(std::move(*cosigned));
        continue;
      }
      call_.Fail(cosigned.error());
      alarm_ = alarm_ || cosigned.error().code == Code::kUntrusted;
    }
    if (gained != own) vouched.notes = TRY(trail::KeepCosigned(places_.trail, gained, policy));
    const trail::Witnessed now =
        TRY(trail::CheckWitnessed(vouched.notes, policy, reader.verifier_key(), hashes));
    SayWitnessed(now, reader.published().size);
    return Ok{};
  }

  void SayWitnessed(const trail::Witnessed& now, uint64_t size) {
    complete_ = complete_ && now.size >= size;
    if (now.size == 0)
      return Say({"Unwitnessed: no checkpoint has its quorum.",
                  "Sans témoin : aucun point de contrôle n’a son quorum."});
    std::string names;
    for (const std::string& name : now.by) names += (names.empty() ? "" : ", ") + name;
    Say(Filled("Witnessed through entry {} of {}: {}.",
               "Devant témoin jusqu’à l’entrée {} sur {} : {}.", {now.size - 1, size, names}));
  }

  void AskAuthority(const trail::TrailReader& reader) {
    if (trail::HasStamp(places_.trail, reader.published().size)) return;
    const auto stamp = Stamp(reader);
    if (!stamp) {
      call_.Fail(stamp.error());
      complete_ = false;
      return;
    }
    Say(Filled("Time-stamped with {} entries on {} by {}.",
               "Horodaté avec {} entrées le {} par {}.",
               {reader.published().size, base::FormatTime(stamp->time), stamp->authority}));
  }

  Result<trail::Stamp> Stamp(const trail::TrailReader& reader) {
    const base::ByteView content = base::AsBytes(reader.published_note());
    const base::Bytes request = TRY(trail::MakeStampRequest(content));
    witness::CurlPoster poster(call_.Value("certificates"));
    const witness::HttpAnswer answer = TRY(poster.Post(
        call_.Value("tsa"), "application/timestamp-query", std::string(base::AsText(request))));
    if (answer.status != 200)
      return Error{Code::kIo,
                   Filled("the authority {} answered {}", "l’autorité {} a répondu {}",
                          {call_.Value("tsa"), static_cast<uint64_t>(answer.status)}),
                   {}};
    trail::Stamp stamp = TRY(trail::VerifyStamp(base::AsBytes(answer.body), content,
                                                call_.Value("tsa-certificates"), request));
    if (std::chrono::abs(base::SystemClock().Now() - stamp.time) > kMostSkew)
      return Error{Code::kUntrusted,
                   Filled("the authority says that it is {}: one of the two clocks is wrong",
                          "l’autorité dit qu’il est {} : l’une des deux horloges se trompe",
                          {base::FormatTime(stamp.time)}),
                   {}};
    TRY(trail::KeepStamp(places_.trail, reader.published_note(), reader.published().size,
                         base::AsBytes(answer.body)));
    return stamp;
  }

  const Invocation& call_;
  const Places& places_;
  bool complete_ = true;
  bool alarm_ = false;
};

int RunOnce(const Invocation& call, const Places& places) {
  const auto status = Round(call, places).Run();
  return status ? *status : call.Fail(status.error());
}

}  // namespace

int RunTrailCosign(const Invocation& call) {
  int status = kMet;
  if (call.Has("tsa") != call.Has("tsa-certificates"))
    return call.Misuse(
        {"--tsa and --tsa-certificates go together", "--tsa et --tsa-certificates vont ensemble"});
  const auto places = PlacesOfTrail(call, status);
  if (!places) return status;
  if (places->witnesses.empty() && !call.Has("tsa"))
    return call.Misuse(
        {"there is nobody to ask: write garant.witnesses, or name a file with "
         "--witnesses or an authority with --tsa",
         "il n’y a personne à qui demander : écrivez garant.witnesses, ou nommez "
         "un fichier avec --witnesses ou une autorité avec --tsa"});
  if (!call.Has("every")) return RunOnce(call, *places);
  const auto every = base::ParseDuration(call.Value("every"));
  if (!every) return call.Fail(every.error());
  if (*every < std::chrono::seconds(1))
    return call.Misuse({"--every takes at least a second, such as PT5M",
                        "--every prend au moins une seconde, comme PT5M"});
  const Interrupts interrupts;
  do {
    status = RunOnce(call, *places);
  } while (!interrupts.WaitFor(*every));
  return status == base::ExitStatus(Code::kUntrusted) ? status : kMet;
}

}  // namespace garant::cli

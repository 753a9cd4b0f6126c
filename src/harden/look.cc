#include "harden/look.h"

#include <algorithm>
#include <set>

#include "harden/channels.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr unsigned kMostRedirects = 3;
constexpr unsigned kMostFailuresInARow = 3;

class Looker {
 public:
  Looker(const ProbeTarget& target, base::Time now, Deadline asking, HttpClient& client)
      : target_(target), now_(now), asking_(asking), client_(client) {}

  base::Result<Survey> Run(const Channels& channels, Deadline deadline) {
    survey_.deadline = deadline;
    Opened opened = OpenAll(channels, target_, asking_);
    survey_.secure = std::move(opened.all[0].secure);
    survey_.plain = std::move(opened.all[0].plain);
    const bool same_port = channels.secure_guessed && channels.secure.port == channels.plain.port;
    LookAtPlain(channels.plain_guessed);
    LookAtSecure(survey_.secure, same_port && survey_.plain.answers, survey_.tls);
    survey_.tls_asked = !survey_.secure.endpoint.address.empty();
    if (!survey_.secure.answers && !survey_.plain.answers) return NothingAnswers();
    survey_.crawled_secure =
        survey_.secure.answers && (!channels.secure_guessed || !survey_.plain.answers);
    survey_.site.base = (survey_.crawled_secure ? survey_.secure : survey_.plain).base;
    survey_.site.authorities = {survey_.secure.base.Authority()};
    if (survey_.plain.answers) survey_.site.authorities.push_back(survey_.plain.base.Authority());
    const Channel& first = survey_.crawled_secure ? survey_.secure : survey_.plain;
    survey_.crawl = CrawlSite(survey_.site, first.endpoint, target_, client_, now_);
    if (survey_.crawl.visits.empty()) return NothingAnswers();
    AskOtherChannel();
    LookForSecurityTxt();
    for (const auto& [system, address] : target_.origins) LookAtOrigin(system, address);
    opened.all.erase(opened.all.begin());
    survey_.others = std::move(opened.all);
    for (OtherAddress& other : survey_.others) LookAtOther(other, same_port);
    Remark(opened.more);
    return std::move(survey_);
  }

 private:
  void Note(std::string en, std::string fr) {
    survey_.notes.push_back({std::move(en), std::move(fr)});
  }
  [[nodiscard]] bool TimeIsOver() const { return TimeLeft(asking_).count() == 0; }

  [[nodiscard]] base::Error NothingAnswers() const {
    if (!unreadable_.en.empty())
      return {base::Code::kIo,
              base::Filled("nothing can be observed of {}, though something answers: {}",
                           "rien ne peut être observé de {}, bien que quelque chose réponde : {}",
                           {target_.url, unreadable_}),
              {}};
    return {
        base::Code::kIo,
        base::Filled("nothing answers at {}, neither over HTTPS nor over HTTP: is the service "
                     "running, and is the address right? Nothing was observed",
                     "rien ne répond à {}, ni en HTTPS ni en HTTP : le service est-il en marche, "
                     "et l’adresse est-elle la bonne? Rien n’a été observé",
                     {target_.url}),
        {}};
  }

  // What cannot be read is an answer all the same.
  bool Answers(const base::Result<Answer>& answer, const Channel& channel) {
    if (answer || answer.error().code != base::Code::kUnsupported) return answer.has_value();
    unreadable_ = answer.error().message;
    Note(channel.endpoint.At() + ": " + unreadable_.en,
         channel.endpoint.At() + " : " + unreadable_.fr);
    return true;
  }

  void LookAtPlain(bool guessed) {
    Channel& plain = survey_.plain;
    if (plain.reach == Reach::kConnected) {
      const auto answer = client_.Get(plain.base, plain.endpoint);
      // Many TLS ports tell a plain request off with 400: that is a refusal.
      plain.answers = Answers(answer, plain) && !(guessed && answer && answer->status == 400);
      if (!answer && answer.error().code == base::Code::kConflict) {
        NoteLatePlain(plain);
        plain.late = true;
        if (guessed) plain.endpoint = {};
        return;
      }
    }
    if (guessed && !plain.answers) {
      Note("plain HTTP was looked for at " + plain.base.Authority() +
               " only, which speaks TLS; until --plain-url says where to ask, nothing is known of "
               "it",
           "HTTP en clair n’a été cherché qu’à " + plain.base.Authority() +
               ", qui parle TLS; tant que --plain-url ne dit pas où demander, on n’en sait rien");
      plain.endpoint = {};  // silence at a port of TLS says nothing of plain HTTP
      return;
    }
    if (plain.reach == Reach::kSilent)
      Note(plain.base.Authority() + ": no answer to plain HTTP, not even a refusal",
           plain.base.Authority() + " : aucune réponse en HTTP clair, pas même un refus");
  }

  void NoteLatePlain(const Channel& plain) {
    Note(plain.endpoint.At() + ": plain HTTP did not answer in time; nothing is known of it",
         plain.endpoint.At() + " : HTTP en clair n’a pas répondu à temps; on n’en sait rien");
  }

  void LookAtSecure(Channel& secure, bool speaks_plain, TlsFindings& tls) {
    if (secure.reach == Reach::kRefused) tls.answers = false;
    if (secure.reach == Reach::kSilent)
      Note(secure.endpoint.At() + ": no answer, not even a refusal; nothing is known of TLS there",
           secure.endpoint.At() +
               " : aucune réponse, pas même un refus; on ne sait rien de TLS à cet endroit");
    if (secure.reach != Reach::kConnected) return;
    if (speaks_plain &&
        !SpeaksTls(secure.endpoint, std::min(asking_, After(target_.limits.request)))) {
      tls.answers = false;
      return;
    }
    tls = LookAtTls(secure.endpoint, target_.ca_file, target_.limits, now_, asking_);
    survey_.notes.insert(survey_.notes.end(), tls.notes.begin(), tls.notes.end());
    if (!tls.answers.value_or(false)) return;
    const auto answer = client_.Get(secure.base, secure.endpoint);
    secure.answers = Answers(answer, secure);
    secure.late = !answer && answer.error().code == base::Code::kConflict;
    if (!secure.answers)
      Note(secure.endpoint.At() + ": TLS answers, HTTP does not: " + answer.error().message.en,
           secure.endpoint.At() + " : TLS répond, mais pas HTTP : " + answer.error().message.fr);
  }

  // The same path and query over another channel.
  SecondLook Ask(const Channel& channel, const Visit& visit) {
    SecondLook look;
    Url url = channel.base.WithPath(visit.url.path);
    url.query = visit.url.query;
    const auto answer = client_.Get(url, channel.endpoint);
    look.settled = answer || answer.error().code == base::Code::kIo;
    if (answer) look.facts = ReadAnswer(*answer, url, now_);
    return look;
  }

  void AskOtherChannel() {
    Channel& other = survey_.crawled_secure ? survey_.plain : survey_.secure;
    if (other.endpoint.address.empty()) return;
    if (!survey_.secure.late && other.late && !other.answers) return;
    for (const Visit& visit : survey_.crawl.visits) {
      SecondLook& look = survey_.second[visit.route];
      if (look.settled) continue;
      // A plain port that hangs up on the first request may answer another.
      if (!other.answers && (!survey_.crawled_secure || other.reach != Reach::kConnected)) {
        const bool tells = survey_.crawled_secure || survey_.tls.answers.has_value();
        look.settled = tells && !other.late;
        continue;
      }
      look = Ask(other, visit);
      other.answers = other.answers || look.facts.has_value();
      if (!look.settled && TimeIsOver()) return Unreached(other.endpoint.At(), other.endpoint.At());
    }
  }

  // Each route once over each channel of a further address.
  void LookAtOther(OtherAddress& other, bool same_port) {
    if (survey_.plain.endpoint.address.empty()) other.plain.endpoint = {};
    if (TimeIsOver()) {
      other.secure.late = other.plain.late = true;
      const Endpoint& at =
          other.secure.endpoint.address.empty() ? other.plain.endpoint : other.secure.endpoint;
      Unreached(at.At(), at.At());
      return;
    }
    Channel& plain = other.plain;
    if (!plain.endpoint.address.empty() && plain.reach == Reach::kConnected) {
      const auto answer = client_.Get(plain.base, plain.endpoint);
      plain.answers = Answers(answer, plain);
      plain.late = !answer && answer.error().code == base::Code::kConflict;
      if (plain.late) NoteLatePlain(plain);
    }
    // A filtered port beside one that is open is closed; silence of both says nothing.
    plain.late =
        plain.late || (plain.reach == Reach::kSilent && other.secure.reach != Reach::kConnected);
    LookAtSecure(other.secure, same_port && plain.answers, other.tls);
    // What such an answer would have set stands nowhere.
    if (other.secure.late) Unreached(other.secure.endpoint.At(), other.secure.endpoint.At());
    if (other.secure.answers) AskRoutes(other.secure, other.over_tls);
    if (plain.answers || (plain.reach == Reach::kConnected && !plain.late))
      AskRoutes(plain, other.in_clear);
    for (const auto& [route, look] : other.in_clear)
      plain.answers = plain.answers || look.facts.has_value();
  }

  void AskRoutes(const Channel& channel, std::map<std::string, SecondLook>& asked) {
    unsigned failures = 0;
    bool late = false;
    for (const Visit& visit : survey_.crawl.visits) {
      if (asked.contains(visit.route)) continue;
      if (failures >= kMostFailuresInARow && !channel.answers) return;
      SecondLook& look = asked[visit.route] = Ask(channel, visit);
      failures = look.facts ? 0 : failures + 1;
      late = late || !look.settled;
      if (!look.settled && TimeIsOver()) break;
    }
    if (late) Unreached(channel.endpoint.At(), channel.endpoint.At());
  }

  void LookForSecurityTxt() {
    const Channel& secure = survey_.secure;
    if (secure.endpoint.address.empty()) return;
    survey_.security_txt = SecurityTxt{};
    if (!survey_.tls.answers || secure.late) return survey_.security_txt.reset();
    if (!secure.answers) return;
    Url url = secure.base.WithPath("/.well-known/security.txt");
    for (unsigned i = 0; i <= kMostRedirects; ++i) {
      const auto answer = client_.Get(url, secure.endpoint);
      if (!answer) {
        if (TimeIsOver()) Unreached("security.txt", "security.txt");
        return survey_.security_txt.reset();
      }
      const AnswerFacts facts = ReadAnswer(*answer, url, now_);
      if (facts.location && facts.location->Authority() == url.Authority() &&
          facts.location->secure()) {
        url = *facts.location;
        continue;
      }
      const std::string type = Lower(answer->Header("content-type"));
      if (facts.status == 200 && Trim(type.substr(0, type.find(';'))) == "text/plain") {
        survey_.security_txt = ParseSecurityTxt(answer->body);
        if (answer->truncated) survey_.security_txt->partial = true;
      }
      return;
    }
    Note("security.txt: more than " + std::to_string(kMostRedirects) + " redirects; not followed",
         "security.txt : plus de " + std::to_string(kMostRedirects) +
             " redirections; elles n’ont pas été suivies");
    survey_.security_txt.reset();
  }

  void LookAtOrigin(const std::string& system, const std::string& address) {
    if (TimeIsOver()) return Unreached("origin of " + system, "origine de " + system);
    const auto url = ParseUrl(address);
    bool more = false;
    const auto channels = url ? OpenEach(*url, target_, asking_, more) : std::vector<Channel>{};
    if (channels.empty()) {
      Note(system + ": the origin was not asked, since its address leads nowhere: " + address,
           system +
               " : l’origine n’a pas été interrogée, son adresse ne mène nulle part : " + address);
      return;
    }
    OriginLook look;
    look.system = system;
    look.endpoint = channels[0].endpoint;
    look.settled = !more;
    const auto samples = Samples();
    for (const Channel& channel : channels) {
      if (channel.reach != Reach::kConnected) {
        look.settled = look.settled && !TimeIsOver();
        continue;
      }
      AskOrigin(*url, channel.endpoint, samples, look);
    }
    if (samples.empty() && look.answers) {
      look.settled = false;
      Note(system +
               ": the front refused everything that it was asked itself; whether the origin "
               "serves it is not known",
           system +
               " : la façade a elle-même refusé tout ce qui lui a été demandé; on ne sait pas "
               "si l’origine le sert");
    } else if (!look.settled) {
      Note(system + ": the origin did not answer everything in time; what it serves is not known",
           system + " : l’origine n’a pas répondu à tout à temps; on ne sait pas ce qu’elle sert");
    }
    survey_.origins.push_back(std::move(look));
  }

  // What the front answered to the first address, and with one page of each route: an origin may
  // refuse one and serve another. What the front refuses itself says nothing of the origin.
  [[nodiscard]] std::vector<const Visit*> Samples() const {
    std::vector<const Visit*> samples;
    std::set<std::string> routes;
    for (const Visit& visit : survey_.crawl.visits) {
      const bool first = &visit == &survey_.crawl.visits.front();
      const bool page = visit.facts.html && visit.facts.status == 200;
      if ((page || (first && visit.facts.status < 400)) && routes.insert(visit.route).second)
        samples.push_back(&visit);
    }
    return samples;
  }

  void AskOrigin(const Url& url, const Endpoint& endpoint, const std::vector<const Visit*>& samples,
                 OriginLook& look) {
    if (samples.empty()) AskOrigin(url, endpoint, survey_.site.base, nullptr, look);
    for (const Visit* sample : samples) {
      if (look.same || !look.settled) return;
      AskOrigin(url, endpoint, sample->url, sample, look);
    }
  }

  // As the front asks it, and as somebody would who found the address.
  void AskOrigin(const Url& url, const Endpoint& endpoint, const Url& at, const Visit* front,
                 OriginLook& look) {
    for (const Url& named : {survey_.site.base, url}) {
      Url asked = named.WithPath(at.path);
      asked.scheme = url.scheme;
      asked.query = at.query;
      const auto answer = client_.Get(asked, endpoint);
      if (!answer) {
        look.settled = look.settled && answer.error().code == base::Code::kIo;
        continue;
      }
      look.endpoint = endpoint;
      look.answers = true;
      look.tls = url.secure();
      look.same = look.same || (front != nullptr && Resembles(*answer, asked, *front));
    }
  }

  [[nodiscard]] bool Resembles(const Answer& answer, const Url& url, const Visit& front) const {
    const AnswerFacts facts = ReadAnswer(answer, url, now_);
    const Page page = facts.html ? ReadPage(answer.body, url, facts.charset) : Page{};
    const auto path = [](const AnswerFacts& of) { return of.location ? of.location->path : ""; };
    return facts.status == front.facts.status && facts.html == front.facts.html &&
           page.title == front.page.title && path(facts) == path(front.facts);
  }

  void Unreached(std::string en, std::string fr) {
    unreached_.en += (unreached_.en.empty() ? "" : ", ") + std::move(en);
    unreached_.fr += (unreached_.fr.empty() ? "" : ", ") + std::move(fr);
  }

  void Remark(bool more_addresses) {
    survey_.more_addresses = more_addresses;
    if (more_addresses) {
      survey_.crawl.bounded = true;
      const std::string most = std::to_string(kMostAddresses);
      Note("the host has more than " + most +
               " addresses; the others were not looked at, and the run counts as cut short",
           "l’hôte a plus de " + most +
               " adresses; les autres n’ont pas été examinées, et le parcours compte comme "
               "interrompu");
    }
    for (const OtherAddress& other : survey_.others)
      if (other.Closed()) {
        const Endpoint& at =
            other.secure.endpoint.address.empty() ? other.plain.endpoint : other.secure.endpoint;
        Note(at.host + ": nothing accepts a connection at its address " + at.address,
             at.host + " : rien n’accepte de connexion à son adresse " + at.address);
      }
    if (!unreached_.en.empty()) {
      survey_.crawl.bounded = true;
      Note(
          "the time of this run was over before these were looked at, and nothing is known of "
          "them: " +
              unreached_.en,
          "le temps de ce parcours était écoulé avant que ceci ait été examiné, et on n’en sait "
          "rien : " +
              unreached_.fr);
    }
    for (const std::string& host : survey_.crawl.left_to)
      Note("redirects to " + host + ", which is not part of the service and was not asked",
           "redirige vers " + host + ", qui n’appartient pas au service et n’a pas été interrogé");
  }

  const ProbeTarget& target_;
  const base::Time now_;
  const Deadline asking_;  // of whatever goes over the network
  HttpClient& client_;
  Survey survey_;
  base::Text unreadable_;  // why the latest answer could not be read
  base::Text unreached_;   // what there was no time for
};

}  // namespace

base::Result<Survey> Look(const ProbeTarget& target, base::Time now) {
  const Channels channels = TRY(ChannelsOf(target));
  // What was found must be read within the time as well.
  const Deadline asking = After(target.limits.run / 8 * 7);
  const Deadline deadline = After(target.limits.run);
  const auto client = TRY(HttpClient::Create(target.limits, asking));
  return Looker(target, now, asking, *client).Run(channels, deadline);
}

}  // namespace garant::harden

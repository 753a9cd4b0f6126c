#include "harden/look.h"

#include <algorithm>

#include "harden/channels.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr unsigned kMostRedirects = 3;

class Looker {
 public:
  Looker(const ProbeTarget& target, base::Time now, Deadline deadline, HttpClient& client)
      : target_(target), now_(now), deadline_(deadline), client_(client) {}

  base::Result<Survey> Run(const Channels& channels) {
    survey_.secure = Open(channels.secure, target_.limits);
    survey_.plain = Open(channels.plain, target_.limits);
    LookAtPlain(channels.plain_guessed);
    LookAtSecure(channels.secure_guessed && channels.secure.port == channels.plain.port);
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
    Remark(first.endpoint);
    return std::move(survey_);
  }

 private:
  void Note(std::string en, std::string fr) {
    survey_.notes.push_back({std::move(en), std::move(fr)});
  }

  [[nodiscard]] base::Error NothingAnswers() const {
    return {
        base::Code::kIo,
        base::Filled("nothing answers at {}, neither over HTTPS nor over HTTP: is the service "
                     "running, and is the address right? Nothing was observed",
                     "rien ne répond à {}, ni en HTTPS ni en HTTP : le service est-il en marche, "
                     "et l’adresse est-elle la bonne? Rien n’a été observé",
                     {target_.url}),
        {}};
  }

  void LookAtPlain(bool guessed) {
    Channel& plain = survey_.plain;
    if (plain.reach == Reach::kConnected) {
      const auto answer = client_.Get(plain.base, plain.endpoint);
      // Many TLS ports tell a plain request off with 400: that is a refusal.
      plain.answers = answer && !(guessed && answer->status == 400);
      if (!answer && answer.error().code == base::Code::kConflict) {
        Note(plain.base.Authority() + ": plain HTTP did not answer in time; nothing is known of it",
             plain.base.Authority() +
                 " : HTTP en clair n’a pas répondu à temps ; on n’en sait rien");
        plain.endpoint = {};
        return;
      }
    }
    if (guessed && !plain.answers) {
      Note("plain HTTP was looked for at " + plain.base.Authority() +
               " only, which speaks TLS; until --plain-url says where to ask, nothing is known of "
               "it",
           "HTTP en clair n’a été cherché qu’à " + plain.base.Authority() +
               ", qui parle TLS ; tant que --plain-url ne dit pas où demander, on n’en sait rien");
      plain.endpoint = {};  // silence at a port of TLS says nothing of plain HTTP
      return;
    }
    if (plain.reach == Reach::kSilent)
      Note(plain.base.Authority() + ": no answer to plain HTTP, not even a refusal",
           plain.base.Authority() + " : aucune réponse en HTTP clair, pas même un refus");
  }

  void LookAtSecure(bool same_port) {
    Channel& secure = survey_.secure;
    survey_.tls_asked = !secure.endpoint.address.empty();
    if (secure.reach != Reach::kConnected) return;
    if (same_port && survey_.plain.answers &&
        !SpeaksTls(secure.endpoint, std::min(deadline_, After(target_.limits.request))))
      return;
    survey_.tls = LookAtTls(secure.endpoint, target_.ca_file, target_.limits, now_, deadline_);
    survey_.notes.insert(survey_.notes.end(), survey_.tls.notes.begin(), survey_.tls.notes.end());
    if (!survey_.tls.answers) return;
    const auto answer = client_.Get(secure.base, secure.endpoint);
    secure.answers = answer.has_value();
    if (!answer)
      Note(secure.base.Authority() + ": TLS answers, HTTP does not: " + answer.error().message.en,
           secure.base.Authority() + " : TLS répond, mais pas HTTP : " + answer.error().message.fr);
  }

  void AskOtherChannel() {
    Channel& other = survey_.crawled_secure ? survey_.plain : survey_.secure;
    if (other.endpoint.address.empty()) return;
    for (const Visit& visit : survey_.crawl.visits) {
      SecondLook& look = survey_.second[visit.route];
      if (look.settled) continue;
      // A plain port that hangs up on the first request may answer another.
      if (!other.answers && (!survey_.crawled_secure || other.reach != Reach::kConnected)) {
        look.settled = true;
        continue;
      }
      Url url = other.base.WithPath(visit.url.path);
      url.query = visit.url.query;
      const auto answer = client_.Get(url, other.endpoint);
      look.settled = answer || answer.error().code == base::Code::kIo;
      if (answer) look.facts = ReadAnswer(*answer, url, now_);
      other.answers = other.answers || answer.has_value();
    }
  }

  void LookForSecurityTxt() {
    const Channel& secure = survey_.secure;
    if (secure.endpoint.address.empty()) return;
    survey_.security_txt = SecurityTxt{};
    if (!secure.answers) return;
    Url url = secure.base.WithPath("/.well-known/security.txt");
    for (unsigned i = 0; i <= kMostRedirects; ++i) {
      const auto answer = client_.Get(url, secure.endpoint);
      if (!answer) return survey_.security_txt.reset();
      const AnswerFacts facts = ReadAnswer(*answer, url, now_);
      if (facts.location && facts.location->Authority() == url.Authority() &&
          facts.location->secure()) {
        url = *facts.location;
        continue;
      }
      const std::string type = Lower(answer->Header("content-type"));
      if (facts.status == 200 && Trim(type.substr(0, type.find(';'))) == "text/plain")
        survey_.security_txt = ParseSecurityTxt(answer->body);
      return;
    }
  }

  void LookAtOrigin(const std::string& system, const std::string& address) {
    const auto url = ParseUrl(address);
    OriginLook look;
    look.system = system;
    if (url) {
      const Channel channel = Open(*url, target_.limits);
      look.endpoint = channel.endpoint;
    }
    if (look.endpoint.address.empty()) {
      Note(system + ": the origin was not asked, since its address leads nowhere: " + address,
           system +
               " : l’origine n’a pas été interrogée, son adresse ne mène nulle part : " + address);
      return;
    }
    // As the front asks it, and as somebody would who found the address.
    for (const Url& named : {survey_.site.base, *url}) {
      Url asked = named;
      asked.scheme = url->scheme;
      asked.path = survey_.site.base.path;
      const auto answer = client_.Get(asked, look.endpoint);
      if (!answer) continue;
      look.answers = true;
      look.tls = url->secure();
      look.same = look.same || Resembles(*answer, asked);
    }
    survey_.origins.push_back(std::move(look));
  }

  [[nodiscard]] bool Resembles(const Answer& answer, const Url& url) const {
    const Visit& front = survey_.crawl.visits.front();
    const AnswerFacts facts = ReadAnswer(answer, url, now_);
    const Page page = facts.html ? ReadPage(answer.body, url, facts.charset) : Page{};
    const auto path = [](const AnswerFacts& of) { return of.location ? of.location->path : ""; };
    return facts.status == front.facts.status && facts.html == front.facts.html &&
           page.title == front.page.title && path(facts) == path(front.facts);
  }

  void Remark(const Endpoint& endpoint) {
    if (endpoint.others > 0)
      Note(endpoint.host + ": looked at " + endpoint.address + ", not at its " +
               std::to_string(endpoint.others) + " other addresses",
           endpoint.host + " : examiné à " + endpoint.address + ", mais pas à ses " +
               std::to_string(endpoint.others) + " autres adresses");
    for (const std::string& host : survey_.crawl.left_to)
      Note("redirects to " + host + ", which is not part of the service and was not asked",
           "redirige vers " + host + ", qui n’appartient pas au service et n’a pas été interrogé");
  }

  const ProbeTarget& target_;
  const base::Time now_;
  const Deadline deadline_;
  HttpClient& client_;
  Survey survey_;
};

}  // namespace

base::Result<Survey> Look(const ProbeTarget& target, base::Time now) {
  const Channels channels = TRY(ChannelsOf(target));
  const Deadline deadline = After(target.limits.run);
  const auto client = TRY(HttpClient::Create(target.limits, deadline));
  return Looker(target, now, deadline, *client).Run(channels);
}

}  // namespace garant::harden

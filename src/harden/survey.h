#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "harden/crawl.h"
#include "harden/security_txt.h"
#include "harden/tls_probe.h"

namespace garant::harden {

// One way to the service.
struct Channel {
  Url base;
  Endpoint endpoint;
  Reach reach = Reach::kUnresolved;
  bool answers = false;  // HTTP came back
  bool late = false;     // nothing came within the time: whether it answers is not known
};

// A route asked over the other channel than the crawl's, or at another address.
struct SecondLook {
  std::optional<AnswerFacts> facts;  // nothing where no HTTP came back
  bool settled = false;              // an answer or a refusal, not a silence
};

// A further address of the host. A channel without an address was not looked at there.
struct OtherAddress {
  Channel secure;
  Channel plain;
  TlsFindings tls;
  std::map<std::string, SecondLook> over_tls;  // by route
  std::map<std::string, SecondLook> in_clear;

  // Nothing accepts a connection: it serves nobody.
  [[nodiscard]] bool Closed() const;
};

struct OriginLook {
  std::string system;
  Endpoint endpoint;
  bool answers = false;
  bool tls = false;
  bool same = false;
  bool settled = true;  // whatever did not answer was closed or silent, not late
};

// Everything that one run found, before it becomes observations.
struct Survey {
  Channel secure;
  Channel plain;
  TlsFindings tls;
  bool tls_asked = false;
  bool crawled_secure = false;  // the channel of the crawl
  Crawl crawl;
  std::map<std::string, SecondLook> second;  // by route
  std::optional<SecurityTxt> security_txt;   // nothing where it could not be asked for
  std::vector<OriginLook> origins;
  std::vector<OtherAddress> others;
  bool more_addresses = false;  // than were looked at
  Site site;
  Deadline deadline;  // of everything, what is read from the survey included
  std::vector<base::Text> notes;
};

}  // namespace garant::harden

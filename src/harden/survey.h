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
};

// The same address asked over the other channel than the crawl's.
struct SecondLook {
  std::optional<AnswerFacts> facts;  // nothing where no HTTP came back
  bool settled = false;              // an answer or a refusal, not a silence
};

struct OriginLook {
  std::string system;
  Endpoint endpoint;
  bool answers = false;
  bool tls = false;
  bool same = false;
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
  Site site;
  std::vector<base::Text> notes;
};

}  // namespace garant::harden

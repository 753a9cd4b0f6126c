#pragma once

#include "base/result.h"
#include "harden/survey.h"
#include "harden/target.h"

namespace garant::harden {

// Where the service may answer over TLS and over plain HTTP, as its target says or implies.
struct Channels {
  Url secure;
  Url plain;
  bool plain_guessed = false;  // the plain address is the secure port itself
  bool secure_guessed = false;
};

// kInvalid where an address of the target is none. The plain counterpart of https on port 443 is
// port 80 and the other way round; of any other port it is that port itself, unless plain_url
// says; where it is only guessed so and does not answer, nothing is observed of plain HTTP.
[[nodiscard]] base::Result<Channels> ChannelsOf(const ProbeTarget& target);

// Connects at each address of the host. `plain` may be null; where its host is another, it is
// looked at apart, so that one of the two channels has no address.
struct Opened {
  std::vector<OtherAddress> all;  // the one to crawl first; never empty
  bool more = false;              // addresses that were not looked at
};
[[nodiscard]] Opened OpenAll(const Channels& channels, const ProbeTarget& target,
                             Deadline deadline);
// Likewise, one channel at each address of its host.
[[nodiscard]] std::vector<Channel> OpenEach(const Url& url, const ProbeTarget& target,
                                            Deadline deadline, bool& more);

// Whether a port that speaks plain HTTP speaks TLS as well.
[[nodiscard]] bool SpeaksTls(const Endpoint& endpoint, Deadline deadline);

}  // namespace garant::harden

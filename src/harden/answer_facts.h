#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "harden/headers.h"
#include "harden/http_client.h"

namespace garant::harden {

// What one answer says, without its values.
struct AnswerFacts {
  int status = 0;
  bool html = false;
  std::optional<Hsts> hsts;  // only from an answer over TLS: elsewhere browsers ignore it
  bool scripts_restricted = false;
  bool nosniff = false;
  bool framing_restricted = false;
  bool referrer_kept = false;
  bool no_store = false;
  std::vector<SetCookie> cookies;  // those set, not those removed; at most 100
  bool more_cookies = false;       // it sets more
  std::optional<Url> location;     // of a redirect
  std::string charset;             // in lower case; empty where none is named

  [[nodiscard]] bool redirects() const { return location.has_value(); }
};

[[nodiscard]] AnswerFacts ReadAnswer(const Answer& answer, const Url& url, base::Time now);

}  // namespace garant::harden

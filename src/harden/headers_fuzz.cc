#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "harden/answer_facts.h"
#include "harden/route_template.h"
#include "harden/security_txt.h"
#include "harden/tls_hello.h"
#include "harden/words.h"

// One value read as everything that a server may send.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  static const harden::Url kUrl = *harden::ParseUrl("https://city.example/apply");
  const std::string value(reinterpret_cast<const char*>(data), size);
  harden::Answer answer;
  answer.status = 302;
  for (const char* name :
       {"strict-transport-security", "content-security-policy", "set-cookie", "x-frame-options",
        "referrer-policy", "cache-control", "content-type", "location"})
    answer.headers.emplace_back(name, value);
  const harden::AnswerFacts facts = harden::ReadAnswer(answer, kUrl, base::Time{});
  if (facts.hsts && facts.hsts->max_age < 0) std::abort();
  for (const harden::SetCookie& cookie : facts.cookies)
    if (cookie.name.empty() || cookie.lifetime < 0) std::abort();
  if (harden::SafeName(value).size() > 160) std::abort();
  if (!harden::RouteOf(value, {"/a/{id}"}).starts_with('/')) std::abort();
  (void)harden::ParseSecurityTxt(value);
  harden::ServerHello hello;
  (void)harden::ReadServerHello(value, hello);
  return 0;
}

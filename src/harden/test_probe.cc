#include "harden/test_probe.h"

#include <unistd.h>

#include <cstdio>

namespace garant::harden {

RootsFile::RootsFile()
    : path(testing::TempDir() + "probe_test." + std::to_string(::getpid()) + ".pem") {}
RootsFile::~RootsFile() { std::remove(path.c_str()); }

std::string AnswerOf(const std::string& body, const std::string& headers,
                     const std::string& status) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

std::string PathOf(const std::string& request) {
  const size_t start = request.find(' ') + 1;
  return request.substr(start, request.find(' ', start) - start);
}

ProbeTarget TargetOf(const std::string& url) {
  ProbeTarget target;
  target.url = url;
  target.limits.request = std::chrono::milliseconds{2000};
  target.limits.run = std::chrono::milliseconds{20'000};
  return target;
}

Report MustProbe(const ProbeTarget& target) {
  const base::SystemClock clock;
  auto report = Probe(target, clock);
  EXPECT_TRUE(report) << report.error().message.en;
  return report ? *std::move(report) : Report{};
}

const trail::Observation* Find(const Report& report, std::string_view kind,
                               std::string_view subject) {
  for (const auto& seen : report.observations)
    if (seen.kind == kind && seen.subject == subject) return &seen;
  return nullptr;
}

}  // namespace garant::harden

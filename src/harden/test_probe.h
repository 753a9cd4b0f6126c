#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harden/loopback_server.h"
#include "harden/probe.h"

// What the tests of the probe share: answers of a service, a run against it, and what the run saw.
namespace garant::harden {

using Texts = std::vector<std::string>;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

// The authority that a test's servers are signed by. Tests run side by side as processes: each has
// its own.
struct RootsFile {
  RootsFile();
  RootsFile(const RootsFile&) = delete;
  RootsFile& operator=(const RootsFile&) = delete;
  ~RootsFile();
  const std::string path;
};

// A whole answer of a server: a page with that body; `headers` are lines with their ends.
[[nodiscard]] std::string AnswerOf(const std::string& body, const std::string& headers = "",
                                   const std::string& status = "200 OK");
// Of a request's first line.
[[nodiscard]] std::string PathOf(const std::string& request);

// The service there, under limits that a test can wait for.
[[nodiscard]] ProbeTarget TargetOf(const std::string& url);
// One run; a test failure and an empty report where it fails.
[[nodiscard]] Report MustProbe(const ProbeTarget& target);

// Null where there is none.
[[nodiscard]] const trail::Observation* Find(const Report& report, std::string_view kind,
                                             std::string_view subject);

// The attribute, or a test failure and its type's zero.
template <typename T>
[[nodiscard]] T Get(const Report& report, std::string_view kind, std::string_view subject,
                    std::string_view name) {
  if (const auto* seen = Find(report, kind, subject))
    for (const auto& fact : seen->facts)
      if (fact.name == name && std::holds_alternative<T>(fact.value))
        return std::get<T>(fact.value);
  ADD_FAILURE() << "no " << kind << " " << subject << "." << name;
  return T{};
}

}  // namespace garant::harden

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "expr/expression.h"
#include "expr/test_world.h"

// Any text as an expression and as a message over a fixed model: compiled, evaluated, explained.
namespace {

using namespace garant;

constexpr std::string_view kWorld = R"(
service: { name: Permits, stage: beta, since: 2026-01-01 }
limit: 3
open: true
title: "été"
words: [red, ~, "?stale word"]
numbers: [1, 9223372036854775807]
stores:
  - { id: a, engine: sqlite, rows: 1, encrypted: true, tags: [hot], holds: [{ at: x }],
      seen: { _time: 2026-11-22, _world: observed, _entry: 5, tls: 13, passed: true } }
  - { id: b, rows: "?never rows", holds: [], seen: { _time: 2026-11-01, _world: observed, tls: 10 } }
  - "?no-observer store"
probes: { is: [], world: observed, entry: 3 }
acts: "?loopback acts"
)";

void Require(bool condition) {
  if (!condition) std::abort();
}

void Judge(std::string_view source, const expr::Value& world) {
  base::Diagnostics diagnostics;
  const expr::Scope scope{&expr::WorldType()};
  const auto compiled =
      expr::Expression::CompileCondition(source, {"fuzz", 1, 1}, scope, diagnostics);
  Require(compiled.has_value() == diagnostics.empty());
  if (!compiled) return;
  expr::Options options = expr::WorldOptions();
  options.most_steps = 20'000;
  const expr::Outcome outcome = compiled->Evaluate(world, options);
  Require(outcome.truth == compiled->Evaluate(world, options).truth);
  const auto causes = compiled->Explain(world, options, 5);
  Require(!causes.empty() && causes.size() <= 5);
  for (const auto& cause : causes) Require(!cause.says.en.empty() && !cause.says.fr.empty());
  const auto message =
      expr::Message::Compile(source, {"fuzz", 1, 1}, scope, compiled->Variables(), diagnostics);
  if (message) (void)message->Render(world, causes[0], options, base::Language::kFrench);
}

void Say(std::string_view source, const expr::Value& world) {
  base::Diagnostics diagnostics;
  const auto message =
      expr::Message::Compile(source, {"fuzz", 1, 1}, {&expr::WorldType()},
                             {{"x", expr::Type::Of(expr::Kind::kInt)}}, diagnostics);
  Require(message.has_value() == diagnostics.empty());
  expr::Cause cause;
  cause.bindings.emplace_back("x", expr::Value::Int(7));
  if (message) (void)message->Render(world, cause, expr::WorldOptions(), base::Language::kEnglish);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static expr::Arena arena;
  static const expr::Value world = [] {
    base::Diagnostics diagnostics;
    const base::YamlNode node = base::ParseYaml(kWorld, "world", diagnostics);
    Require(diagnostics.empty());
    return expr::ReadValue(node, expr::Type::Record(&expr::WorldType()), arena);
  }();
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  Judge(source, world);
  Say(source, world);
  return 0;
}

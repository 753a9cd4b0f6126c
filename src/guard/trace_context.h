#pragma once

#include <array>
#include <span>
#include <string_view>

#include "guard/random_pool.h"
#include "spool/record.h"

// W3C Trace Context (https://www.w3.org/TR/trace-context/): what a request brings is taken over
// where it is valid, else a trace begins here. Everything that comes in is untrusted.
namespace garant::guard {

struct TraceContext {
  spool::TraceId trace{};
  spool::SpanId span{};    // this request's own
  spool::SpanId parent{};  // the caller's; zeros where the trace begins here
  bool continued = false;
  bool sampled = true;  // as the caller says; what begins here is sampled
};

// `parents` are the values of all traceparent fields, without white space around them. More than
// one, or one that does not follow the standard, begins a new trace. A version above 00 is read as
// far as 00 goes.
[[nodiscard]] TraceContext Continue(std::span<const std::string_view> parents,
                                    RandomPool& random) noexcept;

constexpr size_t kTraceparentBytes = 55;
// For the service: version 00, with this request's span as the parent.
void WriteTraceparent(const TraceContext& context, std::span<char, kTraceparentBytes> out) noexcept;

// The standard asks to pass on 512 characters at least; what is longer loses its long members
// first, then the last ones.
constexpr size_t kMostTracestateBytes = 512;
constexpr size_t kMostMembers = 32;
// Joins the values of all tracestate fields, without empty members. Gives what stands in `out`
// then, or nothing where a member is malformed, a key stands twice or there are too many members:
// only a trace that was continued has a state.
[[nodiscard]] std::string_view JoinTracestate(std::span<const std::string_view> states,
                                              std::span<char, kMostTracestateBytes> out) noexcept;

}  // namespace garant::guard

#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"
#include "base/where.h"

// What can fail returns Result<T>: a value or an Error, never both, never neither. Named after
// std::expected (C++23) so that it can become one. We do not throw.
namespace garant::base {

enum class Code {
  kInvalid,      // the input is malformed or inconsistent; the message says what was expected
  kNotFound,     // a named file, item, person or entry does not exist
  kGone,         // it did, and was deleted as declared
  kPermission,   // the operating system or a rule refuses
  kUntrusted,    // a signature, digest, proof or authentication tag does not hold
  kConflict,     // somebody else holds or changed it
  kIo,           // reading, writing or the network failed
  kUnsupported,  // a newer version or an option that this build does not know
};

// Process exit status for a code, as in `garant --help`: 2 bad input, 3 environment, 4 untrusted.
[[nodiscard]] int ExitStatus(Code code);

struct Error {
  Code code = Code::kInvalid;
  Text message;  // what was wrong and what to do
  Where where;   // file and position where there is one

  // "garant.yaml:3:5: message", or the message alone where there is no position.
  [[nodiscard]] std::string ToString(Language language) const;
};

struct Ok {};

template <typename T = Ok>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    assert(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error&& error() && {
    assert(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

using Status = Result<Ok>;

}  // namespace garant::base

// `auto x = TRY(Parse(text));` yields the value or returns the error from the calling function.
#define TRY(expression)                        \
  __extension__({                              \
    auto try_result_ = (expression);           \
    if (!try_result_.has_value()) [[unlikely]] \
      return std::move(try_result_).error();   \
    std::move(try_result_).value();            \
  })

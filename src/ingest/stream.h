#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/file.h"
#include "base/text.h"

namespace garant::ingest {

// One sender's connection, read without waiting.
class Stream {
 public:
  enum class State : uint8_t { kBytes, kLater, kEnded, kBroken };
  struct Got {
    State state;
    size_t size = 0;
  };
  virtual ~Stream() = default;
  [[nodiscard]] virtual Got Read(std::span<char> out) = 0;
  // Known once it gave bytes: the name that its certificate proves; empty where none is asked for.
  [[nodiscard]] virtual const std::string& sender() const = 0;
  // Whether it may send yet: until then it must not take long.
  [[nodiscard]] virtual bool ready() const = 0;
  // Why it is broken; empty where it only went away.
  [[nodiscard]] virtual const base::Text& problem() const = 0;
  [[nodiscard]] virtual int number() const = 0;
};

// Without TLS.
[[nodiscard]] std::unique_ptr<Stream> PlainStream(std::unique_ptr<base::Descriptor> socket);

}  // namespace garant::ingest

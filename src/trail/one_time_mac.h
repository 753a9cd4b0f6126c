#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"
#include "trail/crypto.h"

namespace garant::trail {

// Poly1305 (RFC 8439, 2.5) of one long message that comes in pieces: who cannot know the key cannot
// change the message unseen, and it takes a fifth of the time of SHA-256. One message a key.
class OneTimeMac {
 public:
  using Tag = std::array<uint8_t, 16>;

  explicit OneTimeMac(const Key& key);
  OneTimeMac(OneTimeMac&&) noexcept;
  OneTimeMac& operator=(OneTimeMac&&) noexcept;
  ~OneTimeMac();

  void Add(base::ByteView piece);
  [[nodiscard]] Tag Finish();  // once, and last

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// What a process knows of a file that it wrote from the start: who reads it again later asks
// whether it is still that. Never leaves the process.
struct WrittenFile {
  uint64_t bytes = 0;
  Key key{};
  OneTimeMac::Tag tag{};

  // Whether the file begins with what was written.
  [[nodiscard]] bool Begins(base::ByteView file) const;
};

// Takes what is written, in order.
class WrittenFileMaker {
 public:
  WrittenFileMaker();
  void Add(base::ByteView piece);
  [[nodiscard]] WrittenFile Finish();  // once, and last

 private:
  WrittenFile made_;
  OneTimeMac mac_;
};

}  // namespace garant::trail

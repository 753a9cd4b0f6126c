#include "ingest/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace garant::ingest {
namespace {

constexpr int kGzipOnly = 15 + 16;

struct Inflating {
  z_stream stream{};
  bool begun = false;
  Inflating() { begun = inflateInit2(&stream, kGzipOnly) == Z_OK; }
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;
  ~Inflating() {
    if (begun) inflateEnd(&stream);
  }
};

}  // namespace

std::variant<std::string, GzipFault> Gunzip(std::string_view bytes, size_t most) {
  Inflating inflating;
  if (!inflating.begun) return GzipFault::kBroken;
  z_stream& stream = inflating.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 16'384> chunk;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = chunk.size();
    const int done = inflate(&stream, Z_NO_FLUSH);
    if (done != Z_OK && done != Z_STREAM_END) return GzipFault::kBroken;
    out.append(chunk.data(), chunk.size() - stream.avail_out);
    if (out.size() > most) return GzipFault::kTooLarge;
    if (done == Z_OK) continue;
    if (stream.avail_in == 0) return out;
    if (inflateReset(&stream) != Z_OK) return GzipFault::kBroken;
  }
}

}  // namespace garant::ingest

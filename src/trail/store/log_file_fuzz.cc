#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "trail/store/log_file.h"

// A log whose first batch is ours, and whatever stands behind it: nothing that we did not sign is
// taken. The first byte says how much of ours is kept.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  static const std::array<uint8_t, 32> kSeed{7};
  static const trail::VerifierKey kKey = *trail::VerifierKey::FromSeed("permits.example", kSeed);
  static const std::string kOurs = [] {
    const std::string note = trail::SignCheckpoint(0, trail::Frontier().Root(), kKey, kSeed);
    std::string log(trail::kLogMagic);
    log += std::string(8, '\0') + "BTCH" + std::string(8, '\0');
    log += static_cast<char>(note.size() >> 8U);
    log += static_cast<char>(note.size());
    return log + note;
  }();
  if (size == 0) return 0;
  std::string log = kOurs.substr(0, kOurs.size() - data[0] % 16);
  log.append(reinterpret_cast<const char*>(data + 1), size - 1);
  trail::Frontier tree;
  const auto loaded = trail::LoadLog(base::AsBytes(log), 0, kKey, tree);
  if (loaded && (!loaded->leaves.empty() || loaded->used != kOurs.size())) std::abort();
  (void)trail::ReadFrames(base::AsBytes(log), 0, 3);
  return 0;
}

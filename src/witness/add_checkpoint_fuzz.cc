#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "witness/ledger.h"

// What anybody may send to a witness. Nothing but what the one known log signed is cosigned, and
// nobody here has its key; the rest is refused without a trace.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace garant;
  static const auto kLedger = [] {
    const std::string folder =
        (std::filesystem::temp_directory_path() / "garant-add-checkpoint-fuzz").string();
    const witness::Seed seed{4, 5, 6};
    const witness::Seed log{7, 8, 9};
    return *witness::Ledger::Open(
        {.folder = folder,
         .key = *trail::VerifierKey::FromSeed("w.example", seed, trail::KeyType::kCosignature),
         .seed = seed,
         .logs = {*trail::VerifierKey::FromSeed("permits.example", log)}});
  }();
  const auto answer = kLedger->AddCheckpoint({reinterpret_cast<const char*>(data), size},
                                             base::Time(std::chrono::seconds(1)));
  if (answer.status != 400 && answer.status != 403 && answer.status != 404) std::abort();
  return 0;
}

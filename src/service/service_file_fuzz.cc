#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "service/model.h"

// A file is taken without a complaint or refused with one; what was taken has a digest.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  garant::base::Diagnostics complaints;
  const auto model = garant::service::Model::Parse({reinterpret_cast<const char*>(data), size},
                                                   "fuzz.yaml", complaints);
  if ((model == nullptr) != !complaints.empty()) std::abort();
  for (const auto& complaint : complaints) {
    if (complaint.message.en.empty() || complaint.message.fr.empty()) std::abort();
    if (!garant::base::IsUtf8(complaint.message.en)) std::abort();
    if (!garant::base::IsUtf8(complaint.message.fr)) std::abort();
  }
  if (model != nullptr && (model->id().empty() || !model->DigestOf({}))) std::abort();
  return 0;
}

#pragma once

#ifdef GARANT_IPSEC_MB
#define NO_COMPAT_IMB_API_053  // or it takes names of OpenSSL
#include <intel-ipsec-mb.h>
#endif

#include <memory>

// Intel's multi-buffer library, which Debian has for amd64: small messages sealed in a third of the
// time, and many hashed side by side (docs/decisions/0008-ipsec-mb.md).
#ifdef GARANT_IPSEC_MB
namespace garant::trail {

struct FreeIpsecMb {
  void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
};
using IpsecMb = std::unique_ptr<IMB_MGR, FreeIpsecMb>;

// Nothing where the processor has not all that makes it worth its while. One thread a manager, save
// for the functions in it that take no manager.
[[nodiscard]] inline IpsecMb NewIpsecMb() {
  IpsecMb manager(alloc_mb_mgr(0));
  if (manager == nullptr) return {};
  init_mb_mgr_auto(manager.get(), nullptr);
  constexpr uint64_t kNeeded = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ | IMB_FEATURE_AVX2;
  const bool sound = imb_get_errno(manager.get()) == 0;
  return sound && (manager->features & kNeeded) == kNeeded ? std::move(manager) : IpsecMb();
}

}  // namespace garant::trail
#endif

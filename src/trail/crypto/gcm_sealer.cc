#include <openssl/crypto.h>

#include "trail/crypto/crypto.h"
#include "trail/crypto/evp.h"
#include "trail/crypto/ipsec_mb.h"

namespace garant::trail {
namespace {

using base::ByteView;

#ifdef GARANT_IPSEC_MB

// Its functions for GCM take no manager.
const IMB_MGR* Quickest() {
  static const IpsecMb kManager = NewIpsecMb();
  return kManager.get();
}

class QuickGcm {
 public:
  explicit QuickGcm(const Key& key) { IMB_AES256_GCM_PRE(Quickest(), key.data(), &key_); }
  ~QuickGcm() {
    OPENSSL_cleanse(&key_, sizeof key_);
    OPENSSL_cleanse(&state_, sizeof state_);
  }
  QuickGcm(const QuickGcm&) = delete;
  QuickGcm& operator=(const QuickGcm&) = delete;

  void Seal(const Nonce& nonce, ByteView associated, ByteView plaintext, uint8_t* out) {
    IMB_AES256_GCM_ENC(Quickest(), &key_, &state_, out, plaintext.data(), plaintext.size(),
                       nonce.data(), associated.data(), associated.size(), out + plaintext.size(),
                       kTagBytes);
  }

 private:
  gcm_key_data key_{};
  gcm_context_data state_{};
};

#else

bool Quickest() { return false; }

class QuickGcm {
 public:
  explicit QuickGcm(const Key& /*key*/) {}
  void Seal(const Nonce&, ByteView, ByteView, uint8_t*) {}
};

#endif

}  // namespace

struct GcmSealer::Schedule {
  std::unique_ptr<QuickGcm> quick;
  CipherContext openssl;  // used where there is no other
};

GcmSealer::GcmSealer(const Key& key, GcmEngine engine) : schedule_(std::make_unique<Schedule>()) {
  if (engine == GcmEngine::kQuickest && Quickest()) {
    schedule_->quick = std::make_unique<QuickGcm>(key);
    return;
  }
  schedule_->openssl.reset(EVP_CIPHER_CTX_new());
  Must(schedule_->openssl != nullptr &&
       EVP_EncryptInit_ex(schedule_->openssl.get(), Gcm(), nullptr, key.data(), nullptr) == 1);
}
GcmSealer::GcmSealer(GcmSealer&&) noexcept = default;
GcmSealer& GcmSealer::operator=(GcmSealer&&) noexcept = default;
GcmSealer::~GcmSealer() = default;

GcmEngine GcmSealer::engine() const {
  return schedule_->openssl == nullptr ? GcmEngine::kQuickest : GcmEngine::kOpenSsl;
}

void GcmSealer::Seal(const Nonce& nonce, ByteView associated, ByteView plaintext,
                     std::span<uint8_t> out) const {
  Must(out.size() == plaintext.size() + kTagBytes);
  if (schedule_->quick) return schedule_->quick->Seal(nonce, associated, plaintext, out.data());
  EVP_CIPHER_CTX* const context = schedule_->openssl.get();
  int done = 0;
  uint8_t* const tag = out.data() + plaintext.size();
  Must(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  Must(EVP_EncryptUpdate(context, nullptr, &done, associated.data(),
                         EvpLength(associated.size())) == 1);
  if (!plaintext.empty())
    Must(EVP_EncryptUpdate(context, out.data(), &done, plaintext.data(),
                           EvpLength(plaintext.size())) == 1);
  Must(EVP_EncryptFinal_ex(context, tag, &done) == 1);
  Must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1);
}

}  // namespace garant::trail

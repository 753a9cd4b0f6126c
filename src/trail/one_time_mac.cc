#include "trail/one_time_mac.h"

#include <openssl/evp.h>

#include "base/openssl.h"
#include "trail/evp.h"

namespace garant::trail {
struct OneTimeMac::Context {
  std::unique_ptr<EVP_MAC, base::Freeing<EVP_MAC_free>> kind{
      EVP_MAC_fetch(nullptr, "POLY1305", nullptr)};
  std::unique_ptr<EVP_MAC_CTX, base::Freeing<EVP_MAC_CTX_free>> state;
};

OneTimeMac::OneTimeMac(const Key& key) : context_(std::make_unique<Context>()) {
  Must(context_->kind != nullptr);
  context_->state.reset(EVP_MAC_CTX_new(context_->kind.get()));
  Must(context_->state != nullptr);
  Must(EVP_MAC_init(context_->state.get(), key.data(), key.size(), nullptr) == 1);
}

OneTimeMac::~OneTimeMac() = default;
OneTimeMac::OneTimeMac(OneTimeMac&&) noexcept = default;
OneTimeMac& OneTimeMac::operator=(OneTimeMac&&) noexcept = default;

void OneTimeMac::Add(base::ByteView piece) {
  Must(EVP_MAC_update(context_->state.get(), piece.data(), piece.size()) == 1);
}

OneTimeMac::Tag OneTimeMac::Finish() {
  Tag tag;
  size_t made = 0;
  Must(EVP_MAC_final(context_->state.get(), tag.data(), &made, tag.size()) == 1);
  Must(made == tag.size());
  return tag;
}

bool WrittenFile::Begins(base::ByteView file) const {
  if (file.size() < bytes) return false;
  OneTimeMac mac(key);
  mac.Add(file.first(static_cast<size_t>(bytes)));
  return EqualInConstantTime(mac.Finish(), tag);
}

WrittenFileMaker::WrittenFileMaker() : made_{0, RandomKey(), {}}, mac_(made_.key) {}

void WrittenFileMaker::Add(base::ByteView piece) {
  made_.bytes += piece.size();
  mac_.Add(piece);
}

WrittenFile WrittenFileMaker::Finish() {
  made_.tag = mac_.Finish();
  return made_;
}

}  // namespace garant::trail

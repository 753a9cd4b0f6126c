#include "trail/crypto/many_hashes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "trail/crypto/evp.h"
#include "trail/crypto/ipsec_mb.h"
#include "trail/crypto/sha256.h"

namespace garant::trail {

#ifdef GARANT_IPSEC_MB

struct ManyHashes::Engine {
  explicit Engine(IpsecMb made) : manager(std::move(made)) {}

  IpsecMb manager;
  size_t waiting = 0;

  void Take(const IMB_JOB* job) {
    if (job == nullptr) return;
    Must(job->status == IMB_STATUS_COMPLETED);
    --waiting;
  }
};

ManyHashes::ManyHashes() {
  if (IpsecMb manager = NewIpsecMb()) engine_ = std::make_unique<Engine>(std::move(manager));
}

void ManyHashes::Add(base::ByteView message, base::Digest& out) {
  if (engine_ == nullptr || message.empty()) {
    out = Sha256Hasher().Add(message).Finish();
    return;
  }
  IMB_MGR* const manager = engine_->manager.get();
  IMB_JOB* const job = IMB_GET_NEXT_JOB(manager);
  job->cipher_mode = IMB_CIPHER_NULL;
  job->cipher_direction = IMB_DIR_ENCRYPT;
  job->chain_order = IMB_ORDER_HASH_CIPHER;
  job->hash_alg = IMB_AUTH_SHA_256;
  job->src = message.data();
  job->hash_start_src_offset_in_bytes = 0;
  job->msg_len_to_hash_in_bytes = message.size();
  job->auth_tag_output = out.data();
  job->auth_tag_output_len_in_bytes = out.size();
  ++engine_->waiting;
  engine_->Take(IMB_SUBMIT_JOB_NOCHECK(manager));
}

void ManyHashes::Finish() {
  if (engine_ == nullptr) return;
  while (engine_->waiting != 0) {
    const IMB_JOB* const job = IMB_FLUSH_JOB(engine_->manager.get());
    Must(job != nullptr);
    engine_->Take(job);
  }
}

#else

struct ManyHashes::Engine {};

ManyHashes::ManyHashes() = default;

void ManyHashes::Add(base::ByteView message, base::Digest& out) {
  out = Sha256Hasher().Add(message).Finish();
}

void ManyHashes::Finish() {}

#endif

void HashLeaves(std::span<const std::span<uint8_t>> leaves, std::span<base::Digest> out,
                ManyHashes& hashes) {
  std::array<uint8_t, kHashedAtOnce> before{};
  for (; !leaves.empty(); leaves = leaves.subspan(std::min(leaves.size(), before.size()))) {
    const auto some = leaves.first(std::min(leaves.size(), before.size()));
    for (size_t i = 0; i < some.size(); ++i) {
      uint8_t* const message = some[i].data() - 1;
      before[i] = std::exchange(*message, 0);
      hashes.Add({message, some[i].size() + 1}, out[i]);
    }
    hashes.Finish();
    for (size_t i = 0; i < some.size(); ++i) *(some[i].data() - 1) = before[i];
    out = out.subspan(some.size());
  }
}

ManyHashes::~ManyHashes() = default;
ManyHashes::ManyHashes(ManyHashes&&) noexcept = default;
ManyHashes& ManyHashes::operator=(ManyHashes&&) noexcept = default;

}  // namespace garant::trail

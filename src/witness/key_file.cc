#include "witness/key_file.h"

#include <sys/stat.h>

#include <algorithm>

namespace garant::witness {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

Result<Seed> ReadOrMakeSeed(const std::string& path) {
  Seed seed{};
  if (!base::Exists(path)) {
    base::FillRandom(seed);
    TRY(base::WriteFileDurably(path, base::AsText(seed), base::FileMode::kPrivate));
    return seed;
  }
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && (found.st_mode & 077U) != 0)
    return Error{Code::kPermission,
                 Filled("others may read the witness's key {}; take that away: chmod 600 {}",
                        "d’autres peuvent lire la clé du témoin {}; retirez-leur ce droit : chmod "
                        "600 {}",
                        {path, path}),
                 {}};
  const std::string bytes = TRY(base::ReadFile(path, 4096));
  if (bytes.size() != seed.size())
    return Error{Code::kInvalid,
                 Filled("{} is no witness's key: it must have {} bytes",
                        "{} n’est pas la clé d’un témoin : elle doit compter {} octets",
                        {path, uint64_t{seed.size()}}),
                 {}};
  std::ranges::copy(base::AsBytes(bytes), seed.begin());
  return seed;
}

}  // namespace garant::witness

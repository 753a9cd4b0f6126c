#pragma once

#include <cerrno>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace garant::trail {

struct Doing {
  const char* en;
  const char* fr;
};

// "cannot write FILE: no space left on device"; `doing` as in {"write", "d’écrire"}.
inline base::Error FileError(const Doing& doing, const base::Piece& what, int number) {
  base::Code code = base::Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = base::Code::kNotFound;
  if (number == EACCES || number == EPERM || number == EROFS) code = base::Code::kPermission;
  if (number == EEXIST) code = base::Code::kConflict;
  return base::Error{code,
                     base::Filled("cannot {} {}: {}", "impossible {} {} : {}",
                                  {base::Text{doing.en, doing.fr}, what, base::SystemText(number)}),
                     {}};
}

}  // namespace garant::trail

#include "base/result.h"

namespace garant::base {

int ExitStatus(Code code) {
  switch (code) {
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kGone:
    case Code::kUnsupported:
      return 2;
    case Code::kPermission:
    case Code::kConflict:
    case Code::kIo:
      return 3;
    case Code::kUntrusted:
      return 4;
  }
  return 3;
}

std::string Where::ToString() const {
  if (file.empty() || line == 0) return file;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Error::ToString(Language language) const {
  const std::string place = where.ToString();
  return place.empty() ? message.In(language) : place + ": " + message.In(language);
}

}  // namespace garant::base

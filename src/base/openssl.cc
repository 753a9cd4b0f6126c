#include "base/openssl.h"

#include <openssl/err.h>

namespace garant::base {

std::string OpenSslReason() {
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = last == 0 ? nullptr : ERR_reason_error_string(last);
  return reason == nullptr ? "?" : reason;
}

}  // namespace garant::base

#pragma once

#include <string>

// What those share that call OpenSSL by its C interface.
namespace garant::base {

// For std::unique_ptr: std::unique_ptr<SSL, Freeing<SSL_free>>.
template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* one) const {
    Free(one);
  }
};

// Why the library failed, in its own words, which have no French; "?" where it does not say.
// Whoever asks again finds nothing left.
[[nodiscard]] std::string OpenSslReason();

}  // namespace garant::base

#pragma once

#include <string_view>

#include "guard/nginx/nginx.h"
#include "guard/worker.h"

// Between nginx's request and the guard's: translation alone. Everything borrows the request.
namespace garant::guard::nginx {

[[nodiscard]] inline std::string_view ToText(const ngx_str_t& text) noexcept {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

// Begins `visit` of the request with what it brought.
void Arrive(ngx_http_request_t* request, Worker& worker, Visit& visit) noexcept;
// Ends it with what came of it.
void Depart(ngx_http_request_t* request, Worker& worker, const Visit& visit) noexcept;

// What comes without saying its length is made as it goes, events or pieces of an answer: none is
// held back to fill a buffer.
void PassPiecesAtOnce(ngx_http_request_t* request) noexcept;

// Adds what the guard says to an answer: the trace, and the session where it is new. What the
// service said of the trace itself goes. NGX_ERROR where there is no memory.
[[nodiscard]] ngx_int_t AddHeaders(ngx_http_request_t* request, const Worker& worker,
                                   const Visit& visit) noexcept;

}  // namespace garant::guard::nginx

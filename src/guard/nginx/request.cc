#include "guard/nginx/request.h"

#include <array>
#include <cstring>

namespace garant::guard::nginx {
namespace {

constexpr size_t kMostFields = 8;  // of one name; more than one traceparent is one too many anyway

struct Fields {
  std::array<std::string_view, kMostFields> values;
  size_t count = 0;

  void Add(std::string_view value) {
    if (count < values.size()) values[count++] = value;
  }
  [[nodiscard]] std::span<const std::string_view> all() const { return {values.data(), count}; }
};

template <typename Visitor>
void EachField(const ngx_list_t& list, Visitor visit) {
  for (ngx_list_part_t const* part = &list.part; part != nullptr; part = part->next) {
    auto* fields = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) visit(fields[i]);
  }
}

std::string_view LowerKey(const ngx_table_elt_t& field) {
  if (field.lowcase_key == nullptr) return {};
  return {reinterpret_cast<const char*>(field.lowcase_key), field.key.len};
}

std::string_view PathOf(const ngx_http_request_t* request) {
  const std::string_view target = ToText(request->unparsed_uri);
  return target.substr(0, target.find_first_of("?#"));
}

// One text, as HTTP/2 and most browsers send it; copied together where there are several fields.
std::string_view CookiesOf(ngx_http_request_t* request) {
  const ngx_array_t& fields = request->headers_in.cookies;
  auto** all = static_cast<ngx_table_elt_t**>(fields.elts);
  if (fields.nelts == 0) return {};
  if (fields.nelts == 1) return ToText(all[0]->value);
  size_t size = 0;
  for (ngx_uint_t i = 0; i < fields.nelts; ++i) size += all[i]->value.len + 2;
  auto* bytes = static_cast<char*>(ngx_pnalloc(request->pool, size));
  if (bytes == nullptr) return {};
  char* at = bytes;
  for (ngx_uint_t i = 0; i < fields.nelts; ++i) {
    std::memcpy(at, all[i]->value.data, all[i]->value.len);
    at += all[i]->value.len;
    *at++ = ';';
    *at++ = ' ';
  }
  return {bytes, size};
}

uint8_t TlsOf(const ngx_connection_t* connection) {
  if (connection->ssl == nullptr) return 0;
  switch (SSL_version(connection->ssl->connection)) {
    case TLS1_3_VERSION:
      return 13;
    case TLS1_2_VERSION:
      return 12;
    case TLS1_1_VERSION:
      return 11;
    default:
      return 10;
  }
}

uint8_t HttpOf(const ngx_http_request_t* request) {
  switch (request->http_version) {
    case NGX_HTTP_VERSION_20:
      return 20;
    case NGX_HTTP_VERSION_11:
      return 11;
    case NGX_HTTP_VERSION_10:
      return 10;
    default:
      return 9;
  }
}

base::Duration WaitedFor(const ngx_array_t* states) {
  std::chrono::milliseconds waited{0};
  if (states == nullptr) return waited;
  auto* all = static_cast<ngx_http_upstream_state_t*>(states->elts);
  constexpr auto kNone = static_cast<ngx_msec_t>(-1);
  for (ngx_uint_t i = 0; i < states->nelts; ++i)
    if (all[i].response_time != kNone) waited += std::chrono::milliseconds(all[i].response_time);
  return waited;
}

base::Time Now() {
  return std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
}

ngx_int_t Add(ngx_http_request_t* request, std::string_view key, std::string_view value) {
  auto* field = static_cast<ngx_table_elt_t*>(ngx_list_push(&request->headers_out.headers));
  if (field == nullptr) return NGX_ERROR;
  const auto borrow = [](std::string_view text) {
    return ngx_str_t{text.size(), reinterpret_cast<u_char*>(const_cast<char*>(text.data()))};
  };
  field->hash = 1;
  field->key = borrow(key);
  field->value = borrow(value);
  field->lowcase_key = nullptr;
  return NGX_OK;
}

bool IsNamed(const ngx_table_elt_t& field, std::string_view lower) {
  return field.key.len == lower.size() &&
         ngx_strncasecmp(field.key.data, reinterpret_cast<u_char*>(const_cast<char*>(lower.data())),
                         lower.size()) == 0;
}

}  // namespace

void Arrive(ngx_http_request_t* request, Worker& worker, Visit& visit) noexcept {
  Fields parents;
  Fields states;
  EachField(request->headers_in.headers, [&](const ngx_table_elt_t& field) {
    const std::string_view key = LowerKey(field);
    if (key == "traceparent") parents.Add(ToText(field.value));
    if (key == "tracestate") states.Add(ToText(field.value));
  });
  worker.Begin({.now = Now(),
                .ticks = std::chrono::steady_clock::now(),
                .path = PathOf(request),
                .cookies = CookiesOf(request),
                .traceparents = parents.all(),
                .tracestates = states.all()},
               visit);
}

void Depart(ngx_http_request_t* request, Worker& worker, const Visit& visit) noexcept {
  const ngx_connection_t* connection = request->connection;
  const ngx_uint_t status =
      request->err_status != 0 ? request->err_status : request->headers_out.status;
  worker.End(visit, {.ticks = std::chrono::steady_clock::now(),
                     .upstream = WaitedFor(request->upstream_states),
                     .received = static_cast<uint64_t>(request->request_length),
                     .sent = static_cast<uint64_t>(connection->sent),
                     .method = ToText(request->method_name),
                     .path = PathOf(request),
                     .client = ToText(connection->addr_text),
                     .status = static_cast<uint16_t>(status),
                     .asked = request->upstream_states != nullptr,
                     .client_left = connection->error != 0,
                     .http = HttpOf(request),
                     .tls = TlsOf(connection)});
}

void PassPiecesAtOnce(ngx_http_request_t* request) noexcept {
  if (request->upstream == nullptr) return;
  const std::string_view type = ToText(request->headers_out.content_type);
  if (request->upstream->headers_in.content_length_n < 0 || type.starts_with("text/event-stream"))
    request->upstream->buffering = 0;
}

ngx_int_t AddHeaders(ngx_http_request_t* request, const Worker& worker,
                     const Visit& visit) noexcept {
  constexpr std::string_view kAnswer = "traceresponse";
  EachField(request->headers_out.headers, [&](ngx_table_elt_t& field) {
    if (IsNamed(field, kAnswer)) field.hash = 0;  // nginx's way to leave one out
  });
  if (Add(request, kAnswer, {visit.traceparent.data(), visit.traceparent.size()}) != NGX_OK)
    return NGX_ERROR;
  if (!visit.new_session) return NGX_OK;
  constexpr std::string_view kAttributes = "; Path=/; Secure; HttpOnly; SameSite=Lax";
  const std::string_view name = worker.settings().session_cookie;
  const size_t size = name.size() + 1 + visit.session.size() + kAttributes.size();
  auto* bytes = static_cast<char*>(ngx_pnalloc(request->pool, size));
  if (bytes == nullptr) return NGX_ERROR;
  char* at = bytes;
  const auto put = [&at](std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  };
  put(name);
  put("=");
  put({visit.session.data(), visit.session.size()});
  put(kAttributes);
  return Add(request, "Set-Cookie", {bytes, size});
}

}  // namespace garant::guard::nginx

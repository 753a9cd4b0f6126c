#include "harden/http_client.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>

namespace garant::harden {
namespace {

constexpr size_t kMostHeaderBytes = 256U << 10U;
constexpr size_t kMostHeaders = 512;
constexpr char kAgent[] = "garant-probe/0.1";

struct Transfer {
  curl_socket_t socket = CURL_SOCKET_BAD;
  Answer answer;
  size_t header_bytes = 0;
  size_t most_body = 0;
  bool too_much_header = false;
  bool began = false;  // a status line came
  char said[CURL_ERROR_SIZE] = {};
};

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.remove_suffix(1);
  return text;
}

// A server that sends head and body apart waits for our acknowledgement of the first, which the
// system would put off by 40 ms on a connection that is used again.
void AcknowledgeAtOnce(curl_socket_t descriptor) {
  const int on = 1;
  if (descriptor != CURL_SOCKET_BAD)
    setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

int OnSocket(void* to, curl_socket_t descriptor, curlsocktype) {
  *static_cast<curl_socket_t*>(to) = descriptor;
  return CURL_SOCKOPT_OK;
}

size_t OnHeader(char* data, size_t, size_t size, void* to) {
  Transfer& transfer = *static_cast<Transfer*>(to);
  transfer.header_bytes += size;
  transfer.began = transfer.began || std::string_view(data, size).starts_with("HTTP/");
  if (transfer.header_bytes > kMostHeaderBytes || transfer.answer.headers.size() > kMostHeaders) {
    transfer.too_much_header = true;
    return 0;
  }
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    transfer.answer.headers.clear();  // after a 1xx
    AcknowledgeAtOnce(transfer.socket);
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.starts_with("HTTP/")) return size;
  std::string name(Trimmed(line.substr(0, colon)));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  transfer.answer.headers.emplace_back(std::move(name), Trimmed(line.substr(colon + 1)));
  return size;
}

size_t OnBody(char* data, size_t, size_t size, void* to) {
  Transfer& transfer = *static_cast<Transfer*>(to);
  const size_t room = transfer.most_body - transfer.answer.body.size();
  transfer.answer.body.append(data, std::min(size, room));
  if (size <= room) return size;
  transfer.answer.truncated = true;
  return 0;
}

// What the library says of a header that it will not read, in words of ours.
base::Text WhyUnreadable(CURLcode code, const Transfer& transfer) {
  if (transfer.too_much_header || code == CURLE_OUT_OF_MEMORY)
    return {
        "its header is too large (at most 256 KiB, 512 lines and 100 KiB a line are read)",
        "son en-tête est trop grand (au plus 256 Kio, 512 lignes et 100 Kio par ligne sont lus)"};
  const std::string said = transfer.said[0] != 0 ? transfer.said : curl_easy_strerror(code);
  if (said.find("Nul") != std::string::npos)
    return {"its header holds a NUL byte", "son en-tête contient un octet nul"};
  return base::Filled("it is malformed or breaks off ({})",
                      "elle est mal formée ou s’interrompt ({})", {said});
}

base::Error Failure(CURLcode code, const Url& url, const Transfer& transfer) {
  const std::string at = url.Authority() + url.path;
  const std::string told = curl_easy_strerror(code);
  if (code != CURLE_OPERATION_TIMEDOUT && transfer.began)
    return {base::Code::kUnsupported,
            base::Filled("{}: the answer cannot be read: {}", "{} : la réponse est illisible : {}",
                         {at, WhyUnreadable(code, transfer)}),
            {}};
  return {code == CURLE_OPERATION_TIMEDOUT ? base::Code::kConflict : base::Code::kIo,
          base::Filled("{}: {}", "{} : {}", {at, told}),
          {}};
}

}  // namespace

struct HttpClient::State {
  CURL* handle = nullptr;
  curl_socket_t socket = CURL_SOCKET_BAD;  // the latest that curl opened
  Limits limits;
  Deadline deadline;

  ~State() { curl_easy_cleanup(handle); }
  void SetOptions(const Url& url, Transfer& transfer, curl_slist* route);
};

void HttpClient::State::SetOptions(const Url& url, Transfer& transfer, curl_slist* route) {
  curl_easy_reset(handle);
  const std::string address = url.ToString();
  const auto left = std::min(limits.request, TimeLeft(deadline));
  curl_easy_setopt(handle, CURLOPT_URL, address.c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECT_TO, route);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, kAgent);
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<long>(1, left.count())));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  // An endpoint that only speaks an old version must be seen, not taken for one that is silent.
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
  curl_easy_setopt(handle, CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");
  curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, OnSocket);
  curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, &socket);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.said);
}

std::string_view Answer::Header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::vector<std::string_view> Answer::Headers(std::string_view name) const {
  std::vector<std::string_view> result;
  for (const auto& [key, value] : headers)
    if (key == name) result.push_back(value);
  return result;
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::~HttpClient() = default;

base::Result<std::unique_ptr<HttpClient>> HttpClient::Create(const Limits& limits,
                                                             Deadline deadline) {
  static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto state = std::make_unique<State>();
  state->handle = kStarted == CURLE_OK ? curl_easy_init() : nullptr;
  if (state->handle == nullptr)
    return base::Error{base::Code::kIo,
                       {"the HTTP client (libcurl) could not be started",
                        "le client HTTP (libcurl) n’a pas pu démarrer"},
                       {}};
  state->limits = limits;
  state->deadline = deadline;
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(state)));
}

base::Result<Answer> HttpClient::Get(const Url& url, const Endpoint& endpoint,
                                     const std::string& header) {
  if (TimeLeft(state_->deadline).count() == 0)
    return base::Error{
        base::Code::kConflict,
        {"the time for this run is over", "le temps prévu pour cette exécution est écoulé"},
        {}};
  const bool v6 = endpoint.address.find(':') != std::string::npos;
  const std::string to = "::" + (v6 ? "[" + endpoint.address + "]" : endpoint.address) + ":" +
                         std::to_string(endpoint.port);
  curl_slist* const route = curl_slist_append(nullptr, to.c_str());
  curl_slist* const more = header.empty() ? nullptr : curl_slist_append(nullptr, header.c_str());
  Transfer transfer;
  transfer.socket = state_->socket;
  transfer.most_body = state_->limits.page_bytes;
  state_->SetOptions(url, transfer, route);
  curl_easy_setopt(state_->handle, CURLOPT_HTTPHEADER, more);
  const CURLcode code = curl_easy_perform(state_->handle);
  long status = 0;
  curl_easy_getinfo(state_->handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_setopt(state_->handle, CURLOPT_CONNECT_TO, nullptr);
  curl_easy_setopt(state_->handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(state_->handle, CURLOPT_HTTPHEADER, nullptr);
  curl_slist_free_all(route);
  curl_slist_free_all(more);
  transfer.answer.status = static_cast<int>(status);
  const bool answered = status >= 200 && !transfer.too_much_header;
  if (code != CURLE_OK && !(answered && !transfer.answer.body.empty()))
    return Failure(code, url, transfer);
  if (!answered) return Failure(CURLE_WEIRD_SERVER_REPLY, url, transfer);
  if (code != CURLE_OK) transfer.answer.truncated = true;
  return std::move(transfer.answer);
}

}  // namespace garant::harden

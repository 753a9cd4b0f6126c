#include "guard/render.h"

#include <algorithm>
#include <string_view>

#include "guard/settings.h"

namespace garant::guard {
namespace {

using base::Code;
using base::Error;
using base::Filled;

// Within quotes nginx reads $ as a variable and \ as an escape; nothing else does harm.
bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\'' && c != '\\' && c != '$' && c != ';' &&
           c != '{' && c != '}';
  });
}

bool IsHost(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' ||
           c == '[' || c == ']';
  });
}

base::Status Check(const char* option, const std::string& text) {
  if (!text.empty() && IsPlain(text)) return base::Ok{};
  return Error{Code::kInvalid,
               Filled("{} cannot stand in nginx's configuration: '{}'",
                      "{} ne peut figurer dans la configuration de nginx : « {} »", {option, text}),
               {}};
}

// "host:port" of an origin, and whether it speaks TLS.
struct Origin {
  std::string authority;
  bool secure = false;
};
base::Result<Origin> ReadOrigin(const std::string& text) {
  Origin origin;
  std::string_view rest = text;
  origin.secure = rest.starts_with("https://");
  if (!origin.secure && !rest.starts_with("http://")) rest = {};
  rest.remove_prefix(std::min<size_t>(rest.size(), origin.secure ? 8 : 7));
  if (rest.ends_with('/')) rest.remove_suffix(1);
  origin.authority = rest;
  if (!IsHost(origin.authority))
    return Error{Code::kInvalid,
                 Filled("the service's own address must be http://HOST:PORT or https://HOST:PORT, "
                        "not '{}': name it with --origin",
                        "l’adresse du service lui-même doit être http://HÔTE:PORT ou "
                        "https://HÔTE:PORT, et non « {} » : nommez-la avec --origin",
                        {text}),
                 {}};
  return origin;
}

std::string PortSuffix(uint16_t port) { return port == 443 ? "" : ":" + std::to_string(port); }

// Lines with an indentation, each ended.
class Lines {
 public:
  Lines& Add(const std::string& line) {
    if (!line.empty() && line[0] == '}') --depth_;
    if (!line.empty()) text_.append(2 * depth_, ' ').append(line);
    text_ += '\n';
    if (line.ends_with('{')) ++depth_;
    return *this;
  }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  size_t depth_ = 0;
};

std::string Quoted(const std::string& text) { return '"' + text + '"'; }

class Writer {
 public:
  Writer(const Stand& stand, const Settings& settings, const Origin& origin)
      : stand_(stand), settings_(settings), origin_(origin) {}

  std::string Write() {
    Top();
    lines_.Add("http {");
    Http();
    PlainServer();
    SecureServer();
    lines_.Add("}");
    return lines_.Take();
  }

 private:
  void Top() {
    lines_.Add("# Made by garant guard render for " + settings_.service + " (" +
               settings_.declared + ").");
    lines_.Add("# Edit the service file, not this: garant guard diff shows what was changed here.");
    lines_.Add("load_module " + Quoted(stand_.module) + ";");
    lines_.Add("worker_processes auto;");
    lines_.Add("worker_shutdown_timeout 30s;");
    if (!stand_.user.empty()) lines_.Add("user " + stand_.user + ";");
    if (stand_.own_folders) {
      lines_.Add("pid " + Quoted(stand_.folder + "/nginx.pid") + ";");
      lines_.Add("error_log " + Quoted(stand_.folder + "/error.log") + " notice;");
    } else {
      lines_.Add("pid /run/nginx.pid;");
      lines_.Add("error_log /var/log/nginx/error.log notice;");
    }
    lines_.Add("events {").Add("worker_connections 4096;").Add("}").Add("");
  }

  void Http() {
    lines_.Add("garant_settings " + Quoted(stand_.folder + "/guard.json") + ";");
    lines_.Add("garant_spool " + Quoted(stand_.spool) + ";");
    lines_.Add("garant on;");
    lines_.Add("# The trail holds what an access log would, without the people in clear.");
    lines_.Add("access_log off;");
    lines_.Add("server_tokens off;");
    lines_.Add("default_type application/octet-stream;");
    if (stand_.own_folders)
      for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        lines_.Add(std::string(kind) + "_temp_path " +
                   Quoted(stand_.folder + "/temporary/" + kind) + ";");
    lines_.Add("");
    lines_.Add(
        "# No other protocol than WebSocket: through a connection that was switched to HTTP/2,");
    lines_.Add("# requests would pass that nobody sees.");
    lines_.Add("map $http_upgrade $garant_upgrade {");
    lines_.Add("default '';").Add("~*^websocket$ websocket;").Add("}");
    lines_.Add("map $garant_upgrade $garant_connection {");
    lines_.Add("default upgrade;").Add("'' '';").Add("}");
    lines_.Add("# A policy of the service's own stands.");
    lines_.Add("map $upstream_http_content_security_policy $garant_content_security {");
    lines_.Add("default '';");
    lines_.Add(
        "'' \"default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'\";");
    lines_.Add("}");
    lines_.Add("map $upstream_http_cache_control $garant_cache_control {");
    lines_.Add("default '';").Add("'' no-store;").Add("}").Add("");
    lines_.Add("upstream garant_origin {");
    lines_.Add("server " + origin_.authority + ";").Add("keepalive 32;").Add("}").Add("");
  }

  void Listen(uint16_t port, const std::string& how) {
    const std::string number = std::to_string(port);
    if (!stand_.listen.empty()) {
      lines_.Add("listen " + stand_.listen + ":" + number + how + ";");
      return;
    }
    lines_.Add("listen " + number + how + ";");
    lines_.Add("listen [::]:" + number + how + ";");
  }

  void PlainServer() {
    lines_.Add("server {");
    Listen(stand_.http_port, "");
    lines_.Add("server_name " + stand_.host + ";");
    lines_.Add("return 308 https://" + stand_.host + PortSuffix(stand_.https_port) +
               "$request_uri;");
    lines_.Add("}").Add("");
  }

  void SecureServer() {
    lines_.Add("server {");
    Listen(stand_.https_port, " ssl http2");
    lines_.Add("server_name " + stand_.host + ";");
    lines_.Add("ssl_certificate " + Quoted(stand_.certificate) + ";");
    lines_.Add("ssl_certificate_key " + Quoted(stand_.key) + ";");
    Tls();
    lines_.Add(
        "# A request for another host is not this service's: neither links nor caches of it may");
    lines_.Add("# come from a name that somebody else chose.");
    lines_.Add("if ($host != " + Quoted(stand_.host) + ") {").Add("return 421;").Add("}");
    Headers();
    Location();
    lines_.Add("}");
  }

  void Tls() {
    lines_.Add("ssl_protocols TLSv1.2 TLSv1.3;");
    lines_.Add(
        "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
        "ECDHE-RSA-CHACHA20-POLY1305;");
    lines_.Add("ssl_prefer_server_ciphers off;");
    lines_.Add("ssl_session_cache shared:garant:4m;");
    lines_.Add("ssl_session_tickets off;");
  }

  // Those of the service are put aside, so that none stands twice and none weakens what is here.
  void Headers() {
    static constexpr std::pair<const char*, const char*> kHeaders[] = {
        {"Strict-Transport-Security", "\"max-age=31536000; includeSubDomains\""},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "strict-origin-when-cross-origin"},
    };
    for (const auto& [name, value] : kHeaders) {
      lines_.Add("proxy_hide_header " + std::string(name) + ";");
      lines_.Add("add_header " + std::string(name) + " " + value + " always;");
    }
    lines_.Add("add_header Content-Security-Policy $garant_content_security always;");
    lines_.Add("add_header Cache-Control $garant_cache_control always;");
    lines_.Add("proxy_hide_header X-Powered-By;");
    lines_.Add("proxy_cookie_flags ~ secure httponly samesite=lax;");
  }

  void Location() {
    const std::string host = stand_.host + PortSuffix(stand_.https_port);
    lines_.Add("location / {");
    lines_.Add(std::string("proxy_pass ") + (origin_.secure ? "https" : "http") +
               "://garant_origin;");
    if (origin_.secure) lines_.Add("proxy_ssl_server_name on;");
    lines_.Add("proxy_http_version 1.1;");
    lines_.Add("# Not what was sent: beside a whole URL in the request line it may be any name.");
    lines_.Add("proxy_set_header Host " + host + ";");
    lines_.Add("proxy_set_header X-Forwarded-For $remote_addr;");
    lines_.Add("proxy_set_header X-Forwarded-Proto https;");
    lines_.Add("proxy_set_header X-Forwarded-Host " + host + ";");
    lines_.Add("proxy_set_header Forwarded '';");
    lines_.Add("proxy_set_header Upgrade $garant_upgrade;");
    lines_.Add("proxy_set_header HTTP2-Settings '';");
    lines_.Add("proxy_set_header Connection $garant_connection;");
    lines_.Add("proxy_set_header traceparent $garant_traceparent;");
    lines_.Add("proxy_set_header tracestate $garant_tracestate;");
    lines_.Add("# What is sent is passed on as it comes: the service bounds what it takes.");
    lines_.Add("client_max_body_size 0;");
    lines_.Add("proxy_request_buffering off;");
    lines_.Add("# Cookies and policies of a service fill more than a page of memory.");
    lines_.Add("proxy_buffer_size 16k;").Add("proxy_buffers 8 16k;");
    lines_.Add("proxy_busy_buffers_size 32k;");
    lines_.Add("# Its answers are answers, not orders.");
    lines_.Add(
        "proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate "
        "X-Accel-Charset;");
    lines_.Add("# Event streams and WebSockets may be quiet for long.");
    lines_.Add("proxy_read_timeout 10m;").Add("proxy_send_timeout 10m;");
    lines_.Add("}");
  }

  const Stand& stand_;
  const Settings& settings_;
  const Origin& origin_;
  Lines lines_;
};

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

base::Result<Rendered> Render(const service::Model& model, const Stand& stand) {
  TRY(Check("--folder", stand.folder));
  TRY(Check("--spool", stand.spool));
  TRY(Check("--module", stand.module));
  TRY(Check("--certificate", stand.certificate));
  TRY(Check("--key", stand.key));
  if (!stand.user.empty()) TRY(Check("user", stand.user));
  for (const std::string& host : {stand.host, stand.listen.empty() ? stand.host : stand.listen})
    if (!IsHost(host))
      return Error{Code::kInvalid,
                   Filled("'{}' is no host that a guard could stand for",
                          "« {} » n’est pas un hôte qu’un garde pourrait représenter", {host}),
                   {}};
  const Origin origin = TRY(ReadOrigin(stand.origin));
  const Settings settings = SettingsOf(model);
  return Rendered{.nginx = Writer(stand, settings, origin).Write(), .settings = ToJson(settings)};
}

std::string DifferenceOf(const std::string& old_text, const std::string& new_text) {
  const auto old = LinesOf(old_text);
  const auto now = LinesOf(new_text);
  // The longest common subsequence, from the end.
  std::vector<std::vector<uint32_t>> common(old.size() + 1,
                                            std::vector<uint32_t>(now.size() + 1, 0));
  for (size_t i = old.size(); i-- > 0;)
    for (size_t j = now.size(); j-- > 0;)
      common[i][j] = old[i] == now[j] ? common[i + 1][j + 1] + 1
                                      : std::max(common[i + 1][j], common[i][j + 1]);
  constexpr size_t kAround = 2;
  std::vector<std::pair<char, std::string_view>> all;
  for (size_t i = 0, j = 0; i < old.size() || j < now.size();) {
    if (i < old.size() && j < now.size() && old[i] == now[j]) {
      all.emplace_back(' ', old[i++]);
      ++j;
    } else if (i < old.size() && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
      all.emplace_back('-', old[i++]);
    } else {
      all.emplace_back('+', now[j++]);
    }
  }
  std::string text;
  for (size_t i = 0; i < all.size(); ++i) {
    const size_t first = i < kAround ? 0 : i - kAround;
    const size_t last = std::min(i + kAround + 1, all.size());
    if (std::all_of(all.begin() + static_cast<ptrdiff_t>(first),
                    all.begin() + static_cast<ptrdiff_t>(last),
                    [](const auto& line) { return line.first == ' '; }))
      continue;
    text.append({all[i].first, ' '}).append(all[i].second).append("\n");
  }
  return text;
}

}  // namespace garant::guard

// ngx_http_garant_module: the boundary to nginx (docs/formats/guard.md, "The directives"). It
// translates and holds no logic; nothing is thrown across it.

#include <memory>
#include <new>
#include <optional>

#include "base/file.h"
#include "guard/nginx/nginx.h"
#include "guard/nginx/request.h"

namespace {

using garant::guard::Settings;
using garant::guard::Visit;
using garant::guard::Worker;
namespace base = garant::base;
namespace nginx = garant::guard::nginx;
namespace spool = garant::spool;

constexpr ngx_msec_t kHeartbeat = 10'000;

struct MainConfiguration {
  ngx_str_t settings_path;
  ngx_str_t spool_folder;
  Settings* settings;  // read with the configuration, so that `nginx -t` refuses bad ones
};
struct ServerConfiguration {
  ngx_flag_t on;
};

// Of this process: a worker has one, the master none.
std::unique_ptr<Worker>& TheWorker() {
  static std::unique_ptr<Worker> worker;
  return worker;
}
ngx_http_output_header_filter_pt next_header_filter = nullptr;
ngx_event_t heartbeat;
ngx_connection_t heartbeat_connection;

}  // namespace

extern "C" {
extern ngx_module_t ngx_http_garant_module;
}

namespace {

void LogError(ngx_log_t* log, ngx_uint_t level, const base::Error& error) {
  const std::string text = error.ToString(base::Language::kEnglish);
  ngx_log_error(level, log, 0, "garant: %*s", text.size(), text.data());
}

extern "C" {

void ForgetVisit(void* /*visit*/) {}  // its address tells our clean-up from others
void DeleteSettings(void* settings) { delete static_cast<Settings*>(settings); }

// nginx empties a request's contexts when it redirects within: then the clean-up list still has it.
Visit* FindVisit(ngx_http_request_t* request) noexcept {
  if (void* visit = ngx_http_get_module_ctx(request, ngx_http_garant_module); visit != nullptr)
    return static_cast<Visit*>(visit);
  for (ngx_pool_cleanup_t* one = request->pool->cleanup; one != nullptr; one = one->next)
    if (one->handler == ForgetVisit) return static_cast<Visit*>(one->data);
  return nullptr;
}

bool IsOn(ngx_http_request_t* request) noexcept {
  const auto* server = static_cast<ServerConfiguration*>(
      ngx_http_get_module_srv_conf(request, ngx_http_garant_module));
  return server->on == 1 && TheWorker() != nullptr;
}

ngx_int_t OnPostRead(ngx_http_request_t* request) noexcept {
  if (request != request->main || !IsOn(request) || FindVisit(request) != nullptr)
    return NGX_DECLINED;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(request->pool, sizeof(Visit));
  if (cleanup == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  auto* visit = new (cleanup->data) Visit;
  cleanup->handler = ForgetVisit;
  ngx_http_set_ctx(request, visit, ngx_http_garant_module);
  nginx::Arrive(request, *TheWorker(), *visit);
  return NGX_DECLINED;
}

ngx_int_t OnLog(ngx_http_request_t* request) noexcept {
  if (request != request->main || !IsOn(request)) return NGX_OK;
  if (const Visit* visit = FindVisit(request); visit != nullptr) {
    nginx::Depart(request, *TheWorker(), *visit);
    return NGX_OK;
  }
  Visit visit;  // of a request that broke off before it was read
  nginx::Arrive(request, *TheWorker(), visit);
  nginx::Depart(request, *TheWorker(), visit);
  return NGX_OK;
}

ngx_int_t OnHeaders(ngx_http_request_t* request) noexcept {
  if (request == request->main && IsOn(request)) {
    nginx::PassPiecesAtOnce(request);
    if (const Visit* visit = FindVisit(request); visit != nullptr)
      if (nginx::AddHeaders(request, *TheWorker(), *visit) != NGX_OK) return NGX_ERROR;
  }
  return next_header_filter(request);
}

// data: 0 the traceparent, 1 the tracestate.
ngx_int_t GetTrace(ngx_http_request_t* request, ngx_http_variable_value_t* value,
                   uintptr_t data) noexcept {
  Visit* visit = FindVisit(request->main);
  if (visit == nullptr) {
    value->not_found = 1;
    return NGX_OK;
  }
  char* const text = data == 0 ? visit->traceparent.data() : visit->tracestate.data();
  const size_t size = data == 0 ? visit->traceparent.size() : visit->tracestate_bytes;
  value->data = reinterpret_cast<u_char*>(text);
  value->len = static_cast<unsigned>(size) & 0x0FFFFFFFU;
  value->valid = 1;
  value->no_cacheable = 0;
  value->not_found = 0;
  return NGX_OK;
}

ngx_int_t AddVariables(ngx_conf_t* configuration) noexcept {
  static ngx_str_t names[] = {ngx_string("garant_traceparent"), ngx_string("garant_tracestate")};
  for (uintptr_t which = 0; which < 2; ++which) {
    ngx_http_variable_t* variable = ngx_http_add_variable(configuration, &names[which], 0);
    if (variable == nullptr) return NGX_ERROR;
    variable->get_handler = GetTrace;
    variable->data = which;
  }
  return NGX_OK;
}

ngx_int_t AddHandler(ngx_http_core_main_conf_t* core, ngx_http_phases phase,
                     ngx_http_handler_pt handler) noexcept {
  auto* slot = static_cast<ngx_http_handler_pt*>(ngx_array_push(&core->phases[phase].handlers));
  if (slot == nullptr) return NGX_ERROR;
  *slot = handler;
  return NGX_OK;
}

ngx_int_t AfterConfiguration(ngx_conf_t* configuration) noexcept {
  auto* core = static_cast<ngx_http_core_main_conf_t*>(
      ngx_http_conf_get_module_main_conf(configuration, ngx_http_core_module));
  if (AddHandler(core, NGX_HTTP_POST_READ_PHASE, OnPostRead) != NGX_OK ||
      AddHandler(core, NGX_HTTP_LOG_PHASE, OnLog) != NGX_OK)
    return NGX_ERROR;
  next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = OnHeaders;
  return NGX_OK;
}

void* MakeMain(ngx_conf_t* configuration) noexcept {
  return ngx_pcalloc(configuration->pool, sizeof(MainConfiguration));
}

char* InitMain(ngx_conf_t* configuration, void* main) noexcept {
  auto* ours = static_cast<MainConfiguration*>(main);
  if (ours->settings_path.len == 0) return nullptr;
  if (ours->spool_folder.len == 0) {
    ngx_conf_log_error(NGX_LOG_EMERG, configuration, 0,
                       "garant: garant_settings wants garant_spool beside it");
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  const std::string path(nginx::ToText(ours->settings_path));
  const auto text = base::ReadFile(path);
  auto settings =
      text ? garant::guard::ParseSettings(*text, path) : base::Result<Settings>(text.error());
  if (!settings) {
    LogError(configuration->log, NGX_LOG_EMERG, settings.error());
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(configuration->pool, 0);
  if (cleanup == nullptr) return static_cast<char*>(NGX_CONF_ERROR);
  ours->settings = new Settings(std::move(*settings));
  cleanup->handler = DeleteSettings;
  cleanup->data = ours->settings;
  return nullptr;
}

void* MakeServer(ngx_conf_t* configuration) noexcept {
  auto* ours = static_cast<ServerConfiguration*>(
      ngx_pcalloc(configuration->pool, sizeof(ServerConfiguration)));
  if (ours != nullptr) ours->on = NGX_CONF_UNSET;
  return ours;
}

char* MergeServer(ngx_conf_t* configuration, void* parent, void* child) noexcept {
  const auto* above = static_cast<ServerConfiguration*>(parent);
  auto* ours = static_cast<ServerConfiguration*>(child);
  if (ours->on == NGX_CONF_UNSET) ours->on = above->on == NGX_CONF_UNSET ? 0 : above->on;
  const auto* main = static_cast<MainConfiguration*>(
      ngx_http_conf_get_module_main_conf(configuration, ngx_http_garant_module));
  if (ours->on == 1 && main->settings_path.len == 0) {
    ngx_conf_log_error(NGX_LOG_EMERG, configuration, 0,
                       "garant: `garant on` wants garant_settings and garant_spool in http");
    return static_cast<char*>(NGX_CONF_ERROR);
  }
  return nullptr;
}

void OnHeartbeat(ngx_event_t* event) noexcept {
  if (TheWorker() != nullptr)
    TheWorker()->Beat(
        std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now()));
  if (ngx_exiting == 0) ngx_add_timer(event, kHeartbeat);
}

ngx_int_t StartProcess(ngx_cycle_t* cycle) noexcept {
  if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE) return NGX_OK;
  const auto* main = static_cast<MainConfiguration*>(
      ngx_http_cycle_get_module_main_conf(cycle, ngx_http_garant_module));
  if (main == nullptr || main->settings == nullptr) return NGX_OK;
  const base::SystemClock clock;
  auto writer = spool::Writer::Open(std::string(nginx::ToText(main->spool_folder)),
                                    spool::kUsualCapacity, clock);
  // A service that answers unrecorded is better than none: the recorder sees that a guard is
  // silent.
  if (!writer) LogError(cycle->log, NGX_LOG_ALERT, writer.error());
  TheWorker() = std::make_unique<Worker>(*main->settings, writer ? std::move(*writer) : nullptr);
  heartbeat.handler = OnHeartbeat;
  heartbeat.data = &heartbeat_connection;
  heartbeat.log = cycle->log;
  heartbeat.cancelable = 1;  // a worker that is to end does not wait for it
  OnHeartbeat(&heartbeat);
  return NGX_OK;
}

void EndProcess(ngx_cycle_t* /*cycle*/) noexcept { TheWorker().reset(); }

}  // extern "C"

ngx_command_t commands[] = {
    {ngx_string("garant_settings"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_MAIN_CONF_OFFSET, offsetof(MainConfiguration, settings_path), nullptr},
    {ngx_string("garant_spool"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_MAIN_CONF_OFFSET, offsetof(MainConfiguration, spool_folder), nullptr},
    {ngx_string("garant"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_CONF_FLAG,
     ngx_conf_set_flag_slot, NGX_HTTP_SRV_CONF_OFFSET, offsetof(ServerConfiguration, on), nullptr},
    ngx_null_command};

ngx_http_module_t context = {AddVariables, AfterConfiguration, MakeMain, InitMain,
                             MakeServer,   MergeServer,        nullptr,  nullptr};

}  // namespace

extern "C" {
ngx_module_t ngx_http_garant_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE, nullptr, nullptr,
    StartProcess,  nullptr,  nullptr,  EndProcess,      nullptr, NGX_MODULE_V1_PADDING};

// What nginx looks for in a dynamic module.
ngx_module_t* ngx_modules[] = {&ngx_http_garant_module, nullptr};
char* ngx_module_names[] = {const_cast<char*>("ngx_http_garant_module"), nullptr};
// Behind the filters that change headers, before the one that writes them.
char* ngx_module_order[] = {const_cast<char*>("ngx_http_garant_module"),
                            const_cast<char*>("ngx_http_headers_filter_module"), nullptr};
}

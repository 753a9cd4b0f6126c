#pragma once

// nginx's own headers, which are C.
extern "C" {
#include <ngx_config.h>
// Order matters: the configuration before everything.
#include <ngx_core.h>
#include <ngx_http.h>
}

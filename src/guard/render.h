#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "service/model.h"

// The guard's configuration, made of the service file (docs/formats/guard.md), so that what runs is
// what is declared and every drift shows.
namespace garant::guard {

// Where a guard stands: what the service file does not say. Paths are absolute.
struct Stand {
  std::string folder{};       // of the rendered files, and of nginx's own where `own_folders`
  std::string spool{};        // folder
  std::string module{};       // the nginx module
  std::string certificate{};  // chain, PEM
  std::string key{};          // PEM
  std::string origin{};       // http://host:port or https://host:port of the service itself
  std::string host{};         // as people write it
  std::string listen{};       // address; empty for every one
  std::string user{};         // whom nginx's workers run as; empty: whoever starts it
  uint16_t https_port = 443;
  uint16_t http_port = 80;
  bool own_folders = false;  // for trying out: an unprivileged nginx keeps everything in `folder`
};

struct Rendered {
  std::string nginx{};     // nginx.conf
  std::string settings{};  // guard.json, which nginx.conf names
};

// kInvalid for a text that nginx could read as more than a text, and for an origin that is none.
[[nodiscard]] base::Result<Rendered> Render(const service::Model& model, const Stand& stand);

// The lines that differ, "-" before those of `old` and "+" before those of `now`, with the lines
// around them; empty where nothing does.
[[nodiscard]] std::string DifferenceOf(const std::string& old, const std::string& now);

}  // namespace garant::guard

#pragma once

#include <string>

#include "cli/child.h"

// What the parts of the demo share.
namespace garant::cli {

struct Stage {
  std::string folder;  // where everything of this run lies
  std::string example;
  std::string service_file;
  std::string trail;
  std::string root_key;
  std::string report;
};

struct Running {
  Child payment;
  Child mail;
  Child service;
  std::string url;
};

}  // namespace garant::cli

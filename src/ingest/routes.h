#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/model.h"
#include "service/route_table.h"

namespace garant::ingest {

// What of a service file the clear headers of entries rest on: which routes it declares, the data
// categories of each, and the system that they are served by.
class Routes {
 public:
  explicit Routes(const service::Model& model);

  // The categories that a declared route asks for (`collection`) or shows (`about`), ascending;
  // nullptr for a route that nobody declared.
  [[nodiscard]] const std::vector<std::string>* CategoriesOf(std::string_view route) const;

  // Whether one is declared for the path of a request, as the guard would find it.
  [[nodiscard]] bool HasRoute(std::string_view path) const;
  // The system before which the guard stands; empty where none is declared.
  [[nodiscard]] const std::string& front() const { return front_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> categories_;
  service::RouteTable table_;
  std::string front_;
};

// The ids of the declared systems, and of those that are to send their events.
struct Systems {
  explicit Systems(const service::Model& model);
  std::set<std::string, std::less<>> declared;
  std::set<std::string, std::less<>> sending;
};

}  // namespace garant::ingest

#include "proof/fact_types.h"

#include <gtest/gtest.h>

#include <set>

namespace garant::proof {
namespace {

TEST(FactKinds, GiveNoFieldOfAnObservationTwice) {
  for (const expr::FieldType& kind : Types::Get().observed.fields) {
    std::set<std::string> names;
    for (const expr::FieldType& field : Types::Get().Kind(kind.name)->fields)
      EXPECT_TRUE(names.insert(field.name).second) << kind.name << "." << field.name;
  }
}

}  // namespace
}  // namespace garant::proof

#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "base/file.h"

namespace garant::trail {

// The bytes of the worked example on a page of docs/formats: the digits before "  #" in each line
// of the first block behind its heading.
inline base::Bytes ExampleOf(const std::string& name) {
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/" + name);
  EXPECT_TRUE(page) << name;
  if (!page) return {};
  std::string digits;
  size_t at = page->find("```\n", page->find("## Worked example"));
  EXPECT_NE(at, std::string::npos) << name;
  if (at == std::string::npos) return {};
  for (at += 4; page->compare(at, 3, "```") != 0; at = page->find('\n', at) + 1)
    for (size_t i = at; i < std::min(page->find("  #", at), page->find('\n', at)); ++i)
      if ((*page)[i] != ' ') digits += (*page)[i];
  const auto bytes = base::FromHex(digits);
  EXPECT_TRUE(bytes) << name;
  return bytes ? *bytes : base::Bytes();
}

}  // namespace garant::trail

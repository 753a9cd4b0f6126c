#include <iostream>

#include "verify/program.h"

int main(int argc, char** argv) {
  return garant::verify::Run({argv + 1, argv + argc}, std::cout, std::cerr);
}

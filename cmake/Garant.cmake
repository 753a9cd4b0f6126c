# Flags live on one INTERFACE target; each room is a static library, each room's tests one program.
add_library(garant_flags INTERFACE)
target_compile_features(garant_flags INTERFACE cxx_std_20)
target_include_directories(garant_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(garant_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror
                                              -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these in optimised std::string and std::variant code.
  target_compile_options(garant_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(GARANT_SANITIZE)
  target_compile_options(garant_flags INTERFACE -fsanitize=${GARANT_SANITIZE}
                                                -fno-sanitize-recover=all)
  target_link_options(garant_flags INTERFACE -fsanitize=${GARANT_SANITIZE})
endif()
# What fuzzers are to see the inside of: rooms, not their tests.
set(GARANT_SEEN_BY_FUZZERS $<$<BOOL:${GARANT_FUZZ}>:-fsanitize=fuzzer-no-link>)
find_program(GARANT_MOLD mold)
if(GARANT_MOLD)
  target_link_options(garant_flags INTERFACE -fuse-ld=mold)
endif()

# What a program links that is to allocate quickly (docs/decisions/0005-jemalloc.md); sanitizers
# bring an allocator of their own.
add_library(garant_allocator INTERFACE)
if(NOT GARANT_SANITIZE)
  target_link_libraries(garant_allocator INTERFACE PkgConfig::JEMALLOC)
endif()

# What every room includes, compiled once. Only for clang: GCC gains little by it, and whoever forgets
# an include is to hear of it.
set(GARANT_COMMON_HEADERS <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory>
                          <optional> <set> <span> <string> <string_view> <variant> <vector>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_library(garant_room_headers OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(garant_room_headers PRIVATE garant_flags)
  target_compile_options(garant_room_headers PRIVATE ${GARANT_SEEN_BY_FUZZERS})
  target_precompile_headers(garant_room_headers PRIVATE ${GARANT_COMMON_HEADERS})
endif()

# garant_room(name SOURCES … ROOMS … LIBRARIES …): ROOMS are the rooms that it may include.
function(garant_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(garant_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(garant_${name} PUBLIC garant_flags)
  target_compile_options(garant_${name} PRIVATE ${GARANT_SEEN_BY_FUZZERS})
  foreach(room IN LISTS ROOM_ROOMS)
    target_link_libraries(garant_${name} PUBLIC garant_${room})
  endforeach()
  target_link_libraries(garant_${name} PRIVATE ${ROOM_LIBRARIES})
  if(TARGET garant_room_headers)
    target_precompile_headers(garant_${name} REUSE_FROM garant_room_headers)
  endif()
endfunction()

# What tests compile with: half the time of a build went into making them fast, and of the rest half
# into reading the same headers, which are compiled once here. A test still names what it uses.
if(GARANT_TESTS)
  add_library(garant_test_flags INTERFACE)
  target_link_libraries(garant_test_flags INTERFACE garant_flags GTest::gmock GTest::gtest_main)
  target_compile_options(garant_test_flags INTERFACE $<$<CONFIG:Debug>:-O0>)
  target_compile_definitions(garant_test_flags INTERFACE GARANT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_library(garant_test_headers OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(garant_test_headers PRIVATE garant_test_flags)
  set_target_properties(garant_test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(garant_test_headers PRIVATE -fPIE)  # as a program, not as a library
  target_precompile_headers(garant_test_headers PRIVATE ${GARANT_COMMON_HEADERS} <gmock/gmock.h>
                                                        <gtest/gtest.h>)
endif()

# garant_test(room SOURCES … LIBRARIES …): the room's tests, one program, run from the source tree.
function(garant_test name)
  if(NOT GARANT_TESTS)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(garant_${name}_test ${TEST_SOURCES})
  target_link_libraries(garant_${name}_test PRIVATE garant_${name} garant_test_flags ${TEST_LIBRARIES})
  target_precompile_headers(garant_${name}_test REUSE_FROM garant_test_headers)
  set_property(GLOBAL APPEND PROPERTY GARANT_UNIT_TESTS garant_${name}_test)
  gtest_discover_tests(garant_${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                       TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
endfunction()

# garant_fuzz(room PATH): src/<room>/<PATH>_fuzz.cc, with the corpus of its name in fuzz/corpus/.
function(garant_fuzz room path)
  if(NOT GARANT_FUZZ)
    return()
  endif()
  get_filename_component(name ${path} NAME)
  add_executable(${name}_fuzz ${PROJECT_SOURCE_DIR}/src/${room}/${path}_fuzz.cc)
  target_link_libraries(${name}_fuzz PRIVATE garant_${room})
  target_compile_options(${name}_fuzz PRIVATE ${GARANT_SEEN_BY_FUZZERS})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY GARANT_FUZZERS ${name}_fuzz)
endfunction()

# shellcheck shell=bash
# What the scripts of the front door share. Source it with the repository's top as the working folder.

cores=$(nproc)

# What one clone compiled, another need not: ccache sees paths below this folder as relative.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=true
# What ccache asks for to work with precompiled headers (cmake/Garant.cmake).
export CCACHE_SLOPPINESS=pch_defines,time_macros

die() {
  echo "$*" >&2
  exit 2
}

# build PRESET [TARGET…]: configures and builds, quietly unless it fails.
build() {
  local preset=$1 log targets=()
  shift
  [ $# -eq 0 ] || targets=(--target "$@")
  mkdir -p build
  log=build/$preset.log
  if cmake --preset "$preset" </dev/null >"$log" 2>&1 &&
    cmake --build --preset "$preset" -j "$cores" "${targets[@]}" </dev/null >>"$log" 2>&1; then
    return 0
  fi
  echo "The build of preset $preset failed (all of it: $log):" >&2
  # ninja prints what a failed command said right after "FAILED"; the first of them says the most.
  if grep -q '^FAILED' "$log"; then grep -m1 -A60 '^FAILED' "$log" >&2; else tail -n 40 "$log" >&2; fi
  return 1
}

# fuzzers: the names of the fuzz targets that are built, one a line.
fuzzers() {
  local program
  for program in build/asan/src/*/*_fuzz; do
    [ -x "$program" ] && basename "$program" _fuzz
  done
}

# run_fuzzer NAME SECONDS: new inputs go to build/fuzz/corpus, what fails to build/fuzz/failures.
run_fuzzer() {
  local name=$1 seconds=$2 program dictionary options=()
  program=$(echo build/asan/src/*/"$name"_fuzz)
  [ -x "$program" ] || die "There is no fuzz target $name. There are: $(fuzzers | tr '\n' ' ')"
  mkdir -p "build/fuzz/corpus/$name" build/fuzz/failures
  dictionary=fuzz/$name.dict
  [ -f "$dictionary" ] && options+=("-dict=$dictionary")
  local folders=("build/fuzz/corpus/$name")
  [ -d "fuzz/corpus/$name" ] && folders+=("fuzz/corpus/$name")
  "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/failures/$name-" "${options[@]}" "${folders[@]}" </dev/null
}

#!/usr/bin/env bash
# Runs the whole suite under every setting of vectors and of compiling, and prints one line for each. It ends with an error if a
# test failed, if a run did not come to its end, or if what a run names was not in force, which each run proves first. The results
# of every operation must have the bits of the first run wherever both compute with the same instructions, and lie within the bound
# of roundings elsewhere.
# Arguments go to every run:
#   tests/matrix.sh -class 'VecNet.Tests.MatMul*'
# The last row is ARM64 under an emulator, which is slow: properties have 20 cases there unless VECNET_PROPERTY_CASES says otherwise, and
# VECNET_ARM64_TESTS has other arguments for it; it then does without the comparison of results, which takes some minutes there.
# VECNET_OWN_VECTORS_TESTS has other arguments for the rows with the machine's own vectors, for a caller who has run the suite with them;
# each of these rows still compares the results of every operation.
# Needs the .NET 10 SDK. The logs stay in artifacts/matrix.
set -uo pipefail
cd "$(dirname "$0")/.."

dll=tests/VecNet.Tests/bin/Release/net10.0/VecNet.Tests.dll
width_test=VecNet.Tests.VectorWidthTests.The_width_that_the_run_names_is_in_force
logs=artifacts/matrix
results_test=VecNet.Tests.OperationResultTests.Results_are_those_of_other_processes
mode_test=VecNet.Tests.JitModeTests.The_mode_that_the_run_names_is_in_force
unset "${!DOTNET_Enable@}" "${!DOTNET_MaxVectorTBitWidth@}" "${!DOTNET_PreferredVectorBitWidth@}" "${!DOTNET_Tiered@}"

has() { grep -qsw "$1" /proc/cpuinfo; }
own=vector128 without512=- beside128=- beside512=- preferred256=-
if has avx2; then own=vector256; fi
if has avx512f && has avx512bw && has avx512cd && has avx512dq && has avx512vl; then
  own=avx512+vector256 without512=vector256 beside128=avx512+vector128 beside512=avx512+vector512 preferred256='avx512, vector256 preferred'
fi

status=0
line() { printf '%-28s %-39s %7s %7s %7s %7s\n' "$@"; }

# The number behind "$2: " in the last summary of a log.
count() { grep -E '^ *VecNet.Tests +Total: ' "$1" | tail -n 1 | grep -Eo "$2: [0-9]+" | grep -Eo '[0-9]+$'; }

# run SETTING VECTORS [MODE]: one line of the table, for the tests that $runner starts.
runner=(dotnet "$dll")
proofs=(-method "$width_test" -method "$mode_test" -method "$results_test")
run() {
  local setting=$1 expected=$2 mode=${3:-tiered+pgo} log="$logs/$1.log" began=$SECONDS passed failed skipped
  local variables=("VECNET_EXPECT=$expected" "VECNET_EXPECT_JIT=$mode" "VECNET_RESULTS=$PWD/$logs/results.bin")
  if [ "$expected" = - ]; then
    line "$setting" 'not here' - - - -
    return
  fi
  if [ "${setting/=/}" != "$setting" ]; then variables+=("DOTNET_$setting"); fi

  env "${variables[@]}" "${runner[@]}" -noColor "${proofs[@]}" > "$log" 2>&1
  if [ $? -ne 0 ] || ! grep -q "Total: $((${#proofs[@]} / 2)), Errors: 0, Failed: 0, Skipped: 0, Not Run: 0" "$log"; then
    line "$setting" "not $expected, $mode, same results" 0 1 0 $((SECONDS - began))
    status=1
    return
  fi

  local tests=("${arguments[@]}")
  if [ "$expected" = "$own" ] && [ -n "${VECNET_OWN_VECTORS_TESTS:-}" ]; then read -ra tests <<< "$VECNET_OWN_VECTORS_TESTS"; fi
  env "${variables[@]}" "${runner[@]}" -noColor "${tests[@]}" > "$log" 2>&1 || status=1
  failed=$(($(count "$log" Errors || echo 0) + $(count "$log" Failed || echo 1)))
  skipped=$(count "$log" Skipped || echo 0)
  passed=$(($(count "$log" Total || echo 1) - failed - skipped - $(count "$log" 'Not Run' || echo 0)))
  if [ "$failed" -ne 0 ] || [ "$passed" -le 0 ]; then status=1; fi
  line "$setting" "$expected, $mode" "$passed" "$failed" "$skipped" $((SECONDS - began))
}

arguments=("$@")
mkdir -p "$logs"
rm -f "$logs/results.bin"
dotnet build tests/VecNet.Tests -c Release -nologo > "$logs/build.log" 2>&1 || { cat "$logs/build.log"; exit 1; }

line setting 'in force' passed failed skipped seconds
run default "$own"
run EnableAVX512=0 "$without512"
run EnableAVX2=0 vector128
run EnableHWIntrinsic=0 scalar
run PreferredVectorBitWidth=256 "$preferred256"
run MaxVectorTBitWidth=128 "$beside128"
run MaxVectorTBitWidth=512 "$beside512"
run TieredCompilation=0 "$own" optimized
run TieredPGO=0 "$own" tiered
if ! command -v qemu-aarch64 > /dev/null; then
  line linux-arm64 'not here: no qemu-aarch64' - - - -
elif ! tests/arm64.sh --build-only > "$logs/linux-arm64.log" 2>&1; then
  line linux-arm64 'does not build' 0 1 0 -
  tail -n 5 "$logs/linux-arm64.log"
  status=1
else
  unset VECNET_OWN_VECTORS_TESTS
  export VECNET_PROPERTY_CASES=${VECNET_PROPERTY_CASES:-20}
  runner=(tests/arm64.sh --no-build)
  if [ -n "${VECNET_ARM64_TESTS:-}" ]; then
    read -ra arguments <<< "$VECNET_ARM64_TESTS"
    proofs=(-method "$width_test" -method "$mode_test")
  fi
  run linux-arm64 vector128
fi

if [ "$status" -ne 0 ]; then
  echo "Not all is well; see $logs."
  grep -sEH '\[FAIL\]|Fatal error|^Unhandled' "$logs"/*.log
fi
exit "$status"

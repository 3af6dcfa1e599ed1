#!/usr/bin/env bash
# Runs tests as a program for Linux on ARM64 under the emulator qemu-aarch64. Arguments go to the run:
#   tests/arm64.sh -class 'VecNet.Tests.MatMul*'
# With --build-only as the first argument it only builds, with --no-build it runs what was built before. With --aot it publishes the
# program of tests/VecNet.Aot with NativeAOT, which needs clang and lld, and runs it instead; that takes some minutes.
# Needs the .NET 10 SDK and, on Debian, the package qemu-user. The system libraries of ARM64 are downloaded into artifacts/arm64 from the
# package sources of this system, and the runtime comes from NuGet; nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/artifacts/arm64
what=
case "${1:-}" in --build-only | --no-build | --aot) what=$1; shift ;; esac
packages=(libc6 libstdc++6 libgcc-s1 zlib1g libssl3)
if [ "$what" = --aot ]; then
  folder+=-aot
  packages+=(libc6-dev linux-libc-dev "libgcc-$(gcc -dumpversion | cut -d. -f1)-dev" zlib1g-dev)
fi

command -v qemu-aarch64 > /dev/null || { echo "error: qemu-aarch64 is not installed (Debian: apt install qemu-user)." >&2; exit 1; }

if [ "$what" != --no-build ]; then
  # Another architecture's package lists are kept apart from those of the system.
  if ! [ -e "$folder/root/lib/ld-linux-aarch64.so.1" ]; then
    mkdir -p "$folder"/{root,debs,lists/partial,cache/archives/partial}
    touch "$folder/status"
    apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o "Dir::State::lists=$folder/lists"
      -o "Dir::State::status=$folder/status" -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root)
    "${apt[@]}" update
    (cd "$folder/debs" && "${apt[@]}" download "${packages[@]}")
    for package in "$folder"/debs/*.deb; do
      dpkg -x "$package" "$folder/root"
    done
  fi

  if [ "$what" = --aot ]; then
    dotnet publish tests/VecNet.Aot -c Release -r linux-arm64 --artifacts-path "$folder/built" -o "$folder/published" \
      -p:SysRoot="$folder/root" -p:LinkerFlavor=lld -p:ObjCopyName=llvm-objcopy
    QEMU_LD_PREFIX="$folder/root" exec qemu-aarch64 "$folder/published/VecNet.Aot" train "$folder/model.safetensors"
  fi

  dotnet publish tests/VecNet.Tests -c Release -r linux-arm64 --self-contained -p:RunAnalyzers=false -nologo -o "$folder/tests" \
    > "$folder/publish.log" 2>&1 || { cat "$folder/publish.log"; exit 1; }

  # Tests start the tool and themselves with "dotnet FILE.dll": here that is the program of the same name, emulated. Files that were not
  # published for ARM64 run as they are.
  mkdir -p "$folder/bin"
  cat > "$folder/bin/dotnet" << SHIM
#!/bin/sh
program=\${1%.dll}
[ -x "\$program" ] || exec "$(command -v dotnet)" "\$@"
shift
exec qemu-aarch64 "\$program" "\$@"
SHIM
  chmod +x "$folder/bin/dotnet"
fi
if [ "$what" = --build-only ]; then exit; fi

# The emulator does not support memory that is mapped twice, and there is no ICU.
export QEMU_LD_PREFIX="$folder/root" DOTNET_EnableWriteXorExecute=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 PATH="$folder/bin:$PATH"
exec qemu-aarch64 "$folder/tests/VecNet.Tests" -noColor "$@"

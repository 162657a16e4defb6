#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Tandem's Debian package for another processor, tests it under emulation, and has lintian read it.
set -eu

LAB=$(cd "$(dirname "$0")/lab" && pwd)
SOURCE=$(cd "$LAB/../.." && pwd)
. "$LAB/host/common.sh"
. "$LAB/host/buildroot.sh"
OUT=${TANDEM_PACKAGES_OUT:-$SOURCE/build/packages}
LAB_CACHE=$LAB_CACHE/cross # with a lock of its own: what takes long here keeps nobody out of the lab

usage() {
    cat <<END
usage: sh tests/packages.sh [--test] ARCH...
  ARCH    arm64 (64-bit Raspberry Pi OS), armhf (32-bit), or amd64
  --test  also build the unit and simulation tests for it and run them under qemu-user
          (the month of random faults is left out: it takes most of an hour there)
Each package is built in a Debian 13 build root of its own (root is needed to make it), as
build/packages/tandem_VERSION_ARCH.deb.
END
}

triplet_of() { # ARCH
    case $1 in
    arm64) echo aarch64-linux-gnu ;;
    armhf) echo arm-linux-gnueabihf ;;
    amd64) echo x86_64-linux-gnu ;;
    esac
}
emulator_of() { # ARCH
    case $1 in
    arm64) echo qemu-aarch64 ;;
    armhf) echo qemu-arm ;;
    amd64) echo env ;;
    esac
}

# cross_packages ARCH: libraries are those of ARCH, programs and headers without code the host's own.
cross_packages() {
    echo "crossbuild-essential-$1"
    for package in $(packages_for build cross); do
        case $package in
        libcli11-dev) echo "$package" ;; # for all processors
        lib*-dev) echo "$package:$1" ;;
        g++) ;;
        *) echo "$package" ;;
        esac
    done
}
cross_root() { # ARCH
    packages=$(cross_packages "$1" | tr '\n ' ,,)
    cached "crossroot-$1-$(hash_of "$LAB_SUITE $packages")" "the Debian 13 build root for $1" \
        make_cross_root "$1" "${packages%,}"
}
make_cross_root() { # ARCH PACKAGES FOLDER
    [ "$1" = amd64 ] && both=amd64 || both=amd64,$1
    mmdebstrap --variant=minbase --architectures="$both" --include="$2" "$LAB_SUITE" "$3" ${LAB_MIRROR:+"$LAB_MIRROR"}
}

toolchain() { # ARCH: for CMake
    triplet=$(triplet_of "$1")
    cat <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${triplet%%-*})
set(CMAKE_C_COMPILER $triplet-gcc)
set(CMAKE_CXX_COMPILER $triplet-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR $(emulator_of "$1"))
set(CMAKE_LIBRARY_ARCHITECTURE $triplet)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE $1)
END
}

in_cross_root() { # ARCH COMMAND
    in_build_root "$root" /src/tandem \
        "export PKG_CONFIG_LIBDIR=/usr/lib/$(triplet_of "$1")/pkgconfig:/usr/share/pkgconfig; $2"
}

build() { # ARCH
    copy_source "$root" /src/tandem .
    toolchain "$1" >"$root/src/toolchain.cmake"
    rm -f "$root"/src/tandem-build/*.deb
    in_cross_root "$1" "cmake -S . -B /src/tandem-build -G Ninja -DCMAKE_BUILD_TYPE=Release -DTANDEM_WERROR=ON \
            -DTANDEM_BUILD_TESTS=OFF -DCMAKE_TOOLCHAIN_FILE=/src/toolchain.cmake &&
        ninja -C /src/tandem-build && cd /src/tandem-build && cpack -G DEB -D CPACK_DEBIAN_PACKAGE_ARCHITECTURE=$1" ||
        fail "the package for $1 does not build: see the messages above"
    mkdir -p "$OUT"
    cp "$root"/src/tandem-build/*.deb "$OUT/" || fail "cpack left no package in the build folder"
    say "built $(cd "$OUT" && ls tandem_*_"$1".deb)"
}

# Its errors fail the run; its warnings are shown.
lint() { # ARCH
    in_cross_root "$1" "lintian --allow-root --fail-on error --display-level '>=warning' /src/tandem-build/*.deb" ||
        fail "lintian finds errors in the package for $1: see above"
    say "lintian finds no errors in the package for $1"
}

# qemu-user has no time stamps of sockets (SO_TIMESTAMPNS), which the modelled speaker listens by.
run_tests() { # ARCH
    in_cross_root "$1" "cmake -S . -B /src/tandem-tests -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTANDEM_BUILD_TESTS=ON \
            -DCMAKE_TOOLCHAIN_FILE=/src/toolchain.cmake &&
        ninja -C /src/tandem-tests tandem_unit_tests tandem_sim_tests &&
        cd /src/tandem-tests/tests && $(emulator_of "$1") ./tandem_unit_tests --gtest_brief=1 --gtest_filter=-VirtualSink.* &&
        $(emulator_of "$1") ./tandem_sim_tests --gtest_brief=1 --gtest_filter=-Storm*" ||
        fail "the tests do not pass for $1: see above"
    say "unit and simulation tests pass for $1"
}

TEST=no
[ "${1:-}" != --test ] || { TEST=yes; shift; }
[ $# -gt 0 ] || { usage; exit 2; }
for arch; do
    [ -n "$(triplet_of "$arch")" ] || { usage; exit 2; }
done
for arch; do
    root=$(locked cross_root "$arch")
    locked build "$arch"
    locked lint "$arch"
    [ "$TEST" = no ] || locked run_tests "$arch"
done

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Tandem's Debian package for another processor, tests it under emulation, and has lintian read it.
set -eu

LAB=$(cd "$(dirname "$0")/lab" && pwd)
SOURCE=$(cd "$LAB/../.." && pwd)
. "$LAB/host/common.sh"
. "$LAB/host/buildroot.sh"
. "$LAB/host/crossroot.sh"
OUT=${TANDEM_PACKAGES_OUT:-$SOURCE/build/packages}
LAB_CACHE=$LAB_CROSS_CACHE

usage() {
    cat <<END
usage: sh tests/packages.sh [--test] ARCH...
  ARCH    arm64 (64-bit Raspberry Pi OS), armhf (32-bit), or amd64
  --test  also build the unit and simulation tests for it and run them under qemu-user
          (half an hour and more; the month of random faults is left out: it takes most of an hour there)
Each package is built in a Debian 13 build root of its own (root is needed to make it), as
build/packages/tandem_VERSION_ARCH.deb.
END
}

build() {
    package=$(package_from "$root" "$OUT")
    say "built ${package##*/}"
}

# Its errors fail the run; its warnings are shown.
lint() { # ARCH
    in_build_root "$root" /src/tandem "lintian --allow-root --fail-on error --display-level '>=warning' /src/tandem-build/*.deb" ||
        fail "lintian finds errors in the package for $1: see above"
    say "lintian finds no errors in the package for $1"
}

# qemu-user has no time stamps of sockets (SO_TIMESTAMPNS), which the modelled speaker listens by.
run_tests() { # ARCH
    in_build_root "$root" /src/tandem "cmake -S . -B /src/tandem-build/with-tests -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTANDEM_BUILD_TESTS=ON \
            -DCMAKE_TOOLCHAIN_FILE=/src/toolchain.cmake &&
        ninja -C /src/tandem-build/with-tests tandem_unit_tests tandem_sim_tests &&
        cd /src/tandem-build/with-tests/tests && $(emulator_of "$1") ./tandem_unit_tests --gtest_brief=1 --gtest_filter=-VirtualSink.* &&
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
    locked build
    locked lint "$arch"
    [ "$TEST" = no ] || locked run_tests "$arch"
done

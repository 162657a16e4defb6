#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The virtual Raspberry Pi: see docs/lab.md.
set -eu

LAB=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$LAB/../.." && pwd)
. "$LAB/host/common.sh"
. "$LAB/host/image.sh"
. "$LAB/host/buildroot.sh"
. "$LAB/host/crossroot.sh"
. "$LAB/host/guest.sh"
LAB_ARCH=${TANDEM_LAB_ARCH:-amd64}
case $LAB_ARCH in
    amd64) ;;
    arm64) LAB_CACHE=$LAB_CROSS_CACHE && . "$LAB/host/image_arm64.sh" ;;
    *) fail "there is no guest for \"$LAB_ARCH\": TANDEM_LAB_ARCH may be amd64 or arm64" ;;
esac

usage() {
    cat <<END
usage: sh tests/lab/lab.sh COMMAND
  up              boot it with a radio, two speakers and Tandem's package, and leave a shell on this terminal
  run SCENARIO    boot it afresh, run one scenario, print its figures; the exit status says whether it passed
  list            the scenarios
  package         build Tandem's Debian package in a Debian 13 build root and print its path
  image           make the guest's disk image now
  clean           remove everything the lab has cached
\$TANDEM_LAB_ARCH is the guest's processor: amd64 (unless it is set), or arm64 as in a 64-bit Raspberry Pi.
Figures and logs go to \$TANDEM_LAB_OUT (build/lab-out), cached images to \$TANDEM_LAB_CACHE (~/.cache/tandem-lab).
END
}

scenarios() { (cd "$LAB/scenarios" && for file in *.sh; do echo "${file%.sh}"; done); }

put_package() { # SHARE: unless a ready one was named
    package=${TANDEM_LAB_PACKAGE:-}
    [ -n "$package" ] || package=$(build_package)
    cp "$package" "$1/tandem.deb" || fail "cannot copy the package $package"
}

up() {
    IMAGE=$(locked build_image)
    share=$(mktemp -d)
    trap 'rm -rf "$share"' EXIT
    locked prepare_share "$share" shell
    locked put_package "$share"
    say "booting, which takes half a minute; the package will be at /lab/tandem.deb"
    boot "$share" "$share/console" mon:stdio
    ! panicked "$share/console" || fail "the guest's kernel panicked while booting, as it sometimes does: run this again"
}

run() {
    [ -f "$LAB/scenarios/$1.sh" ] || fail "there is no scenario \"$1\": \`lab.sh list\` names them"
    IMAGE=$(locked build_image)
    share=$(mktemp -d)
    trap 'rm -rf "$share"' EXIT
    locked prepare_share "$share" "$1"
    ! grep -q guest/tandem.sh "$LAB/scenarios/$1.sh" || locked put_package "$share"
    for try in 1 2 3; do
        rm -rf "${LAB_OUT:?}/$1" "$share/out"
        mkdir -p "$LAB_OUT/$1" "$share/out"
        alone run_guest "$share" "$1"
        cp -r "$share/out/." "$share/progress" "$share/console" "$LAB_OUT/$1/"
        status=$(cat "$share/out/status")
        [ "$status" = 3 ] || break
        say "$1: the host was too busy to judge by try $try of 3 (the emulated machine stood still meanwhile)"
    done
    if [ "$status" = 0 ]; then
        say "$1: passed, figures in $LAB_OUT/$1"
    else
        say "$1: FAILED, figures and logs in $LAB_OUT/$1"
    fi
    return "$status"
}

case ${1:-} in
    up) up ;;
    run) [ $# = 2 ] || { usage; exit 2; }; run "$2" ;;
    list) scenarios ;;
    package) locked build_package ;;
    image) locked build_image ;;
    clean) rm -rf "$LAB_CACHE" ;;
    *) usage; exit 2 ;;
esac

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
  run SCENARIO... boot it afresh, run these scenarios, print their figures; the exit status says whether all passed;
                  "all" are those with a number
  list            the scenarios
  package         build Tandem's Debian package in a Debian 13 build root and print its path
  image           make the guest's disk image now
  clean           remove everything the lab has cached
\$TANDEM_LAB_ARCH is the guest's processor: amd64 (unless it is set), or arm64 as in a 64-bit Raspberry Pi.
Figures and logs go to \$TANDEM_LAB_OUT (build/lab-out), cached images to \$TANDEM_LAB_CACHE (~/.cache/tandem-lab).
END
}

scenarios() { (cd "$LAB/scenarios" && for file in *.sh; do echo "${file%.sh}"; done); }

image() { LOCK=image.lock locked build_image; }

put_package() { # SHARE: unless a ready one was named
    package=${TANDEM_LAB_PACKAGE:-}
    [ -n "$package" ] || package=$(build_package)
    cp "$package" "$1/tandem.deb" || fail "cannot copy the package $package"
}

up() {
    IMAGE=$(image)
    share=$(mktemp -d)
    trap 'rm -rf "$share"' EXIT
    locked prepare_share "$share"
    echo shell >"$share/job"
    locked put_package "$share"
    say "booting, which takes half a minute; the package will be at /lab/tandem.deb"
    boot "$share" "$share/console" mon:stdio
    ! panicked "$share/console" || fail "the guest's kernel panicked while booting, as it sometimes does: run this again"
}

# run SCENARIO...: several share a boot, one after the other, as long as each of them passes.
run() {
    for name; do
        [ -f "$LAB/scenarios/$name.sh" ] || fail "there is no scenario \"$name\": \`lab.sh list\` names them"
        rm -rf "${LAB_OUT:?}/$name"
    done
    install_packages lab >&2
    share=$(mktemp -d)
    trap 'rm -rf "$share"' EXIT
    image >"$share/image" & # beside the build root: each is made by one thread
    making=$!
    locked prepare_share "$share"
    ! (cd "$LAB/scenarios" && printf '%s.sh\n' "$@" | xargs grep -q guest/tandem.sh) || locked put_package "$share"
    wait "$making" || fail "there is no image to boot: see above"
    IMAGE=$(cat "$share/image")
    failed='' tried=''
    while [ $# -gt 0 ]; do
        again=
        run_in_one_boot "$@"
        for name; do
            [ -f "$share/results/$name/status" ] || break # its turn did not come, or did not end
            decide "$name"
            shift
        done
        if [ $# -gt 0 ] && [ "$broken" = yes ] && [ -d "$share/results/$1" ]; then
            give_up "$1"
            shift
        fi
        [ -z "$again" ] || set -- "$again" "$@"
    done
    [ -z "$failed" ] || fail "these scenarios FAILED:$failed; figures and logs are in $LAB_OUT"
}

SCENARIOS_A_BOOT=4 # so that a guest that breaks takes little with it
run_in_one_boot() { # SCENARIO...: of which the guest runs as many as pass, and may end after any
    rm -rf "$share/results"
    mkdir -p "$share/results/$1"
    echo "$@" | cut -d ' ' -f "1-$SCENARIOS_A_BOOT" >"$share/job"
    broken=no
    alone run_guest "$share" && [ -f "$share/results/$1/status" ] || broken=yes
}

keep() { # SCENARIO: what it left, for those who look into it
    mkdir -p "$LAB_OUT/$1"
    cp -r "$share/progress" "$share/console" "$LAB_OUT/$1/"
    [ ! -d "$share/results/$1" ] || cp -r "$share/results/$1/." "$LAB_OUT/$1/"
}
decide() { # SCENARIO: that has come to its end
    keep "$1"
    tried="$tried $1"
    # shellcheck disable=SC2086 # a list of words
    try=$(printf '%s\n' $tried | grep -cx "$1")
    case $(cat "$share/results/$1/status") in
    0) say "$1: passed, figures in $LAB_OUT/$1" ;;
    3)
        say "$1: the host was too busy to judge by try $try of 3 (the emulated machine stood still meanwhile)"
        if [ "$try" -lt 3 ]; then again=$1; else failed="$failed $1"; fi
        ;;
    *)
        say "$1: FAILED, figures and logs in $LAB_OUT/$1"
        failed="$failed $1"
        ;;
    esac
}
give_up() { # SCENARIO: in which the guest broke
    keep "$1"
    say "$1: FAILED, the guest ended without a result: what its console said is in $LAB_OUT/$1/console"
    failed="$failed $1"
}

case ${1:-} in
    up) up ;;
    run)
        [ $# -gt 1 ] || { usage; exit 2; }
        shift
        # shellcheck disable=SC2046 # a list of words
        [ "$*" != all ] || set -- $(scenarios | grep '^[0-9]')
        run "$@"
        ;;
    list) scenarios ;;
    package) locked build_package ;;
    image) image ;;
    clean) rm -rf "$LAB_CACHE" ;;
    *) usage; exit 2 ;;
esac

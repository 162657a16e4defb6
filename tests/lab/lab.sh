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
\$TANDEM_LAB_GUESTS is how many guests run at a time (as many as this machine has processors, and memory for).
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
    CLOCK=$CLOCK_FOR_PEOPLE
    say "booting, which takes half a minute; the package will be at /lab/tandem.deb"
    boot "$share" "$share/console" mon:stdio
    ! panicked "$share/console" || fail "the guest's kernel panicked while booting, as it sometimes does: run this again"
}

# run SCENARIO...: as many guests as the host has processors take them from a queue.
run() {
    for name; do
        [ -f "$LAB/scenarios/$name.sh" ] || fail "there is no scenario \"$name\": \`lab.sh list\` names them"
        rm -rf "${LAB_OUT:?}/$name"
    done
    install_packages lab >&2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    image >"$work/image" & # beside the build root: each is made by one thread
    making=$!
    locked prepare_share "$work/share"
    ! (cd "$LAB/scenarios" && printf '%s.sh\n' "$@" | xargs grep -q guest/tandem.sh) || locked put_package "$work/share"
    wait "$making" || fail "there is no image to boot: see above"
    IMAGE=$(cat "$work/image")
    printf '%s\n' "$@" >"$work/queue"
    : >"$work/failed"
    guests=$(guests_for $#)
    serving=
    for guest in $(seq "$guests"); do
        cp -r "$work/share" "$work/$guest"
        serve "$work/$guest" &
        serving="$serving $!"
    done
    for process in $serving; do wait "$process" || echo 'those of a guest that could not be run (see above)' >>"$work/failed"; done
    failed=$(tr '\n' ' ' <"$work/failed")
    [ -n "$failed" ] || return 0
    # Once more where it is seen: what runs at the same time has been writing between.
    for name in $failed; do
        [ ! -f "$LAB_OUT/$name/progress" ] || grep -E '^(FAILED|lab: error): ' "$LAB_OUT/$name/progress" | sed "s/^/$name: /" >&2
    done
    fail "these scenarios FAILED: ${failed% }; figures and logs are in $LAB_OUT"
}
guests_for() { # COUNT: of scenarios
    {
        echo "${TANDEM_LAB_GUESTS:-$(nproc)}"
        echo "$1"
        awk '/^MemAvailable/ { print int($2 / 3e6) }' /proc/meminfo # KiB; a guest takes less than 3 GB
    } | sort -n | awk 'NR == 1 { print ($1 > 1 ? $1 : 1) }'
}

# serve SHARE: one guest after the other, until the queue is empty. Several scenarios share a boot, one after the other,
# as long as each of them passes.
serve() {
    share=$1
    while taken=$(on_queue take) && [ -n "$taken" ]; do
        # shellcheck disable=SC2086 # a list of words
        set -- $taken
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
        [ $# = 0 ] || on_queue give_back "$@"
    done
}
on_queue() {
    (
        flock 7
        "$@"
    ) 7>>"$work/queue"
}
SCENARIOS_A_BOOT=4 # so that a guest that breaks takes little with it
# Several at first, so that there are few boots; then fewer, so that the guests end together.
take() {
    count=$((($(wc -l <"$work/queue") + 2 * guests - 1) / (2 * guests)))
    [ "$count" -le "$SCENARIOS_A_BOOT" ] || count=$SCENARIOS_A_BOOT
    head -n "$count" "$work/queue" | tr '\n' ' '
    tail -n "+$((count + 1))" "$work/queue" >"$work/rest"
    cat "$work/rest" >"$work/queue"
}
give_back() { # SCENARIO...
    { printf '%s\n' "$@" && cat "$work/queue"; } >"$work/rest"
    cat "$work/rest" >"$work/queue"
}

run_in_one_boot() { # SCENARIO...: of which the guest runs as many as pass
    rm -rf "$share/results"
    mkdir -p "$share/results/$1"
    echo "$@" >"$share/job"
    broken=no
    run_guest "$share" && [ -f "$share/results/$1/status" ] || broken=yes
}

keep() { # SCENARIO: what it left, for those who look into it
    mkdir -p "$LAB_OUT/$1"
    cp -r "$share/progress" "$share/console" "$LAB_OUT/$1/"
    [ ! -d "$share/results/$1" ] || cp -r "$share/results/$1/." "$LAB_OUT/$1/"
}
decide() { # SCENARIO: that has come to its end
    keep "$1"
    if [ "$(cat "$share/results/$1/status")" = 0 ]; then
        say "$1: passed, figures in $LAB_OUT/$1"
    else
        say "$1: FAILED, figures and logs in $LAB_OUT/$1"
        echo "$1" >>"$work/failed"
    fi
}
give_up() { # SCENARIO: in which the guest broke
    keep "$1"
    say "$1: FAILED, the guest ended without a result: what its console said is in $LAB_OUT/$1/console"
    echo "$1" >>"$work/failed"
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

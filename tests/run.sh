#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All tests: style, unit, sim, dbus and the lab. The exit status is 0 only if every one passed.
set -eu

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
. "$SOURCE/systemd/packages.sh"
BUILD_DIR=${BUILD_DIR:-$SOURCE/build}
LAB=ON

usage() {
    cat <<END
usage: sh tests/run.sh [--no-lab]
  --no-lab   leave out the virtual Raspberry Pi, which takes most of the time
BUILD_DIR names the folder to build in (default: build in the source tree).
END
}

# Another major version formats differently: the sources are held to one.
formatter() {
    for candidate in clang-format-14 clang-format; do
        case $("$candidate" --version 2>/dev/null) in
        *"version 14."*)
            echo "$candidate"
            return
            ;;
        esac
    done
}

check_format() {
    program=$(formatter)
    if [ -z "$program" ]; then
        say "format not checked: that needs clang-format 14, which this Debian does not have"
        return 0
    fi
    say "checking the format"
    find "$SOURCE/src" "$SOURCE/include" "$SOURCE/tests" \( -name '*.cpp' -o -name '*.hpp' \) \
        -exec "$program" --dry-run -Werror {} + ||
        fail "the files above are not formatted: run $program -i on them"
}

case ${1:-} in
'') ;;
--no-lab) LAB=OFF ;;
*)
    usage >&2
    exit 2
    ;;
esac

purposes='build test'
[ "$LAB" = OFF ] || purposes="$purposes lab"
# shellcheck disable=SC2086 # a list of words
install_packages $purposes
check_format
say "building in $BUILD_DIR"
cmake -S "$SOURCE" -B "$BUILD_DIR" -G Ninja -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=ON \
    -DTANDEM_BUILD_BENCH=ON "-DTANDEM_LAB_TESTS=$LAB"
cmake --build "$BUILD_DIR"
say "testing"
# The lab's tests each have the machine to themselves; the others share it.
ctest --test-dir "$BUILD_DIR" --output-on-failure --no-tests=error --parallel "$(nproc)"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All tests: format, unit, sim, dbus and the lab, and what a second compiler and its linter say. The exit status is 0
# only if every one passed.
set -eu

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
. "$SOURCE/systemd/packages.sh"
BUILD_DIR=${BUILD_DIR:-$SOURCE/build}
LAB=ON
LINT=ON

usage() {
    cat <<END
usage: sh tests/run.sh [--no-lab] [--no-lint]
  --no-lab    leave out the virtual Raspberry Pi, which takes most of the time
  --no-lint   leave out the build with clang and clang-tidy
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

# All that clang warns of is an error, in the tests too; clang-tidy reads what runs on a user's machine.
lint() {
    say "building with clang, and clang-tidy"
    cmake -S "$SOURCE" -B "$BUILD_DIR/clang" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ \
        -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=ON -DTANDEM_BUILD_BENCH=ON
    cmake --build "$BUILD_DIR/clang"
    # It counts the warnings of system headers too, which nobody wants to see.
    run-clang-tidy -quiet -p "$BUILD_DIR/clang" "^$SOURCE/src/" 2>/dev/null >"$BUILD_DIR/clang/tidy.log" || {
        grep -A 6 -E '(warning|error):' "$BUILD_DIR/clang/tidy.log" >&2
        fail "clang-tidy found the above; all it said is in $BUILD_DIR/clang/tidy.log"
    }
}

for option; do
    case $option in
    --no-lab) LAB=OFF ;;
    --no-lint) LINT=OFF ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done

purposes='build test'
[ "$LINT" = OFF ] || purposes="$purposes lint"
[ "$LAB" = OFF ] || purposes="$purposes lab"
# shellcheck disable=SC2086 # a list of words
install_packages $purposes
check_format
say "building in $BUILD_DIR"
cmake -S "$SOURCE" -B "$BUILD_DIR" -G Ninja -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=ON \
    -DTANDEM_BUILD_BENCH=ON "-DTANDEM_LAB_TESTS=$LAB"
cmake --build "$BUILD_DIR"
[ "$LINT" = OFF ] || lint
say "testing"
# The lab's tests each have the machine to themselves; the others share it.
ctest --test-dir "$BUILD_DIR" --output-on-failure --no-tests=error --parallel "$(nproc)"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All tests: format, unit, sim, dbus and the lab; what a second compiler and its linter say, the same tests under its
# sanitizers, and its fuzzers. The exit status is 0 only if every one passed.
set -eu

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
. "$SOURCE/systemd/packages.sh"
BUILD_DIR=${BUILD_DIR:-$SOURCE/build}
LAB=ON
CLANG=ON

usage() {
    cat <<END
usage: sh tests/run.sh [--no-lab] [--no-clang]
  --no-lab     leave out the virtual Raspberry Pi, which takes most of the time
  --no-clang   leave out clang's warnings, clang-tidy, the tests under sanitizers, and the fuzzers
BUILD_DIR names the folder to build in (default: build in the source tree).
END
}

# Another major version of clang's tools formats differently and finds other things: the sources are held to one.
left_out=
with_version_14() { # PROGRAM COMMAND: calls it with the program's name, if there is one
    for candidate in "$1-14" "$1"; do
        case $("$candidate" --version 2>/dev/null) in
        *"version 14."*)
            "$2" "$candidate"
            return
            ;;
        esac
    done
    left_out="$left_out $1"
}

check_format() { # CLANG-FORMAT
    say "checking the format"
    find "$SOURCE/src" "$SOURCE/include" "$SOURCE/tests" \( -name '*.cpp' -o -name '*.hpp' \) \
        -exec "$1" --dry-run -Werror {} + ||
        fail "the files above are not formatted: run $1 -i on them"
}

# All that clang warns of is an error, in the tests too.
build_with_clang() { # FOLDER SANITIZER OPTION...
    folder=$1 sanitizer=$2
    shift 2
    say "building in $folder with clang"
    cmake -S "$SOURCE" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ \
        -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=ON "-DTANDEM_SANITIZE=$sanitizer" "$@"
    cmake --build "$folder"
}

# clang-tidy reads what runs on a user's machine.
lint() { # CLANG-TIDY
    say "reading the sources with clang-tidy"
    # It counts the warnings of system headers too, which nobody wants to see.
    log=$BUILD_DIR/clang/tidy.log
    run-clang-tidy -clang-tidy-binary "$(command -v "$1")" -quiet -p "$BUILD_DIR/clang" \
        "^$SOURCE/src/" >"$log" 2>/dev/null || {
        grep -A 6 -E '(warning|error):' "$log" >&2
        fail "clang-tidy found the above; all it said is in $log"
    }
    grep -qF " $SOURCE/src/" "$log" || fail "clang-tidy read nothing below $SOURCE/src: see $log"
}

for option; do
    case $option in
    --no-lab) LAB=OFF ;;
    --no-clang) CLANG=OFF ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done

purposes='build test'
others=
[ "$LAB" = OFF ] || purposes="$purposes lab"
if [ "$CLANG" = ON ]; then
    purposes="$purposes clang"
    others='clang;thread'
fi
# shellcheck disable=SC2086 # a list of words
install_packages $purposes
with_version_14 clang-format check_format
say "building in $BUILD_DIR"
cmake -S "$SOURCE" -B "$BUILD_DIR" -G Ninja -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=ON \
    -DTANDEM_BUILD_BENCH=ON "-DTANDEM_LAB_TESTS=$LAB" "-DTANDEM_OTHER_BUILDS=$others"
cmake --build "$BUILD_DIR"
if [ "$CLANG" = ON ]; then
    # One build gives clang's opinion and has the first sanitizers: each takes minutes.
    build_with_clang "$BUILD_DIR/clang" address -DTANDEM_BUILD_BENCH=ON -DTANDEM_BUILD_FUZZERS=ON
    build_with_clang "$BUILD_DIR/thread" thread
    with_version_14 clang-tidy lint
fi
say "testing"
# The lab's tests each have the machine to themselves; the others share it.
ctest --test-dir "$BUILD_DIR" --output-on-failure --no-tests=error --parallel "$(nproc)"
# Last, where it is seen.
[ -z "$left_out" ] || say "all passed; left out, for this Debian does not have its version 14:$left_out"

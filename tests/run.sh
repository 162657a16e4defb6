#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tests. What a change needs, within a quarter of an hour: format, unit, dbus, short simulations, and the main path
# on a virtual Raspberry Pi. With --all everything. The exit status is 0 only if every one passed.
set -eu

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
. "$SOURCE/systemd/packages.sh"
. "$SOURCE/tests/stages.sh"
BUILD_DIR=${BUILD_DIR:-$SOURCE/build}
ALL=OFF
LAB=ON
CLANG=ON
FUZZ_SECONDS=10

usage() {
    cat <<END
usage: sh tests/run.sh [--all [--no-clang] [--fuzz SECONDS]] [--no-lab]
  --no-lab         leave out the virtual Raspberry Pi, which needs root
  --all            everything: long simulations, all scenarios of the lab, clang-tidy, the tests under sanitizers,
                   and fuzzers
  --no-clang       of that, leave out clang's warnings, clang-tidy, the tests under sanitizers, and the fuzzers
  --fuzz SECONDS   how long each fuzzer looks for more than its seeds (default: $FUZZ_SECONDS)
BUILD_DIR names the folder to build in (default: build in the source tree).
END
}
refuse() {
    usage >&2
    exit 2
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
    find "$SOURCE/src" "$SOURCE/include" "$SOURCE/tests" \( -name '*.cpp' -o -name '*.hpp' \) \
        -exec "$1" --dry-run -Werror {} + ||
        fail "the files above are not formatted: run $1 -i on them"
}

# All that a compiler warns of is an error, in the tests too. Several files are compiled as one, which takes half the
# time, unless they have something of the same name.
build() { # FOLDER OPTION...
    folder=$1
    shift
    cmake -S "$SOURCE" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Tests -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=ON \
        -DCMAKE_UNITY_BUILD=ON "$@"
    cmake --build "$folder" && return
    say "that does not compile with several files as one: trying each file by itself"
    cmake -S "$SOURCE" -B "$folder" -DCMAKE_UNITY_BUILD=OFF
    cmake --build "$folder"
}
build_with_clang() { # FOLDER SANITIZER OPTION...
    folder=$BUILD_DIR/$1 sanitizer=$2
    shift 2
    build "$folder" -DCMAKE_CXX_COMPILER=clang++ "-DTANDEM_SANITIZE=$sanitizer" "$@"
}

# clang-tidy reads what runs on a user's machine, several files as one here too: most of its time goes into headers.
lint() { # CLANG-TIDY
    cmake -S "$SOURCE" -B "$BUILD_DIR/tidy" -G Ninja -DCMAKE_BUILD_TYPE=Tests -DCMAKE_CXX_COMPILER=clang++ \
        -DTANDEM_BUILD_TESTS=OFF -DCMAKE_UNITY_BUILD=ON
    # It counts the warnings of system headers too, which nobody wants to see.
    log=$BUILD_DIR/tidy/tidy.log
    run-clang-tidy -clang-tidy-binary "$(command -v "$1")" -quiet -p "$BUILD_DIR/tidy" \
        -header-filter "^$SOURCE/(src|include)/" -checks=-bugprone-suspicious-include \
        "/tidy/src/|^$SOURCE/src/" >"$log" 2>/dev/null || {
        grep -A 6 -E '(warning|error):' "$log" >&2
        fail "clang-tidy found the above; all it said is in $log"
    }
    grep -qF "/tidy/src/" "$log" || fail "clang-tidy read nothing below $SOURCE/src: see $log"
}

# One that fails keeps none of the others from running.
failed=
test_in() { # FOLDER OPTION...: of ctest
    folder=$1
    shift
    ctest --test-dir "$folder" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@" ||
        failed="$failed '$STAGE'"
}
lab() { # SCENARIO...
    TANDEM_LAB_OUT=$BUILD_DIR/lab-out sh "$SOURCE/tests/lab/lab.sh" run "$@" || failed="$failed '$STAGE'"
}

while [ $# -gt 0 ]; do
    case $1 in
    --all) ALL=ON ;;
    --no-lab) LAB=OFF ;;
    --no-clang) CLANG=OFF ;;
    --fuzz)
        [ $# -gt 1 ] || refuse
        FUZZ_SECONDS=$2
        shift
        ;;
    *) refuse ;;
    esac
    shift
done
[ "$ALL" = ON ] || CLANG=OFF

purposes='build test'
[ "$LAB" = OFF ] || purposes="$purposes lab"
[ "$CLANG" = OFF ] || purposes="$purposes clang"

# The seconds are what two cores take that start from nothing.
usual() {
    # shellcheck disable=SC2086 # a list of words
    stage 120 "installing what the tests need" install_packages $purposes
    stage 5 "checking the format" with_version_14 clang-format check_format
    stage 240 "building with GCC" build "$BUILD_DIR" -DTANDEM_SIM_DAYS=1 -DTANDEM_BUILD_BENCH=ON
    stage 60 "testing: unit, D-Bus, short simulations, benchmark" test_in "$BUILD_DIR"
    [ "$LAB" = OFF ] || stage 330 "playing on a virtual Raspberry Pi" lab main_path
}
everything() {
    # shellcheck disable=SC2086 # a list of words
    stage 150 "installing what the tests need" install_packages $purposes
    stage 5 "checking the format" with_version_14 clang-format check_format
    stage 270 "building with GCC" build "$BUILD_DIR" -DTANDEM_SIM_DAYS=30 -DTANDEM_BUILD_BENCH=ON
    stage 260 "testing: unit, D-Bus, a month of simulation, benchmark" test_in "$BUILD_DIR"
    [ "$CLANG" = OFF ] || with_clang
    [ "$LAB" = OFF ] || stage 810 "all scenarios on a virtual Raspberry Pi" lab all
}
with_clang() {
    stage 400 "building with clang and AddressSanitizer" build_with_clang clang address \
        -DTANDEM_BUILD_BENCH=ON -DTANDEM_BUILD_FUZZERS=ON "-DTANDEM_FUZZ_SECONDS=$FUZZ_SECONDS"
    stage 330 "testing with AddressSanitizer, and fuzzing" test_in "$BUILD_DIR/clang"
    stage 200 "reading the sources with clang-tidy" with_version_14 clang-tidy lint
    stage 110 "building with clang and ThreadSanitizer" build_with_clang thread thread
    stage 340 "testing with ThreadSanitizer" test_in "$BUILD_DIR/thread"
}

if [ "$ALL" = ON ]; then in_stages everything; else in_stages usual; fi
# Last, where it is seen.
[ -z "$left_out" ] || say "left out, for this Debian does not have its version 14:$left_out"
[ -z "$failed" ] || fail "FAILED, see above:$failed"
say "all passed in $((($(date +%s) - BEGAN + 59) / 60)) min"

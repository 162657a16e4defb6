#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs Tandem from this source tree, or shows it at work without any hardware (--demo).
set -eu

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
. "$SOURCE/systemd/packages.sh"
. "$SOURCE/systemd/demo.sh"

usage() {
    cat <<END
usage: sh systemd/install.sh [--demo | --help]
  (nothing)  build the Debian package, install it with apt and start the service
  --demo     build, play music on two simulated speakers for half a minute, report to ./demo-out
BUILD_DIR names the folder to build in (default: build-install in the source tree).
END
}

build() { # CMAKE-OPTION...
    say "building in $BUILD_DIR"
    cmake -S "$SOURCE" -B "$BUILD_DIR" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DTANDEM_BUILD_TESTS=OFF "$@" >"$LOG" 2>&1 && cmake --build "$BUILD_DIR" >>"$LOG" 2>&1 || {
        tail -n 30 "$LOG" >&2
        fail "the build failed: its last lines are above, all of them in $LOG"
    }
}

make_package() { # prints the path of the .deb
    (cd "$BUILD_DIR" && rm -f tandem_*.deb && cpack -G DEB >>"$LOG" 2>&1) ||
        fail "cpack could not make the package: see $LOG"
    set -- "$BUILD_DIR"/tandem_*.deb
    [ -f "$1" ] || fail "cpack made no package: see $LOG"
    echo "$1"
}

# apt reads local packages as its own user, who may not look into a home directory.
install_package() { # DEB
    staging=$(mktemp -d)
    trap 'rm -rf "$staging"' EXIT
    chmod 755 "$staging"
    cp "$1" "$staging/"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --reinstall --no-install-recommends \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$staging/$(basename "$1")" ||
        fail "apt-get could not install $1"
}

next_steps() {
    if [ -d /run/systemd/system ]; then
        say "tandem.service is $(systemctl is-active tandem.service || true)"
    else
        say "installed; there is no running systemd here, so start it by hand: tandemd"
    fi
    cat <<END
Next: sudo tandemctl setup
END
}

BUILD_DIR=${BUILD_DIR:-$SOURCE/build-install}
mkdir -p "$BUILD_DIR"
BUILD_DIR=$(cd "$BUILD_DIR" && pwd)
LOG=$BUILD_DIR/install.log
case ${1:-} in
'')
    install_packages build
    build
    package=$(make_package)
    say "installing $package"
    install_package "$package"
    next_steps
    ;;
--demo)
    install_packages build demo
    build
    demo
    ;;
--help | -h) usage ;;
*)
    usage >&2
    exit 2
    ;;
esac

# SPDX-License-Identifier: GPL-3.0-or-later
# For sourcing by install.sh and tests/run.sh; $SOURCE is the top of the source tree.

say() { printf '%s\n' "== $*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this step needs root and there is no sudo: run the script as root ($*)"
    fi
}

packages_for() { # PURPOSE...
    for purpose; do
        awk -v purpose="$purpose" '$1 == purpose { print $2 }' "$SOURCE/systemd/packages.txt"
    done | sort -u
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_packages() { # PURPOSE...: those of packages.txt that are missing, by apt
    missing=
    for package in $(packages_for "$@"); do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null ||
        fail "there is no apt-get: install by hand what corresponds to:$missing"
    say "installing$missing"
    as_root apt-get update -q ||
        fail "apt-get update failed: check the network and /etc/apt/sources.list"
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing ||
        fail "apt-get could not install these packages:$missing"
}

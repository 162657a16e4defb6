# SPDX-License-Identifier: GPL-3.0-or-later
# What every part of the lab uses on the host. Sourced by lab.sh, which sets LAB (this folder) and SOURCE (the project).

LAB_SUITE=trixie
LAB_MIRROR=${TANDEM_LAB_MIRROR:-} # empty: the one mmdebstrap knows
LAB_CACHE=${TANDEM_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tandem-lab}
LAB_CROSS_CACHE=$LAB_CACHE/cross # for other processors, with a lock of its own: its long builds keep nobody out of the lab
LAB_OUT=${TANDEM_LAB_OUT:-$SOURCE/build/lab-out}

. "$SOURCE/systemd/packages.sh"

# Standard output is for what a function prints as its result.
say() { printf 'lab: %s\n' "$*" >&2; }
fail() { printf 'lab: error: %s\n' "$*" >&2; exit 1; }

# need_root: image building and the build root need it (device nodes, chroot, owners of files).
need_root() {
    [ "$(id -u)" = 0 ] || fail "this step builds a Debian root file system and needs root: run it again with sudo"
}

# hash_of WORDS: a short name for what went into a cached file.
hash_of() { printf '%s\n' "$*" | sha256sum | cut -c 1-16; }

# locked COMMAND...: one at a time on this cache; a second run of the lab waits for the first one's building. What has
# its own $LOCK may be built beside the rest.
locked() {
    mkdir -p "$LAB_CACHE"
    (
        flock 9 || fail "cannot lock $LAB_CACHE/${LOCK:-lock}: may this user write there?"
        "$@" 9>&-
    ) 9>"$LAB_CACHE/${LOCK:-lock}"
}

# cached NAME WHAT COMMAND...: prints the path of a folder in the cache. When it is not there, COMMAND builds it, in the
# empty folder whose path it gets as its last argument.
cached() {
    folder=$LAB_CACHE/$1 what=$2
    shift 2
    if [ ! -d "$folder" ]; then
        need_root
        install_packages lab >&2
        mkdir -p "$LAB_CACHE"
        work=$(mktemp -d "$LAB_CACHE/building.XXXXXX")
        say "building $what (once; its log is $folder.log)"
        "$@" "$work" >"$folder.log" 2>&1 || {
            rm -rf "$work"
            tail -n 20 "$folder.log" >&2
            fail "$what could not be built: the whole log is in $folder.log"
        }
        chmod 755 "$work"
        mv -T "$work" "$folder" 2>/dev/null || rm -rf "$work"
    fi
    printf '%s\n' "$folder"
}

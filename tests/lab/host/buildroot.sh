# SPDX-License-Identifier: GPL-3.0-or-later
# A Debian 13 build root: Tandem's package and the lab's own tools are built in it, whatever the host runs.

# build_root: prints the folder of the build root.
build_root() {
    packages=$(packages_for build lab-root | tr '\n' ',')
    cached "buildroot-$(hash_of "$LAB_SUITE $packages")" "the Debian 13 build root" make_build_root "${packages%,}"
}
make_build_root() { # PACKAGES FOLDER
    mmdebstrap --variant=minbase --include="$1" "$LAB_SUITE" "$2" ${LAB_MIRROR:+"$LAB_MIRROR"}
}

# source_files FOLDER: the names of the project's files below FOLDER, tracked or not, ignored ones left out.
source_files() {
    if git -C "$SOURCE" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -C "$SOURCE" -c safe.directory='*' ls-files -z -co --exclude-standard -- "$1"
    else
        (cd "$SOURCE" && find "$1" -path ./build -prune -o -type f -print0)
    fi
}

# in_build_root ROOT TREE COMMAND: runs a shell command there, in a tree that is the same at each call, so that
# ccache and ninja find their work again.
in_build_root() {
    chroot "$1" env -i PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        CCACHE_DIR=/var/cache/ccache /bin/sh -ec "cd $2 && $3" >&2
}

# copy_source ROOT TREE FOLDER: brings TREE up to date with the project's files below FOLDER; times are kept, and a
# file that is gone from the project goes. What was built from another checkout goes too: its times tell nothing here.
copy_source() {
    [ "$(cat "$1$2-from" 2>/dev/null)" = "$SOURCE" ] || rm -rf "${1:?}$2-build"
    mkdir -p "$(dirname "$1$2")"
    printf '%s\n' "$SOURCE" >"$1$2-from"
    rm -rf "${1:?}$2"
    mkdir -p "$1$2"
    source_files "$3" | (cd "$SOURCE" && tar --null --no-recursion --ignore-failed-read -cf - -T -) 2>/dev/null |
        tar --no-same-owner -xf - -C "$1$2"
}

# build_tools: prints the folder with the lab's own programs, built for the guest.
build_tools() {
    root=$(build_root)
    copy_source "$root" /src/lab tests/lab/tools
    in_build_root "$root" /src/lab/tests/lab/tools \
        "cmake -S . -B /src/lab-build -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null && ninja -C /src/lab-build" ||
        fail "the lab's tools do not build: see the compiler's messages above"
    printf '%s\n' "$root/src/lab-build"
}

# build_package: prints the path of Tandem's Debian package, built from the project as it is now.
build_package() {
    root=$(build_root)
    copy_source "$root" /src/tandem .
    rm -f "$root"/src/tandem-build/*.deb
    in_build_root "$root" /src/tandem \
        "cmake -S . -B /src/tandem-build -G Ninja -DCMAKE_BUILD_TYPE=Release -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=OFF &&
         ninja -C /src/tandem-build && cd /src/tandem-build && cpack -G DEB" ||
        fail "the package does not build in the Debian 13 build root: see the messages above"
    mkdir -p "$LAB_OUT"
    rm -f "$LAB_OUT"/*.deb
    cp "$root"/src/tandem-build/*.deb "$LAB_OUT/" || fail "cpack left no package in the build folder"
    ls "$LAB_OUT"/*.deb
}

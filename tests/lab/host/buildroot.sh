# SPDX-License-Identifier: GPL-3.0-or-later
# A Debian 13 build root: Tandem's package and the lab's own tools are built in it, whatever the host runs.

# build_root: prints the folder of the build root for the lab's guest.
build_root() {
    [ "$LAB_ARCH" = amd64 ] || { cross_root "$LAB_ARCH"; return; }
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

# toolchain_of ROOT: the option for CMake that has it build for another processor, in a root that is for one.
toolchain_of() { [ ! -f "$1/src/toolchain.cmake" ] || echo -DCMAKE_TOOLCHAIN_FILE=/src/toolchain.cmake; }

# build_tools: prints the folder with the lab's own programs, built for the guest.
build_tools() {
    root=$(build_root)
    copy_source "$root" /src/lab tests/lab/tools
    in_build_root "$root" /src/lab/tests/lab/tools \
        "cmake -S . -B /src/lab-build -G Ninja -DCMAKE_BUILD_TYPE=Release $(toolchain_of "$root") >/dev/null &&
         ninja -C /src/lab-build" ||
        fail "the lab's tools do not build: see the compiler's messages above"
    printf '%s\n' "$root/src/lab-build"
}

# build_package: prints the path of Tandem's Debian package for the guest.
build_package() {
    root=$(build_root)
    rm -f "$LAB_OUT"/*.deb
    # Several files are compiled as one, which takes half the time.
    package_from "$root" "$LAB_OUT" -DCMAKE_UNITY_BUILD=ON
}

# package_from ROOT FOLDER [OPTION...]: builds Tandem's Debian package from the project as it is now, with further
# options for CMake; prints its path in FOLDER.
package_from() {
    from=$1 into=$2
    shift 2
    copy_source "$from" /src/tandem .
    rm -f "$from"/src/tandem-build/*.deb
    in_build_root "$from" /src/tandem \
        "cmake -S . -B /src/tandem-build -G Ninja -DCMAKE_BUILD_TYPE=Release -DTANDEM_WERROR=ON -DTANDEM_BUILD_TESTS=OFF \
             $* $(toolchain_of "$from") &&
         ninja -C /src/tandem-build && cd /src/tandem-build && cpack -G DEB" ||
        fail "the package does not build in $from: see the messages above"
    mkdir -p "$into"
    built=$(ls "$from"/src/tandem-build/*.deb) && cp "$built" "$into/" || fail "cpack left no package in the build folder"
    printf '%s\n' "$into/${built##*/}"
}

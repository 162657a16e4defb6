# SPDX-License-Identifier: GPL-3.0-or-later
# Debian 13 build roots for other processors. Programs in them run on the host's own, and what they make is for ARCH:
# arm64 (64-bit Raspberry Pi OS), armhf (32-bit) or amd64.

triplet_of() { # ARCH: nothing for one that is not known here
    case $1 in
    arm64) echo aarch64-linux-gnu ;;
    armhf) echo arm-linux-gnueabihf ;;
    amd64) echo x86_64-linux-gnu ;;
    esac
}
emulator_of() { # ARCH: what in its root runs programs for it
    case $1 in
    arm64) echo qemu-aarch64 ;;
    armhf) echo qemu-arm ;;
    amd64) echo env ;;
    esac
}

# cross_packages ARCH: libraries are those of ARCH, programs and headers without code the host's own.
cross_packages() {
    echo "crossbuild-essential-$1"
    for package in $(packages_for build cross); do
        case $package in
        libcli11-dev) echo "$package" ;; # for all processors
        lib*-dev) echo "$package:$1" ;;
        g++) ;;
        *) echo "$package" ;;
        esac
    done
}

# cross_root ARCH: prints the folder of its build root.
cross_root() {
    packages=$(cross_packages "$1" | tr '\n ' ,,)
    cross=$(cached "crossroot-$1-$(hash_of "$LAB_SUITE $packages")" "the Debian 13 build root for $1" \
        make_cross_root "$1" "${packages%,}")
    mkdir -p "$cross/src"
    toolchain "$1" >"$cross/src/toolchain.cmake"
    printf '%s\n' "$cross"
}
make_cross_root() { # ARCH PACKAGES FOLDER
    [ "$1" = amd64 ] && both=amd64 || both=amd64,$1
    mmdebstrap --variant=minbase --architectures="$both" --include="$2" "$LAB_SUITE" "$3" ${LAB_MIRROR:+"$LAB_MIRROR"}
}

toolchain() { # ARCH: for CMake
    triplet=$(triplet_of "$1")
    cat <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${triplet%%-*})
set(CMAKE_C_COMPILER $triplet-gcc)
set(CMAKE_CXX_COMPILER $triplet-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR $(emulator_of "$1"))
set(CMAKE_LIBRARY_ARCHITECTURE $triplet)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE $1)
END
}

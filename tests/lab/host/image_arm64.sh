# SPDX-License-Identifier: GPL-3.0-or-later
# The guest for 64-bit Arm: all that image.sh says, with that processor's packages. Sourced after it, for that guest only.
# Maintainer scripts run under the static qemu-user of the build root, which the kernel calls for each Arm program.

BINFMT=/proc/sys/fs/binfmt_misc
# What an ELF file for Arm begins with: octets, and which of their bits matter.
ELF_MAGIC='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
ELF_MASK='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

GUEST_PACKAGES=$(printf '%s\n' "$GUEST_PACKAGES" | sed 's/linux-image-amd64/linux-image-arm64/')

build_image() {
    emulator=$(cross_root arm64)/usr/bin/qemu-aarch64
    cached "image-$(image_key)" "the guest image under emulation, which takes a quarter of an hour" \
        emulated make_arm64_image
}
make_arm64_image() ( # FOLDER
    # It need not look for an emulator of the host's own; see `emulated`.
    mmdebstrap() { command mmdebstrap --architectures=arm64 --skip=check/qemu "$@"; }
    make_image "$1"
)

# emulated COMMAND...: with Arm's programs running on this kernel meanwhile.
emulated() {
    [ -w "$BINFMT/register" ] ||
        fail "this kernel does not run Arm programs: run \`mount -t binfmt_misc binfmt_misc $BINFMT\` and try again"
    [ ! -e "$BINFMT/tandem-arm64" ] || echo -1 >"$BINFMT/tandem-arm64" # of a run that was killed
    # F: the emulator is opened now, from outside the image.
    printf '%s' ":tandem-arm64:M::$ELF_MAGIC:$ELF_MASK:$emulator:F" >"$BINFMT/register" || return 1
    "$@"
    status=$?
    echo -1 >"$BINFMT/tandem-arm64"
    return "$status"
}

# SPDX-License-Identifier: GPL-3.0-or-later
# The guest: a minimal Debian 13 as a disk image, with its kernel and initramfs beside it.

# What a Raspberry Pi has before Tandem is installed, what the virtual radio needs, the libraries Tandem's package
# depends on (the guest is offline), and BlueALSA for the comparison.
GUEST_PACKAGES="linux-image-amd64 systemd systemd-sysv udev kmod dbus initramfs-tools zstd procps iproute2
    bluez bluez-test-tools alsa-utils bluez-alsa-utils
    libasound2t64 libbluetooth3 libdbus-1-3 libdbus-cpp5 libfftw3-single3 libsbc1 libspdlog1.15 libsystemd0
    libtomlplusplus3t64 adduser jq"

image_key() {
    hash_of "$LAB_SUITE $GUEST_PACKAGES $(cat "$LAB/guest/lab.service" "$LAB/guest/initramfs-modules" "$LAB/host/image.sh")"
}

# build_image: prints the folder that holds disk.img, vmlinuz and initrd.
build_image() { cached "image-$(image_key)" "the guest image" make_image; }

make_image() { # FOLDER
    root=$1/root
    # shellcheck disable=SC2086,SC2016 # a list of names; $1 is the hook's
    mmdebstrap --variant=minbase --include="$(echo $GUEST_PACKAGES | tr ' ' ,)" \
        --essential-hook="install -D -m 644 '$LAB/guest/initramfs-modules' \"\$1/usr/share/initramfs-tools/modules.d/lab\"" \
        --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/lab"' \
        "$LAB_SUITE" "$root" ${LAB_MIRROR:+"$LAB_MIRROR"} || return 1
    install -m 644 "$LAB/guest/lab.service" "$root/etc/systemd/system/lab.service" &&
        mkdir -p "$root/lab" "$root/host" "$root/etc/systemd/system/multi-user.target.wants" &&
        ln -s ../lab.service "$root/etc/systemd/system/multi-user.target.wants/lab.service" || return 1
    for unit in apt-daily.timer apt-daily-upgrade.timer man-db.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
        getty.target systemd-timesyncd.service systemd-rfkill.service systemd-rfkill.socket bluealsa.service bluealsad.service bluealsa-aplay.service; do
        rm -f "$root/etc/systemd/system/"*".wants/$unit"
        ln -sf /dev/null "$root/etc/systemd/system/$unit" || return 1
    done
    echo tandem-lab >"$root/etc/hostname"
    printf '127.0.0.1 localhost tandem-lab\n' >"$root/etc/hosts"
    : >"$root/etc/fstab"
    passwd --root "$root" --delete root &&
        cp "$root"/boot/vmlinuz-* "$1/vmlinuz" &&
        cp "$root"/boot/initrd.img-* "$1/initrd" &&
        mke2fs -q -t ext4 -d "$root" -L tandem-lab "$1/disk.img" 4G && rm -rf "$root"
}

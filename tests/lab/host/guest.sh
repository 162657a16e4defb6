# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the virtual machine.

# prepare_share FOLDER: what the guest copies to /lab, but for its job: the scenarios it runs, or "shell".
prepare_share() {
    mkdir -p "$1/tools"
    cp -r "$LAB/guest" "$LAB/scenarios" "$1/"
    tools=$(build_tools)
    for tool in relay agent speaker room_recorder noise aux_player measure heard hold_thread typist; do cp "$tools/$tool" "$1/tools/"; done
    printf 'SEED=%s\nMINUTES=%s\nKINDS=%s\n' "${TANDEM_LAB_SEED:-}" "${TANDEM_LAB_MINUTES:-}" "${TANDEM_LAB_KINDS:-}" >"$1/settings"
}

# Drivers of what QEMU's machine has and a Raspberry Pi has not: loading them costs seconds of emulated time.
NOT_IN_A_PI=ahci,i2c_i801,lpc_ich,iTCO_wdt,pcspkr,psmouse,evdev,kvm_amd,kvm_intel,powernow_k8,button

# The machine's clock counts instructions, 1 ns each, and leaps to the next timer when there is nothing to do: what the
# host does meanwhile, and how fast it is, changes no figure. Both processors together do what one core of a Raspberry
# Pi 3 does.
CLOCK='-icount shift=0,sleep=off -rtc clock=vm'
CLOCK_FOR_PEOPLE='-icount shift=0,sleep=on -rtc clock=vm' # waits as long as they do

# boot SHARE CONSOLE SECOND-SERIAL: one try. Returns when the guest has powered off or the kernel has given up.
boot() {
    install_packages lab >&2
    # shellcheck disable=SC2086 # a list of words
    "machine_$LAB_ARCH" "$2" "$3" \
        -name tandem-lab,debug-threads=on -pidfile "$2.pid" $CLOCK -accel tcg,thread=single,tb-size=1024 -smp 2 \
        -nodefaults -vga none -nic none -display none -monitor none -no-reboot \
        -kernel "$IMAGE/vmlinuz" -initrd "$IMAGE/initrd" \
        -virtfs "local,path=$1,mount_tag=lab,security_model=none"
}

# machine_ARCH CONSOLE SECOND-SERIAL OPTION...: QEMU's machine for it; the second serial port is the guest's ttyS1.
machine_amd64() {
    console=$1 second=$2
    shift 2
    # The disk is memory: waiting for one takes of the guest's time what the host likes.
    qemu-system-x86_64 -M q35,nvdimm=on -cpu max -m 2048,slots=1,maxmem=8G \
        -object "memory-backend-file,id=disk,mem-path=$IMAGE/disk.img,size=4G,share=off" -device nvdimm,memdev=disk \
        "$@" -serial "file:$console" -serial "$second" -append "$(kernel_line ttyS0 pmem0)"
}
machine_arm64() {
    install_packages lab-arm64 >&2
    console=$1 second=$2
    shift 2
    # One serial port of its own, ttyAMA0, and two on the PCI bus.
    qemu-system-aarch64 -M virt -cpu cortex-a72 -m 2048 \
        -drive "file=$IMAGE/disk.img,format=raw,if=virtio,snapshot=on" \
        "$@" -serial "file:$console" -serial null -serial "$second" \
        -chardev null,id=first -device pci-serial,chardev=first -device pci-serial,chardev=serial2 \
        -append "$(kernel_line ttyAMA0 vda)"
}
kernel_line() { # CONSOLE DISK
    echo "root=/dev/$2 rw console=$1 loglevel=5 panic=-1 preempt=full mitigations=off norandmaps modprobe.blacklist=$NOT_IN_A_PI tandem.lab"
}

panicked() { grep -q 'Kernel panic' "$1"; }

# run_guest SHARE: boots until the job has run; a kernel that panics in early boot, as it does now and then under
# emulation, is nobody's fault here: boot again, a few times at most.
run_guest() {
    limit_s=$((${TANDEM_LAB_LIMIT_S:-600} * $(wc -w <"$1/job")))
    for attempt in 1 2 3 4 5; do
        : >"$1/progress"
        boot "$1" "$1/console" "file:$1/progress" &
        booted=$!
        follow "$1/progress" "$booted" "$1/console.pid" "$limit_s"
        wait "$booted" || fail "QEMU failed: see its message above"
        [ ! -f "$1/results/ended" ] || return 0
        panicked "$1/console" || break
        say "the guest's kernel panicked while booting (try $attempt), booting again"
    done
    tail -n 15 "$1/console" >&2
    return 1
}

# Shows the guest's output as it comes, until QEMU ends; ends a guest that exceeds the time limit.
follow() { # OUTPUT PROCESS QEMU-PIDFILE SECONDS
    guest=${1%/progress}
    tail -f -n +1 --pid="$2" -s 0.5 "$1" | sed -u "s/\r//; s/^/${guest##*/}: /" &
    follower=$!
    end=$(($(date +%s) + $4))
    while kill -0 "$2" 2>/dev/null; do
        if [ "$(date +%s)" -gt "$end" ]; then
            say "the guest took longer than $4 s and was ended"
            kill "$(cat "$3")"
        fi
        sleep 0.5
    done
    wait "$follower" 2>/dev/null || true
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the virtual machine.

# prepare_share FOLDER: what the guest sees at /lab, but for its job: the scenarios it runs, or "shell".
prepare_share() {
    mkdir -p "$1/tools" "$1/out"
    cp -r "$LAB/guest" "$LAB/scenarios" "$1/"
    tools=$(build_tools)
    for tool in relay agent speaker room_recorder noise aux_player measure heard hold_thread typist; do cp "$tools/$tool" "$1/tools/"; done
    printf 'SEED=%s\nMINUTES=%s\nKINDS=%s\n' "${TANDEM_LAB_SEED:-}" "${TANDEM_LAB_MINUTES:-}" "${TANDEM_LAB_KINDS:-}" >"$1/settings"
}

# Drivers of what QEMU's machine has and a Raspberry Pi has not: loading them costs seconds of emulated time.
NOT_IN_A_PI=ahci,i2c_i801,lpc_ich,iTCO_wdt,pcspkr,psmouse,evdev,kvm_amd,kvm_intel,powernow_k8,button

# boot SHARE CONSOLE SECOND-SERIAL: one try. Returns when the guest has powered off or the kernel has given up.
boot() {
    install_packages lab >&2
    favour "$2.pid" &
    "machine_$LAB_ARCH" "$2" "$3" \
        -name tandem-lab,debug-threads=on -pidfile "$2.pid" -accel "${LAB_ACCEL:-tcg,thread=multi,tb-size=2047}" -m 2048 -smp 2 \
        -nodefaults -vga none -nic none -display none -monitor none -no-reboot \
        -kernel "$IMAGE/vmlinuz" -initrd "$IMAGE/initrd" \
        -drive "file=$IMAGE/disk.img,format=raw,if=virtio,snapshot=on" \
        -virtfs "local,path=$1,mount_tag=lab,security_model=none"
}

# machine_ARCH CONSOLE SECOND-SERIAL OPTION...: QEMU's machine for it; the second serial port is the guest's ttyS1.
machine_amd64() {
    console=$1 second=$2
    shift 2
    qemu-system-x86_64 -M q35 -cpu max "$@" -serial "file:$console" -serial "$second" -append "$(kernel_line ttyS0)"
}
machine_arm64() {
    install_packages lab-arm64 >&2
    console=$1 second=$2
    shift 2
    # One serial port of its own, ttyAMA0, and two on the PCI bus.
    qemu-system-aarch64 -M virt -cpu cortex-a72 "$@" -serial "file:$console" -serial null -serial "$second" \
        -chardev null,id=first -device pci-serial,chardev=first -device pci-serial,chardev=serial2 \
        -append "$(kernel_line ttyAMA0)"
}
kernel_line() { # CONSOLE
    echo "root=/dev/vda rw console=$1 loglevel=5 panic=-1 preempt=full mitigations=off norandmaps modprobe.blacklist=$NOT_IN_A_PI tandem.lab"
}

# favour PIDFILE: the emulated machine goes before all else on this host, and what serves its timers and disks before
# its processors. Otherwise the host's scheduler takes a processor away for milliseconds, often while it holds a lock
# that the other one waits for, and the whole machine stands still.
favour() {
    tries=100
    until grep -qs 'CPU 1/' "/proc/$(cat "$1" 2>/dev/null)/task/"*/comm; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 0 # it has ended already
        sleep 0.1
    done
    for task in "/proc/$(cat "$1")/task/"*; do
        priority=2
        ! grep -q '^CPU' "$task/comm" || priority=1
        chrt --fifo --pid "$priority" "${task##*/}" 2>/dev/null || {
            say "the guest runs without real-time priority, which needs root: on a busy host its latencies are worse"
            return 0
        }
    done
}

panicked() { grep -q 'Kernel panic' "$1"; }

# run_guest SHARE: boots until the job has run; the kernel panics in early boot now and then under TCG (code patching
# with two threads), which is nobody's fault here: boot again, a few times at most.
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
    tail -f -n +1 --pid="$2" -s 0.5 "$1" | tr -d '\r' &
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

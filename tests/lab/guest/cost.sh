# SPDX-License-Identifier: GPL-3.0-or-later
# What the engine's thread asks of the kernel for each packet: counted, which no other program on the host can change.
# Sourced after tandem.sh.

TRACE=/sys/kernel/tracing/instances/engine

# count_engine SECONDS: prints how many system calls and wake-ups the engine's thread has for each packet that it sends,
# and which calls they are. While it counts, the kernel looks at every system call of the machine: nothing else is to be
# measured then.
count_engine() {
    task=$(engine_task)
    mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
    mkdir "$TRACE"
    echo 8192 >"$TRACE/buffer_size_kb"
    echo "common_pid == ${task##*/}" >"$TRACE/events/raw_syscalls/sys_enter/filter"
    echo "$(cut -d ' ' -f 1 /proc/uptime) $(wake_ups "$task")" >/tmp/engine-from
    echo 1 >"$TRACE/events/raw_syscalls/sys_enter/enable"
    sleep "$1"
    echo 0 >"$TRACE/events/raw_syscalls/sys_enter/enable"
    echo "$(cut -d ' ' -f 1 /proc/uptime) $(wake_ups "$task")" >/tmp/engine-to
    sed -n 's/.* NR \(-*[0-9]*\) .*/\1/p' "$TRACE/trace" | sort -n | uniq -c >/tmp/engine-calls
    rmdir "$TRACE"
    echo "$(cat /tmp/engine-from /tmp/engine-to | tr '\n' ' ') $(counted_calls) $(packets_a_second)" |
        awk '{ packets = ($3 - $1) * $6; printf "%.3f %.3f\n", $5 / packets, ($4 - $2) / packets }'
}
engine_task() {
    for task in "/proc/$(pgrep -x tandemd)/task/"*; do
        [ "$(cat "$task/comm")" != tandem-engine ] || echo "$task"
    done
}
# A program reads the time without the kernel where the processor's own counter is the clock, as on a Raspberry Pi and
# on any real PC. The emulation of a PC has none that keeps the time: what reads it there is no call elsewhere.
counted_calls() {
    case $(uname -m) in
    x86_64) read_clock=228 ;;
    *) read_clock=113 ;;
    esac
    case $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource) in
    tsc | kvm-clock | arch_sys_counter) read_clock=none ;;
    esac
    awk -v clock="$read_clock" '$2 != clock { sum += $1 } END { print sum + 0 }' /tmp/engine-calls
}
# The times that it waited for something: it woke up after each.
wake_ups() { awk '/^voluntary_ctxt_switches/ { print $2 }' "$1/status"; } # TASK
# Of all sinks, by their packets' length.
packets_a_second() { status_of '.rate_hz as $rate | [.sinks[] | $rate / (128 * .frames_per_packet)] | add'; }

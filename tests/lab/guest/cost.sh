# SPDX-License-Identifier: GPL-3.0-or-later
# What the engine's thread asks of the kernel for each packet: counted, which no other program on the host can change.
# Sourced after tandem.sh.

TRACE=/sys/kernel/tracing/instances/engine

# count_engine SECONDS: prints how many system calls and wake-ups the engine's thread has for each packet that it sends.
# While it counts, the kernel looks at every system call of the machine: nothing else is to be measured then.
count_engine() {
    task=$(engine_task)
    mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
    mkdir "$TRACE"
    echo "common_pid == ${task##*/}" >"$TRACE/events/raw_syscalls/sys_enter/filter"
    echo 1 >"$TRACE/events/raw_syscalls/sys_enter/enable"
    from="$(cut -d ' ' -f 1 /proc/uptime) $(calls) $(wake_ups "$task")"
    sleep "$1"
    to="$(cut -d ' ' -f 1 /proc/uptime) $(calls) $(wake_ups "$task")"
    rmdir "$TRACE"
    echo "$from $to $(packets_a_second)" |
        awk '{ packets = ($4 - $1) * $7; printf "%.3f %.3f\n", ($5 - $2) / packets, ($6 - $3) / packets }'
}
engine_task() {
    for task in "/proc/$(pgrep -x tandemd)/task/"*; do
        [ "$(cat "$task/comm")" != tandem-engine ] || echo "$task"
    done
}
# All that was traced, kept in the buffers or not.
calls() { cat "$TRACE"/per_cpu/cpu*/stats | awk '/^(entries|overrun|dropped events):/ { sum += $NF } END { print sum }'; }
# The times that it waited for something: it woke up after each.
wake_ups() { awk '/^voluntary_ctxt_switches/ { print $2 }' "$1/status"; } # TASK
# Of all sinks, by their packets' length.
packets_a_second() { status_of '.rate_hz as $rate | [.sinks[] | $rate / (128 * .frames_per_packet)] | add'; }

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the guest runs once it is up: the scenario the host asked for, or a shell. /host is the host's folder, /lab a copy
# of it.
# The guest powers itself off when this ends.
set -u
export PATH=/lab/tools:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=${TERM:-linux} LC_ALL=C.UTF-8
cd /tmp || exit 1
systemctl is-system-running --wait >/dev/null
echo "lab: the guest is up"
read -r jobs </lab/job
if [ "$jobs" = shell ]; then
    mkdir -p /lab/out
    # shellcheck source=/dev/null
    (. /lab/guest/lib.sh && radio_up 1 2 && speaker_up left && speaker_up right && aux_up && print_help)
    setsid --ctty --wait sh -c 'cd /root; exec bash -l' <>/dev/ttyS1 >&0 2>&1
    jobs=
    mkdir -p /host/results
fi
# run_scenario NAME: it leaves its results in /lab/out.
run_scenario() {
    mkdir -p "/host/results/$1" /lab/out
    echo "lab: scenario $1"
    sh -eu "/lab/scenarios/$1.sh" 2>&1
    status=$?
    # shellcheck source=/dev/null
    (. /lab/guest/lib.sh && keep_logs "$status")
    cp -r /lab/out/. "/host/results/$1"
    echo "$status" >"/host/results/$1/status"
    rm -rf /lab/out
    return "$status"
}
for job in $jobs; do
    run_scenario "$job" || break # what it left behind is nobody else's trouble: the next one gets another boot
    [ "$job" != "${jobs##* }" ] || break
    # shellcheck source=/dev/null
    (set -eu && . /lab/guest/lib.sh && . /lab/guest/renew.sh && renew) 2>&1 || break
done
echo yes >/host/results/ended
sync
systemctl poweroff -ff

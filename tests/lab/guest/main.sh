#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the guest runs once it is up: the scenario the host asked for, or a shell. /lab is the host's folder.
# The guest powers itself off when this ends.
set -u
export PATH=/lab/tools:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=${TERM:-linux} LC_ALL=C.UTF-8
cd /tmp || exit 1
systemctl is-system-running --wait >/dev/null
echo "lab: the guest is up"
read -r job </lab/job
if [ "$job" = shell ]; then
    # shellcheck source=/dev/null
    (. /lab/guest/lib.sh && radio_up 1 2 && speaker_up left && speaker_up right && aux_up && print_help)
    setsid --ctty --wait sh -c 'cd /root; exec bash -l' <>/dev/ttyS1 >&0 2>&1
    status=0
else
    sh -eu "/lab/scenarios/$job.sh" 2>&1
    status=$?
    # shellcheck source=/dev/null
    (. /lab/guest/lib.sh && keep_logs "$status")
fi
echo "$status" >/lab/out/status
sync
systemctl poweroff -ff

# SPDX-License-Identifier: GPL-3.0-or-later
# Between two scenarios of one boot. Sourced after lib.sh.

# renew: takes away what the last scenario brought, until the machine is as it was after its boot. Fails when something
# of it stays; then the next scenario has to have a boot of its own.
renew() {
    apt-get purge -q -y tandem >/tmp/apt.log 2>&1 || [ ! -e /usr/bin/tandemd ] || fail "apt cannot purge the package"
    for file in "$RADIO"/*.pid; do
        [ ! -e "$file" ] || kill -s KILL -- "-$(cat "$file")" 2>/dev/null || true # a group: setsid
    done
    systemctl stop bluetooth
    rm -rf /run/systemd/system/tandem.service.d /etc/tandem /var/lib/tandem /var/lib/bluetooth/* "$RADIO"
    systemctl daemon-reload
    systemctl reset-failed
    wait_for 20 "the end of the virtual controllers" no_controller
    ! grep -q '^snd_aloop ' /proc/modules || wait_for 10 "the removal of the sound card" modprobe -r snd-aloop
    find /tmp -mindepth 1 -maxdepth 1 ! -name '.*' ! -name 'systemd-private-*' -exec rm -rf {} +
    journalctl -q --rotate
    journalctl -q --vacuum-time=1s
    cd /tmp || return 1
    step "the guest is as new"
}
no_controller() { [ -z "$(ls /sys/class/bluetooth 2>/dev/null)" ]; }

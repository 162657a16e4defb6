# SPDX-License-Identifier: GPL-3.0-or-later
# What the README has a new user type, and nothing else: from the package to music on both speakers.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

# As unattended upgrades do it: nobody there to answer.
apt_does() {
    DEBIAN_FRONTEND=noninteractive apt "$@" -y >/tmp/apt.log 2>&1 </dev/null || fail "apt $*: $(tail -n 3 /tmp/apt.log)"
}
is_kept() { # AFTER-WHAT
    cmp /tmp/set-up.toml /etc/tandem/tandem.toml || fail "$1 changed the configuration"
    wait_for 60 "streaming to both speakers after $1" all_stream
    step "kept by $1"
}

radio_up 1 2
speaker_up left delay=150
speaker_up right delay=150
SPEAKER_NAMES="left right"
aux_up
mkdir /tmp/downloads
cp /lab/tandem.deb /tmp/downloads/tandem_0_amd64.deb
cd /tmp/downloads

begin=$(now)
apt_does install ./tandem_*.deb
step "installed $(dpkg-query -W tandem)"
tandemctl setup --yes --card hw:Loopback,1,0 --sink "left=$(address left)" --sink "right=$(address right)" ||
    fail "tandemctl setup ended with status $?"
bound "time from the package to two speakers that play" "$(awk "BEGIN { print $(now) - $begin }")" s 300
play_noise 20 options
# shellcheck disable=SC2046 # lists of options
judge options --require speakers==2 $(flawless left 20) $(flawless right 20) $(skewed_by 0)
cat /etc/tandem/tandem.toml

# A newer package asks nothing and keeps what was set up.
cp /etc/tandem/tandem.toml /tmp/set-up.toml
dpkg-deb --raw-extract tandem_0_amd64.deb /tmp/newer
sed -i 's/^Version: .*/Version: 99/' /tmp/newer/DEBIAN/control
dpkg-deb -Znone --build /tmp/newer /tmp/newer.deb >/tmp/dpkg.log
apt_does install /tmp/newer.deb
is_kept "an upgrade"
conclude

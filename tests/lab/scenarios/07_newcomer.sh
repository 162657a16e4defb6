# SPDX-License-Identifier: GPL-3.0-or-later
# What the README has a new user type, and nothing else: from the package to music on both speakers, by options and
# then at a terminal; what the service may do on this machine, and what its users may.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

# As unattended upgrades do it: nobody there to answer.
apt_does() {
    DEBIAN_FRONTEND=noninteractive apt "$@" -y >/tmp/apt.log 2>&1 </dev/null || fail "apt $*: $(tail -n 3 /tmp/apt.log)"
}
# The engine's thread as the kernel schedules it: "FIFO 20". Columns of proc_pid_stat(5).
engine_schedule() {
    for task in "/proc/$(pgrep -x tandemd)/task/"*; do
        [ "$(cat "$task/comm")" = tandem-engine ] || continue
        sed 's/.*) //' "$task/stat" | awk '{ print ($39 == 1 ? "FIFO" : "policy " $39), $38 }'
    done
}
as_user() { # USER COMMAND...
    user=$1
    shift
    setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups "$@"
}
is_refused() { # COMMAND of tandemctl
    refused=0
    as_user nobody tandemctl "$@" >/tmp/refusal 2>&1 || refused=$?
    [ "$refused" = 4 ] || fail "tandemctl $1 by nobody ended with status $refused, not 4: $(cat /tmp/refusal)"
    grep -q 'group tandem' /tmp/refusal || fail "nobody is not told what to do: $(cat /tmp/refusal)"
    cat /tmp/refusal
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
noise 300 /tmp/music.wav
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

step "the service is fenced in"
systemd-analyze security --no-pager tandem.service >/lab/out/security.txt
bound "exposure of tandem.service" "$(sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p' /lab/out/security.txt)" "of 10" 1.5
engine_schedule
case $(engine_schedule) in FIFO\ [1-9]*) ;; *) fail "the engine's thread is not scheduled in real time" ;; esac

step "users of this machine"
as_user nobody tandemctl status
is_refused trim right +1
is_refused reload
adduser --quiet --disabled-password --gecos "" visitor
adduser --quiet visitor tandem
as_user visitor tandemctl trim right +1 || fail "a member of the group tandem may not trim"
status_is '.sinks[1].trim_ms == 1' true || fail "the trim of a member of the group tandem is not in force"
as_user visitor tandemctl trim right -1
as_user visitor tandemctl reload || fail "a member of the group tandem may not reload"

step "set up again, at a terminal"
for name in left right; do
    tandemctl unpair "$(address "$name")" || fail "speaker $name cannot be unpaired"
    speaker "$name" pairing
done
in_background player aux_player hw:Loopback,0,0 /tmp/music.wav /tmp/music.aux
typist 40x110 tandemctl setup <<END || fail "the set-up at a terminal did not come to its end"
choose 20 dBFS
expect 10 Which is the first speaker?
choose 60 Speaker left
expect 10 Which is the other speaker?
choose 60 Speaker right
expect 60 left is playing
expect 60 right is playing
expect 30 Is it the left or the right one?
press l
expect 20 right: unchanged
press right right right
expect 10 right: 3.0 ms later
press enter
expect 10 Done.
keep /lab/out/setup.txt
end 10
END
stop player
cat /lab/out/setup.txt
play_noise 20 terminal
# shellcheck disable=SC2046 # lists of options
judge terminal --require speakers==2 $(flawless left 20) $(flawless right 20) $(skewed_by 3)
cat /etc/tandem/tandem.toml

# A newer package asks nothing and keeps what was set up.
cp /etc/tandem/tandem.toml /tmp/set-up.toml
dpkg-deb --raw-extract tandem_0_amd64.deb /tmp/newer
sed -i 's/^Version: .*/Version: 99/' /tmp/newer/DEBIAN/control
dpkg-deb -Znone --build /tmp/newer /tmp/newer.deb >/tmp/dpkg.log
apt_does install /tmp/newer.deb
is_kept "an upgrade"
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# Seven faults at once, and somebody who may not change anything: the doctor names each with its remedy, and none of
# them when they are gone. What status and watch look like is kept beside its words.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

DROP_IN=/run/systemd/system/tandem.service.d/fault.conf

play() { # FILE, until `stop player`
    in_background player aux_player hw:Loopback,0,0 "$1" /tmp/played.aux
    wait_for 20 "the sound at the input" status_is '.capture.silent_s < 1' true
}
examine() { # [COMMAND...]: that runs the doctor as somebody
    "$@" tandemctl doctor --json >/tmp/findings.json 2>/dev/null || [ -s /tmp/findings.json ] || fail "the doctor says nothing"
}
show() { # STATUS COMMAND...: prints what it says, and wants it to end with that status
    wanted=$1
    shift
    status=0
    "$@" >/tmp/shown.txt 2>/dev/null || status=$?
    cat /tmp/shown.txt
    [ "$status" -eq "$wanted" ] || fail "$* ended with status $status instead of $wanted"
}
said_of() { jq -r --arg check "$1" '.findings[] | select(.check == $check) | "\(.outcome): \(.reason) -> \(.remedy)"' /tmp/findings.json; }
names() { # CHECK OUTCOME REASON REMEDY: parts of what it says
    said=$(said_of "$1")
    case $said in
    "$2: "*"$3"*" -> "*"$4"*) printf '%s %s\n' "$1" "$said" ;;
    *) fail "of $1 the doctor was to say $2: ...$3 -> ...$4, and it said $said" ;;
    esac
}
PLANTED="watchdog real-time competitors adapter paired offset level"
is_cured() {
    examine
    for check in $PLANTED; do
        case $(said_of "$check") in "ok: "*) ;; *) return 1 ;; esac
    done
}

tandem_up 1 'left delay=120' 'right delay=210.5'
noise 300 /tmp/music.wav
noise 300 /tmp/faint.wav -40 0.02
play /tmp/music.wav
wait_for 30 "a doctor who finds nothing" is_cured
show 0 tandemctl doctor
tandemctl status | tee /lab/out/status.txt
typist 24x80 tandemctl watch <<END || fail "tandemctl watch does not show both speakers on a terminal"
expect 10 right
watch 25
keep /lab/out/watch.txt
press q
end 10
END
cat /lab/out/watch.txt
stop player

step "planting the faults"
cp /etc/tandem/tandem.toml /tmp/right.toml
printf '\n[[sink]]\nname = "kitchen"\naddress = "AA:BB:CC:DD:EE:FF"\n' >>/etc/tandem/tandem.toml
mkdir -p "$(dirname "$DROP_IN")"
printf '[Service]\nWatchdogSec=0\nLimitRTPRIO=0\n' >"$DROP_IN"
systemctl daemon-reload
systemctl restart tandem
for name in left right; do wait_for 60 "streaming to $name" sink_is "$name" streaming; done
play /tmp/faint.wav
in_background bluealsa bluealsa -p a2dp-source
in_background search sh -c "{ echo select $(adapter_property hci0 Address); echo scan bredr; exec sleep 300; } | bluetoothctl"
wait_for 20 "the search for devices" adapter_is hci0 Discovering true

examine
names watchdog warn "has no watchdog" "WatchdogSec="
names real-time warn "not a real-time thread" "LimitRTPRIO"
names competitors warn bluealsa "disable --now bluealsa"
names adapter warn "searching for devices on hci0" "scan on"
names paired fail "AA:BB:CC:DD:EE:FF" "sudo tandemctl pair AA:BB:CC:DD:EE:FF"
names offset warn "offset of 2.0 %" "line input"
case $(said_of hum) in "ok: "*) ;; *) fail "the offset is taken for hum: $(said_of hum)" ;; esac
names level warn "That is low" "Turn up the player"
examine setpriv --reuid nobody --regid nogroup --clear-groups
names permissions warn "not change anything" "adduser \$USER tandem"
show 1 tandemctl doctor
cp /tmp/shown.txt /lab/out/doctor.txt

step "taking them away"
stop search
stop bluealsa
stop player
rm "$DROP_IN"
systemctl daemon-reload
cp /tmp/right.toml /etc/tandem/tandem.toml
tandem_restart
play /tmp/music.wav
wait_for 60 "a doctor who finds none of the faults" is_cured
for check in $PLANTED; do printf '%s %s\n' "$check" "$(said_of "$check")"; done
conclude

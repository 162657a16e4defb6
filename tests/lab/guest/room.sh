# SPDX-License-Identifier: GPL-3.0-or-later
# The room in which the speakers are heard: a second loopback card, one substream for each. Sourced after lib.sh and
# tandem.sh. room_up goes before tandem_up, whose speakers then say room=hw:Room,0,N.

room_up() {
    modprobe snd-aloop enable=1,1 index=0,1 id=Loopback,Room pcm_substreams=1,4 || fail "this kernel has no snd-aloop"
    wait_for 10 "the appearance of the room's card" grep -q Room /proc/asound/cards
}

# Restarts Tandem, and looks at nothing while the speakers start: a look takes this machine's processor from the packets
# that start them.
restart_unwatched() {
    POLL_S=8
    tandem_restart
    POLL_S=0.2
}

# hear_during COMMAND NAME: plays noise while it runs, and records the radio and the room: NAME.wav beside NAME.btsnoop.
hear_during() {
    rm -f "/tmp/$2.events"
    in_background recorder room_recorder Room "$(echo "$SPEAKER_NAMES" | wc -w)" "/tmp/$2.wav"
    HEARD=$2
    play_noise_during "$1" "$2"
    still_runs recorder || fail "the room was not recorded: $(cat "$RADIO/recorder.log")"
    stop recorder
}

# event NAME COMMAND...: what happens to a speaker, from before the command to its end.
event() {
    named=$1 from=$(date +%s.%N)
    shift
    "$@"
    echo "$named=$from:$(date +%s.%N)" >>"/tmp/$HEARD.events"
}
cut_air() { # INDEX SECONDS: the air to a speaker
    air outage "$1" on
    sleep "$2"
    air outage "$1" off
}
# cuts INDEX SECONDS...: one after the other, with time to hear what each has left behind, and more than the 10 s in which
# a stream does not begin anew a second time.
cuts() {
    link=$1
    shift
    for cut_s; do
        event "cut_$cut_s" cut_air "$link" "$cut_s"
        sleep 11
    done
}

# judge_heard NAME OPTION...: as judge, of the room's recording; `judge NAME` goes before it.
judge_heard() {
    judged=$1
    shift
    # shellcheck disable=SC2046,SC2086 # lists of options
    nice -n 19 heard "/tmp/$judged.wav" $SPEAKER_NAMES $(sed 's/^/--event /' "/tmp/$judged.events") \
        --json "/lab/out/$judged-heard.json" --svg "/lab/out/$judged.svg" \
        "$@" || fault
}
# moved EVENT MILLISECONDS: the heard skew is the same after it, give or take; the first speaker missed nothing.
moved() {
    printf -- '--require %s.heard.moved_ms<=%s --require %s.left.silent_ms==0 ' "$1" "$2" "$1"
}

# heard_together EVENT WHEN: before or after it both speakers sound within a millisecond.
heard_together() {
    printf -- '--require %s.heard.%s_ms<=1 --require %s.heard.%s_ms>=-1 ' "$1" "$2" "$1" "$2"
}

# bluealsa_speaker NAME SUBSTREAM: the next free adapter becomes a speaker by BlueALSA, which plays into the room.
bluealsa_speaker() {
    adapter=hci$next_speaker
    next_speaker=$((next_speaker + 1))
    echo "$adapter" >"$RADIO/$1.adapter"
    adapter_property "$adapter" Address >"$RADIO/$1.address"
    may_be_called "org.bluealsa.$1"
    in_background "bluealsa-$1" bluealsa -B "$1" -i "$adapter" -p a2dp-sink
    wait_for 20 "BlueALSA on the bus for $1" busctl status "org.bluealsa.$1"
    in_background "player-$1" bluealsa-aplay -B "$1" --profile-a2dp --pcm="hw:Room,0,$2"
    for property in Discoverable Pairable; do
        busctl set-property org.bluez "/org/bluez/$adapter" org.bluez.Adapter1 "$property" b true
    done
    step "speaker $1 is BlueALSA's at $adapter"
}
# BlueALSA's package lets programs call it by its plain name only.
may_be_called() { # NAME: on the system bus
    printf '<busconfig><policy user="root"><allow send_destination="%s"/></policy></busconfig>\n' "$1" \
        >"/etc/dbus-1/system.d/lab-$1.conf"
    busctl call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Random faults from a seed, for minutes: rounds in which one speaker is in trouble and the other one must not notice,
# and between them what both share: bluetoothd, the adapter, the sound card, the configuration. The service lives
# through all of it, without more memory or descriptors than it had after the first round.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

SEED=$(setting SEED 1)
MINUTES=$(setting MINUTES 20)
state=$SEED
draw() { # FROM TO: a number of them, into DRAWN
    state=$(((state * 1103515245 + 12345) % 2147483648))
    DRAWN=$(($1 + state / 65536 % ($2 - $1 + 1)))
}
rest() { # FROM TO: seconds
    draw "$1" "$2"
    sleep "$DRAWN"
}
descriptors() { find "/proc/$(pgrep -x tandemd)/fd" -mindepth 1 | wc -l; }

trouble_for() { # NAME: one fault of this speaker, and its end
    index=$(index_of "$1")
    draw 1 4
    case $DRAWN in
    1)
        step "$1 is switched off and on"
        speaker "$1" off
        rest 3 15
        speaker "$1" on
        ;;
    2)
        step "$1 is out of reach"
        air outage "$index" on
        rest 2 25
        air outage "$index" off
        ;;
    3)
        draw 20 90
        step "to $1 $DRAWN % of the frames are lost"
        air loss "$index" "$DRAWN"
        rest 5 15
        air loss "$index" 0
        ;;
    4)
        step "$1 gives the stream back"
        speaker "$1" release
        ;;
    esac
    rest 4 12
}
round() {
    started=$(now)
    sleep 4
    while awk "BEGIN { exit !($(now) - $started < 80) }"; do trouble_for "$victim"; done
    wait_for 120 "streaming to all sinks" all_stream
    sleep 3
    played=$(awk "BEGIN { print int($(now) - $started) }")
}
trouble_for_both() {
    draw 1 6
    case $DRAWN in
    1)
        step "bluetoothd is restarted"
        systemctl restart bluetooth
        ;;
    2)
        step "bluetoothd is killed"
        systemctl kill -s KILL bluetooth
        sleep 1
        systemctl start bluetooth
        ;;
    3)
        step "the adapter is switched off and on"
        busctl set-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered b false
        rest 2 5
        busctl set-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered b true
        ;;
    4)
        step "the sound card is unplugged and back"
        echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/unbind
        rest 2 6
        echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/bind
        ;;
    5)
        draw 0 40
        step "the trim of right becomes $DRAWN ms"
        config balanced "right:trim_ms = $DRAWN"
        tandemctl reload || fail "tandem.service does not take the configuration"
        ;;
    6)
        step "a wrong configuration is to be loaded"
        cp /etc/tandem/tandem.toml /tmp/right.toml
        echo 'nonsense' >>/etc/tandem/tandem.toml
        ! tandemctl reload 2>/dev/null || fail "tandem.service took a wrong configuration"
        cp /tmp/right.toml /etc/tandem/tandem.toml
        ;;
    esac
    sleep 4
    wait_for 120 "streaming to all sinks" all_stream
    sleep 12 # until the streams have lasted
}

tandem_up 1 'left delay=150' 'right delay=150 reconnects=yes'
step "seed $SEED, $MINUTES minutes"
invocation=$(systemctl show -P InvocationID tandem)
begun=$(now)
number=0
while awk "BEGIN { exit !($(now) - $begun < $MINUTES * 60) }"; do
    number=$((number + 1))
    victim=left other=right
    draw 0 1
    [ "$DRAWN" = 0 ] || victim=right other=left
    step "round $number: trouble for $victim"
    play_noise_during round "round-$number"
    # shellcheck disable=SC2046 # a list of options
    judge "round-$number" --require speakers==2 --require "$other.sessions==1" $(flawless "$other" "$played") \
        --require "$other.late_worst_ms<=100"
    rm "/tmp/round-$number.btsnoop" "/tmp/round-$number.aux"
    trouble_for_both
    [ "$number" != 1 ] || { first_rss=$(rss_kib tandemd) && first_descriptors=$(descriptors); }
done
[ "$(systemctl show -P InvocationID tandem)" = "$invocation" ] || fail "tandem.service was started anew meanwhile"
tandemctl status
bound "growth of tandemd's memory since the first round" $(($(rss_kib tandemd) - first_rss)) KiB 1024
bound "growth of tandemd's descriptors since the first round" $(($(descriptors) - first_descriptors)) "" 0
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# Frames are lost on one link and on both: up to what the air still carries nothing is noticed, beyond that one speaker
# is sent less, and more again later; the other does not notice. Then bluetoothd is stopped, killed, and the adapter is
# switched off: both play again seconds after that is over.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

make_noise 120
tandem_up 1 'left delay=150' 'right delay=150'

loss() { air loss "$(index_of "$1")" "$2"; } # NAME PERCENT
bitpool_is() { status_is ".sinks[] | select(.name == \"$1\") | .bitpool" "$2"; }
bitpool_is_not() { ! bitpool_is "$@"; }

up_to_a_third_lost() {
    started=$(now)
    sleep 3
    for percent in 10 20 30; do
        loss right "$percent"
        sleep 4
        loss left "$percent"
        sleep 4
        loss left 0
    done
    loss right 0
    sleep 2
    played=$(awk "BEGIN { print int($(now) - $started) }")
}
play_noise_during up_to_a_third_lost third
bitpool_is left 51 && bitpool_is right 51 || fail "a bitpool was lowered although nothing had to wait for long"
played_third=$played

most_lost() {
    started=$(now)
    sleep 3
    loss right 85
    wait_for 30 "a lower bitpool to the right speaker" bitpool_is_not right 51
    sleep 6 # until it is as low as it gets
    lowest=$(status_of '.sinks[] | select(.name == "right") | .bitpool')
    step "to the right speaker: bitpool $lowest"
    bitpool_is left 51 || fail "the left speaker's bitpool has changed"
    loss right 0
    sleep 2
    mark after
    POLL_S=5 # each look disturbs the emulated machine, and this takes half a minute
    wait_for 60 "a higher bitpool to the right speaker" bitpool_is_not right "$lowest"
    POLL_S=2
    sleep 2
    mark after-end
    played=$(awk "BEGIN { print int($(now) - $started) }")
}
play_noise_during most_lost most
tandemctl status

# What was recorded is judged while the streams that are back last for the 10 s after which a failure is forgotten.
judge_third() {
    # shellcheck disable=SC2046 # lists of options
    judge third --require speakers==2 --require left.sessions==1 --require right.sessions==1 \
        $(flawless left "$played_third") $(flawless right "$played_third") \
        --require 'left.late_worst_ms<=100' --require 'right.late_worst_ms<=100' $(skewed_by 0)
}
# Retransmissions of the other link take their turns of the air: a frame waits for one of those at a time.
# The stream that lacks air begins anew once, when its speaker may have run dry, and not again within 10 s.
judge_most() {
    # shellcheck disable=SC2046 # lists of options
    judge most --require speakers==2 --require left.sessions==1 --require "right.sessions<=2" $(flawless left "$played") \
        --require 'left.late_worst_ms<=100' --require right.bad_packets==0 --require right.timestamp_errors==0 \
        $(in_step after 0)
}
during_12_s() { # COMMAND
    began=$(now)
    "$1"
    sleep "$(awk "BEGIN { left = 12 - ($(now) - $began); print (left > 0 ? left : 0) }")"
}

again_within() { # SECONDS WHAT SINCE
    becomes_within streaming "$1" left "$3"
    becomes_within streaming "$1" right "$3"
    step "all sinks stream again after $2"
}
# The speakers are clients of the same bluetoothd, and have to come back themselves, for the TIMES-th time.
speakers_return() { # TIMES
    for name in left right; do
        wait_for 20 "speaker $name getting ready again" \
            sh -c "[ \$(grep -c ': ready' '$RADIO/speaker-$name.log') -gt $1 ]"
    done
}
gone() { wait_for 20 "the end of the old streams" sink_is_not left streaming; }

systemctl stop bluetooth
gone
sleep 3
systemctl start bluetooth
speakers_return 1
again_within 5 "a stop of bluetoothd" "$(now)"

during_12_s judge_third
systemctl kill -s KILL bluetooth
gone
systemctl start bluetooth
speakers_return 2
again_within 5 "the death of bluetoothd" "$(now)"

during_12_s judge_most
busctl set-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered b false
gone
sleep 2
busctl set-property org.bluez /org/bluez/hci0 org.bluez.Adapter1 Powered b true
again_within 5 "the adapter was off" "$(now)"
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# What can go wrong beside the radio: the sound card is unplugged, busy, of another rate, its player stops; the day of
# the clock jumps; the engine's thread hangs. The speakers stay connected and get packet after packet. And on long
# silence the streams rest, where the configuration says so, and come back together.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

card() { echo snd_aloop.0 >"/sys/bus/platform/drivers/snd_aloop/$1"; } # unbind, bind
reason_is() { status_is .capture.reason "$1"; }
sound_comes() { status_is '.capture.level_left_dbfs > -60' true; }
uptime_ms() { awk '{ print int($1 * 1000) }' /proc/uptime; }
# back_within MILLISECONDS WHAT COMMAND...
back_within() {
    limit_ms=$1 what=$2
    shift 2
    began=$(uptime_ms)
    wait_for 30 "$what" "$@"
    bound "$what" "$(($(uptime_ms) - began))" ms "$limit_ms"
}
# Each look at the status starts two programs, which an emulated machine has to translate: it comes on top of the bound.
LOOK_MS=1000

capture_from() { # DEVICE
    sed -i "s/^device = .*/device = \"$1\"/" /etc/tandem/tandem.toml
    tandemctl reload || fail "tandem.service does not take the configuration"
}
start_noise() { in_background player aux_player hw:Loopback,0,0 /tmp/noise.wav "/tmp/$1.aux"; }

tandem_up 1 'left delay=150' 'right delay=150'
invocation=$(systemctl show -P InvocationID tandem)

step "the clock jumps by a day, there and back"
date -s '+1 day' >/dev/null
sleep 2
date -s '-1 day' >/dev/null
all_stream || fail "a sink no longer streams after the clock was set"
status_is .timeline.locked true || fail "the timeline lost its lock when the clock was set"

noise 300 /tmp/noise.wav
record_radio capture
start_noise before
sleep 6
sound_comes || fail "no sound comes in"

step "the card is unplugged"
card unbind
wait_for 5 "tandem missing its card" reason_is card-missing
sleep 5
card bind
wait_for 10 "the card's return" grep -q Loopback /proc/asound/cards
back_within $((2000 + LOOK_MS)) "sound card unplugged and back" reason_is ''
stop player

step "the card is busy"
capture_from hw:NoSuchCard
wait_for 5 "no card of that name" reason_is card-missing
in_background other arecord -q -D hw:Loopback,1,0 -f S16_LE -c 2 -r 48000 /dev/null
capture_from hw:Loopback,1,0
wait_for 5 "a card that is busy" reason_is card-busy
stop other
back_within $((2000 + LOOK_MS)) "sound card busy and free" reason_is ''

step "the card has another rate"
capture_from hw:NoSuchCard
in_background other aplay -q -D hw:Loopback,0,0 -f S16_LE -c 2 -r 44100 /dev/zero
sleep 1
capture_from hw:Loopback,1,0
wait_for 5 "a rate that is refused" reason_is card-refused
stop other
back_within $((2000 + LOOK_MS)) "sound card of the right rate again" reason_is ''

step "all is well again"
start_noise capture
sleep 14
stop player
stop_recording
all_stream || fail "a sink no longer streams"
[ "$(systemctl show -P InvocationID tandem)" = "$invocation" ] || fail "tandem.service was started anew meanwhile"
for reason in card-lost card-busy card-refused; do
    lines=$(journalctl -q -u tandem "REASON=$reason" -o cat | wc -l)
    [ "$lines" = 1 ] || fail "the journal says $reason $lines times and not once"
done
tandemctl status

# The whole recording is judged for its packets, the last stretch for what is in them.
# shellcheck disable=SC2046 # lists of options
judge capture --require speakers==2 --require left.sessions==1 --require right.sessions==1 \
    $(flawless left 14) $(flawless right 14) $(skewed_by 0)

step "the input is silent for long"
printf '\n[idle]\nkeep_alive = "none"\nsuspend_after_s = 2\n' >>/etc/tandem/tandem.toml
tandemctl reload || fail "tandem.service does not take the configuration"
for name in left right; do wait_for 15 "the rest of the stream to $name" sink_is "$name" suspended; done
record_radio wake
start_noise wake
wait_for 15 "streaming to all sinks after the first sound" all_stream
sleep 8
stop player
stop_recording
journalctl -q -u tandem -o cat | grep 'sound again: left, right together' || fail "the speakers did not come back together"
bound "first sound, and both speakers play" "$(journalctl -q -u tandem -o cat --output-fields=WAKE_MS | grep .)" ms 1000
# shellcheck disable=SC2046 # lists of options
judge wake --require speakers==2 --require left.sessions==1 --require right.sessions==1 \
    $(flawless left 8) $(flawless right 8) $(skewed_by 0)
sed -i '/^\[idle\]/,$d' /etc/tandem/tandem.toml
tandemctl reload || fail "tandem.service does not take the configuration"
wait_for 15 "streaming to all sinks" all_stream

step "the engine's thread hangs"
began=$(uptime_ms)
in_background hold hold_thread tandemd tandem-engine
wait_for 5 "the engine being held" grep -q held "$RADIO/hold.log"
wait_for 20 "the restart by systemd" sh -c "[ \$(systemctl show -P InvocationID tandem) != $invocation ]"
wait_for 30 "streaming to all sinks" all_stream
bound "engine thread stuck, and all sinks stream again" "$(($(uptime_ms) - began))" ms $((10000 + LOOK_MS))
journalctl -q -u tandem REASON=engine-stuck -o cat | grep . || fail "the journal does not say that the engine was stuck"
conclude

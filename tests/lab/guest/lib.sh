# SPDX-License-Identifier: GPL-3.0-or-later
# What scenarios are written with. Sourced in the guest by a POSIX shell with -eu.

RADIO=/run/radio # state of the radio and the speakers: FIFOs, logs, process ids

fail() { printf 'lab: error: %s\n' "$*"; exit 1; }
step() { printf 'lab: %s (%s s)\n' "$*" "$(cut -d ' ' -f 1 /proc/uptime)"; }

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; fails with a sentence after the limit.
wait_for() {
    limit=$1 what=$2
    shift 2
    end=$(($(cut -d . -f 1 /proc/uptime) + limit))
    until "$@" >/dev/null 2>&1; do
        [ "$(cut -d . -f 1 /proc/uptime)" -lt "$end" ] || fail "$what did not happen within $limit s"
        sleep "${POLL_S:-0.2}"
    done
}

adapter_property() {
    value=$(busctl get-property org.bluez "/org/bluez/$1" org.bluez.Adapter1 "$2") || return 1
    printf '%s\n' "$value" | cut -d ' ' -f 2 | tr -d '"'
}
adapter_is() { [ "$(adapter_property "$1" "$2")" = "$3" ]; }

# setting NAME DEFAULT: what the host was told in TANDEM_LAB_NAME.
setting() {
    value=$(sed -n "s/^$1=//p" /lab/settings)
    printf '%s\n' "${value:-$2}"
}

# in_background NAME COMMAND...: its log is $RADIO/NAME.log, its process id $RADIO/NAME.pid.
in_background() {
    name=$1
    shift
    setsid "$@" >"$RADIO/$name.log" 2>&1 </dev/null &
    echo $! >"$RADIO/$name.pid"
}
still_runs() { kill -0 "$(cat "$RADIO/$1.pid")"; }
stop() { # NAME
    pid=$(cat "$RADIO/$1.pid")
    kill -s TERM -- "-$pid" 2>/dev/null || true # a group: setsid
    wait_for 10 "the end of $1" sh -c "! kill -0 $pid"
}

# radio_up BRIDGES SPEAKERS: hci0... belong to the bridge, the rest to speakers.
radio_up() {
    BRIDGES=$1 SPEAKERS=$2
    total=$((BRIDGES + SPEAKERS))
    mkdir -p "$RADIO"
    udevadm settle
    modprobe -q hci_vhci || modprobe hci_uart || fail "this kernel has neither hci_vhci nor hci_uart"
    # btvirt's own crypto: loaded on its first use, they cost it the two seconds a new HCI device may take to answer.
    modprobe -a algif_hash algif_skcipher cmac ecb
    systemctl start bluetooth || fail "bluetoothd does not start"
    for try in 1 2 3 4; do
        start_radio
        if controllers_answer; then break; fi
        [ "$try" != 4 ] || fail "the virtual controllers do not answer: see relay.log and the kernel's messages"
        step "a virtual controller answered too late, starting the radio again"
        stop relay
        stop btvirt
    done
    in_background agent agent
    next_speaker=$BRIDGES
    step "radio is up: $BRIDGES adapter(s) of the bridge, $SPEAKERS of speakers"
}
start_radio() {
    rm -f /tmp/bt-server-*
    in_background btvirt chrt -f 89 btvirt -s
    wait_for 10 "btvirt listening" test -S /tmp/bt-server-bredrle
    in_background relay relay "$total" "$RADIO/air"
    wait_for 20 "the appearance of hci$((total - 1))" test -e "/sys/class/bluetooth/hci$((total - 1))"
    still_runs relay || fail "the relay has ended: $(cat "$RADIO/relay.log")"
}
# A device whose first command was not answered within the kernel's two seconds is dead for good: bluetoothd never
# sees it.
controllers_answer() {
    index=0
    while [ "$index" -lt "$total" ]; do
        (wait_for 8 "hci$index" adapter_property "hci$index" Powered) >/dev/null || return 1
        wait_for 30 "powering on hci$index" power_on "hci$index"
        index=$((index + 1))
    done
}

# A controller that was late to answer its first commands stays down until it is asked again.
power_on() {
    adapter_is "$1" Powered true && return 0
    busctl set-property org.bluez "/org/bluez/$1" org.bluez.Adapter1 Powered b true
    adapter_is "$1" Powered true
}

# speaker_up NAME [mtu=BYTES] [OPTION=VALUE...]: the next free adapter becomes this speaker; see speaker_main.cpp for the
# other options.
speaker_up() {
    speaker=$1
    shift
    case ${1:-} in
    mtu=*)
        air mtu "$next_speaker" "${1#mtu=}"
        shift
        ;;
    esac
    adapter=hci$next_speaker
    next_speaker=$((next_speaker + 1))
    in_background "speaker-$speaker" speaker "$adapter" "Speaker $speaker" "$RADIO/$speaker" "$@"
    wait_for 20 "speaker $speaker getting ready" grep -q ': ready' "$RADIO/speaker-$speaker.log"
    echo "$adapter" >"$RADIO/$speaker.adapter"
    adapter_property "$adapter" Address >"$RADIO/$speaker.address"
    step "speaker $speaker is $(cat "$RADIO/$speaker.address") at $adapter"
}
address() { cat "$RADIO/$1.address"; }
speaker() { echo "$2" >"$RADIO/$1"; } # NAME COMMAND: off, on, pairing, release, "delay MS", "volume LEVEL", "kind KIND"
air() { echo "$*" >"$RADIO/air"; }    # loss INDEX PERCENT, outage INDEX on|off, mtu INDEX BYTES
index_of() { sed 's/hci//' "$RADIO/$1.adapter"; }

# The aux cable: what is played into hw:Loopback,0,0 is captured at hw:Loopback,1,0.
aux_up() {
    modprobe snd-aloop pcm_substreams=1 || fail "this kernel has no snd-aloop"
    wait_for 10 "the appearance of the sound card" grep -q Loopback /proc/asound/cards
}

# play_noise SECONDS NAME PROGRAM...: plays noise into the aux and records the radio; leaves NAME.btsnoop and NAME.aux in
# /tmp, and in PLAYED_CPU_MS what the programs took of the CPU in 10 s of it, the middle one of all stretches: what else
# the host does spoils some of them.
play_noise() {
    noise "$1" /tmp/noise.wav
    recorded=$2
    shift 2
    record_radio "$recorded"
    [ $# = 0 ] || { cpu_stretches "$@" >/tmp/cpu-stretches & }
    aux_player hw:Loopback,0,0 /tmp/noise.wav "/tmp/$recorded.aux" || fail "the noise could not be played"
    [ $# = 0 ] || {
        kill $!
        PLAYED_CPU_MS=$(median_of /tmp/cpu-stretches)
    }
    stop_recording
}
# A line for each 10 s, until it is stopped.
cpu_stretches() { # PROGRAM...
    before=$(cpu_ms_of "$@")
    while sleep 10; do
        after=$(cpu_ms_of "$@")
        echo "$((after - before))"
        before=$after
    done
}
median_of() { sort -n "$1" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; } # FILE
cpu_ms_of() { # PROGRAM...
    sum=0
    for program; do sum=$((sum + $(cpu_ms "$program"))); done
    echo "$sum"
}
# make_noise SECONDS: in the background, while the machine has other things to wait for; for all that is played during a
# command.
make_noise() {
    mkdir -p "$RADIO"
    in_background noise nice -n 19 noise "$1" /tmp/noise.wav
}
# The same, for as long as the command runs; at most what make_noise has made, or five minutes.
play_noise_during() { # COMMAND NAME
    if [ -e "$RADIO/noise.pid" ]; then
        wait_for 60 "the noise" sh -c "! kill -0 $(cat "$RADIO/noise.pid")"
    else
        noise 300 /tmp/noise.wav
    fi
    record_radio "$2"
    in_background player aux_player hw:Loopback,0,0 /tmp/noise.wav "/tmp/$2.aux"
    POLL_S=2 # each look starts programs, which an emulated machine has to translate first
    "$1"
    POLL_S=0.2
    still_runs player || fail "the noise did not last: $(cat "$RADIO/player.log")"
    stop player
    stop_recording
}
record_radio() {
    rm -f "/tmp/$1.btsnoop"
    RECORDING=$1
    air record "/tmp/$1.btsnoop"
    air lateness "$RADIO/lateness"
    wait_for 10 "the recording of the radio" test -s "/tmp/$1.btsnoop"
}
stop_recording() {
    still_runs relay || fail "the relay has ended: $(cat "$RADIO/relay.log")"
    air record off
    rm -f "$RADIO/lateness"
    air lateness "$RADIO/lateness"
    wait_for 5 "the radio's answer" test -e "$RADIO/lateness"
    mv "$RADIO/lateness" "/tmp/$RECORDING.late"
}

# Ticks of CPU that the named programs have used so far, in milliseconds.
cpu_ms() {
    total=0
    for pid in $(pgrep -x "$1" || true); do
        ticks=$(sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }') || continue
        total=$((total + ticks * 1000 / $(getconf CLK_TCK)))
    done
    echo "$total"
}
rss_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$(pgrep -x "$1" | head -n 1)/status"; }

# keep_logs STATUS: hands the logs to the host, after a failure the recordings too.
keep_logs() {
    mkdir -p /lab/out/logs
    cp "$RADIO"/*.log /lab/out/logs/ 2>/dev/null || true
    journalctl -b --no-pager -o short-monotonic >/lab/out/logs/journal.txt
    journalctl -b --no-pager -o short-precise -u tandem >/lab/out/logs/tandem.txt
    [ "$1" != 0 ] || return 0
    for capture in /tmp/*.btsnoop /tmp/*.aux /tmp/*.late; do
        [ ! -e "$capture" ] || cp "$capture" /lab/out/logs/
    done
}

print_help() {
    cat <<END

This is the virtual Raspberry Pi. hci0 is its own adapter; the speakers are
  left   $(address left)
  right  $(address right)
Play into the aux with:  aux_player hw:Loopback,0,0 FILE.wav /tmp/log     (noise 60 FILE.wav makes one)
Capture it from:         hw:Loopback,1,0
Watch the radio with:    btmon, or echo record /tmp/radio.btsnoop >$RADIO/air
Speakers obey:           echo off >$RADIO/left         (off, on, pairing, release, delay MS)
The air obeys:           echo loss 1 5 >$RADIO/air     (loss INDEX PERCENT, outage INDEX on|off, mtu INDEX BYTES)
exit powers it off.

END
}

# SPDX-License-Identifier: GPL-3.0-or-later
# The pipeline Tandem is compared with. Sourced after lib.sh, with the radio, two speakers and the aux up.

bluealsa_up() {
    in_background bluealsa bluealsa -p a2dp-source
    wait_for 20 "BlueALSA on the bus" busctl status org.bluealsa
    for name in left right; do
        pair_by_hand "$(address "$name")"
    done
}

pair_by_hand() { # ADDRESS
    device=/org/bluez/hci0/dev_$(echo "$1" | tr : _)
    if ! paired; then
        in_background scan sh -c "{ echo select $(adapter_property hci0 Address); echo scan bredr; exec sleep 120; } | bluetoothctl"
        wait_for 60 "pairing with $1" find_and_pair
        stop scan
    fi
    busctl set-property org.bluez "$device" org.bluez.Device1 Trusted b true
    wait_for 60 "connecting to $1" busctl --timeout=30 call org.bluez "$device" org.bluez.Device1 Connect
    wait_for 20 "a PCM of BlueALSA for $1" sh -c "bluealsa-cli list-pcms | grep -q '$(basename "$device")/a2dpsrc'"
    step "paired with $1"
}
paired() { [ "$(busctl get-property org.bluez "$device" org.bluez.Device1 Paired)" = "b true" ]; }
find_and_pair() { paired || busctl --timeout=30 call org.bluez "$device" org.bluez.Device1 Pair; }

bluealsa_play() { # SECONDS
    pcm() { echo "bluealsa:DEV=$(address "$1"),PROFILE=a2dp"; }
    mkfifo /tmp/to-left /tmp/to-right
    in_background aplay-left aplay -q -D "$(pcm left)" -t raw -f S16_LE -r 48000 -c 2 /tmp/to-left
    in_background aplay-right aplay -q -D "$(pcm right)" -t raw -f S16_LE -r 48000 -c 2 /tmp/to-right
    in_background arecord sh -c 'arecord -q -D plughw:Loopback,1,0 -t raw -f S16_LE -r 48000 -c 2 | tee /tmp/to-left >/tmp/to-right'
    play_noise "$1" bluealsa arecord tee aplay bluealsa
    BLUEALSA_CPU_MS=$PLAYED_CPU_MS
}
bluealsa_down() {
    for process in arecord aplay-left aplay-right bluealsa; do stop "$process"; done
    rm -f /tmp/to-left /tmp/to-right
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Two speakers that count are as far apart after each cut of one link as before it, as they are heard: the room's
# recording judges, whatever was sent. TANDEM_LAB_KINDS names other kinds for the speaker whose link is cut, and one
# boot hears all of them: "counting counting-refill packets:5 packets:15 regulated placing".
. /lab/guest/lib.sh
. /lab/guest/tandem.sh
. /lab/guest/room.sh

room_up
make_noise 90
tandem_up 1 'left delay=150 room=hw:Room,0,0 kind=counting' 'right delay=150 room=hw:Room,0,1 kind=counting'
RIGHT=$(index_of right)
LATENCY_MS=149.3 # seven packets of 1024 frames: what a counting speaker has to play when the eighth starts it

all_cuts() {
    sleep 6
    cuts "$RIGHT" 0.05 0.12 0.2 0.4 0.6 1 3
}
hear_kind() { # KIND
    speaker right "kind $1"
    tandem_restart
    heard_kind=$(echo "$1" | tr ':' '-')
    hear_during all_cuts "$heard_kind"
    judge "$heard_kind" --require speakers==2
}

config balanced "left:latency_ms = $LATENCY_MS" "right:latency_ms = $LATENCY_MS"
for kind in $(setting KINDS counting); do
    hear_kind "$kind"
    # shellcheck disable=SC2046 # a list of options
    judge_heard "$heard_kind" --title "Skew as heard, ms; the right speaker is of the kind $kind" \
        $(moved cut_0.05 0.3) $(moved cut_0.12 0.3) \
        $(moved cut_0.2 2.7) $(moved cut_0.4 2.7) $(moved cut_0.6 2.7) $(moved cut_1 2.7) $(moved cut_3 2.7)
done
tandemctl status
conclude

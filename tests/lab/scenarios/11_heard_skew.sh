# SPDX-License-Identifier: GPL-3.0-or-later
# Two speakers that count play in step from their first note on, and are as far apart after each cut of one link as before
# it, as they are heard: the room's recording judges, whatever was sent. The speaker whose link is cut is of one kind after
# the other: those in TANDEM_LAB_KINDS, of "counting counting-refill packets:5 packets:15 regulated placing".
. /lab/guest/lib.sh
. /lab/guest/tandem.sh
. /lab/guest/room.sh

room_up
make_noise 110
tandem_up 1 'left delay=150 room=hw:Room,0,0 kind=counting' 'right delay=150 room=hw:Room,0,1 kind=counting'
RIGHT=$(index_of right)

# What the kind has to play when the packet comes that starts it, each of 1024 frames.
latency_of() { # KIND
    case $1 in
    packets:5) packets=4 ;;
    packets:15) packets=14 ;;
    *) packets=7 ;; # 60 SBC frames are there with the eighth
    esac
    awk "BEGIN { print int($packets * 1024 / 4.8) / 10 }"
}
all_cuts() {
    sleep 6
    cuts "$RIGHT" 0.05 0.12 0.2 0.4 0.6 1 3
}
hear_kind() { # KIND
    speaker right "kind $1"
    config balanced "left:latency_ms = $(latency_of counting)" "right:latency_ms = $(latency_of "$1")"
    restart_unwatched
    heard_kind=$(echo "$1" | tr ':' '-')
    hear_during all_cuts "$heard_kind"
    judge "$heard_kind" --require speakers==2
}

# A short cut moves nothing. After a longer one the stream begins anew, and starts as it did the time before; the very
# first start differs a little, since packets for the other speaker may be in the way.
for kind in $(setting KINDS 'counting packets:5'); do
    hear_kind "$kind"
    # shellcheck disable=SC2046 # a list of options
    judge_heard "$heard_kind" --title "Skew as heard, ms; the right speaker is of the kind $kind" \
        $(heard_together cut_0.05 before) $(heard_together cut_3 after) \
        $(moved cut_0.05 0.3) $(moved cut_0.12 0.3) \
        $(moved cut_0.2 1) $(moved cut_0.4 0.3) $(moved cut_0.6 0.3) $(moved cut_1 0.3) $(moved cut_3 0.3)
done
tandemctl status
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# What else two speakers that count are heard to do in trouble, beside 11_heard_skew's cuts: 85 of 100 frames lost on one
# link for 10 s, tandemd stopped for 0.3 s, and programs that want all of the processor for 10 s.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh
. /lab/guest/room.sh

room_up
make_noise 90
tandem_up 1 'left delay=150 room=hw:Room,0,0 kind=counting' 'right delay=150 room=hw:Room,0,1 kind=counting'
config balanced 'left:latency_ms = 149.3' 'right:latency_ms = 149.3'
restart_unwatched
RIGHT=$(index_of right)

lossy_air() {
    air loss "$RIGHT" 85
    sleep 10
    air loss "$RIGHT" 0
}
stand_still() {
    pkill -STOP -x tandemd
    sleep 0.3
    pkill -CONT -x tandemd
}
hog() {
    for number in 1 2 3 4; do in_background "hog-$number" sh -c 'while :; do :; done'; done
    sleep 10
    for number in 1 2 3 4; do stop "hog-$number"; done
}
troubles() {
    sleep 6
    event hogged hog
    sleep 6
    event stopped stand_still
    sleep 12
    event lossy lossy_air
    sleep 12
}
hear_during troubles troubles
tandemctl status
judge troubles --require speakers==2
# A speaker that counts plays slower while it has less in its buffer than it started with, so packets that come late for
# long move it a little. After the loss the stream may have begun anew before all was over, and waits for a pause.
# shellcheck disable=SC2046 # a list of options
judge_heard troubles --title 'Skew as heard, ms' $(heard_together hogged before) \
    --require 'hogged.heard.moved_ms<=1' --require hogged.left.silent_ms==0 --require hogged.right.silent_ms==0 \
    --require 'stopped.heard.moved_ms<=1' --require 'lossy.heard.moved_ms<=3' \
    --require lossy.left.silent_ms==0
conclude

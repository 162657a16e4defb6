# SPDX-License-Identifier: GPL-3.0-or-later
# One speaker is switched off and on, and is carried out of reach, for short and for long: it plays again within bounds,
# nothing old, and the search for it takes a bounded share of the air. The other speaker does not notice.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

make_noise 180
tandem_up 1 'left delay=150' 'right delay=150 reconnects=yes'
RIGHT=$(index_of right)

off_for() { # SECONDS BOUND
    speaker right off
    wait_for 20 "tandem noticing that the right speaker is off" sink_is_not right streaming
    searched=$(paged)
    sleep "$1"
    searched=$(plus "$(paged)" "-$searched")
    on=$(now)
    speaker right on
    becomes_within streaming "$2" right "$on"
    step "off for $1 s: paged for $searched s of it"
}
# cut_for SECONDS BOUND: the part of the recording to judge begins a second after the air's return.
cut_for() {
    POLL_S=0.3
    searched=$(paged)
    cut=$(now)
    air outage "$RIGHT" on
    { sleep "$1" && paged >/tmp/paged && air outage "$RIGHT" off && now >/tmp/returned && sleep 1 && mark "cut-$1"; } &
    return_of_the_air=$!
    becomes_within stalled 1.5 right "$cut"
    wait "$return_of_the_air"
    becomes_within streaming "$2" right "$(cat /tmp/returned)"
    searched=$(plus "$(cat /tmp/paged)" "-$searched")
    POLL_S=2
    step "the air was cut for $1 s: paged for $searched s of it"
}
end_part() { # SECONDS NAME
    sleep "$1"
    mark "$2-end"
}
# Between two losses a stream of 10 s lasts: what failed before is forgotten.
all_of_it() {
    started=$(now)
    sleep 3
    off_for 10 5
    bound "paging in 10 s" "$searched" s 8
    sleep 2
    cut_for 3 1.5 # the link lives on; the status is as old as a second
    end_part 5 cut-3
    speaker right 'reconnects no'
    off_for 10 8 # found by a page: the rest of 6 s may have begun
    sleep 2
    cut_for 15 1.5
    end_part 5 cut-15
    cut_for 60 25 # lost after 20 s; the rest of 24 s may have begun
    bound "paging in the minute" "$searched" s 22
    sleep 1
    mark cut-60
    end_part 5 cut-60
    sleep 1
    played=$(awk "BEGIN { print int($(now) - $started) }")
}
play_noise_during all_of_it reach
tandemctl status
# The link that is cut for 3 and 15 s lives on: what waits in the controller comes late, and no more than that. Then the
# stream begins anew, as it does each time that the speaker has been away: nothing is missing within a stream.
# shellcheck disable=SC2046 # lists of options
judge reach --require speakers==2 --require left.sessions==1 $(flawless left "$played") \
    --require 'left.latency_p99_ms<=42' --require 'left.late_worst_ms<=100' \
    --require right.sessions==6 --require right.bad_packets==0 --require right.timestamp_errors==0 \
    --require right.sequence_gaps==0 --require right.jumps==0 --require 'right.late_packets<=16' \
    $(in_step cut-3 0) $(in_step cut-15 0) $(in_step cut-60 0)
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# Speakers of different latency and packet length are in step: from the start, after one has reported another latency
# while it played, after a restart of the service, and after one was off and on again. And the timeline keeps the time
# of the card.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

tandem_up 1 'left mtu=672 delay=210.5' 'right mtu=1005 delay=120'

for_a_while() { # NAME
    mark "$1"
    sleep 14
    mark "$1-end"
}
one_change_after_the_other() {
    sleep 2
    for_a_while start
    speaker right 'delay 150'
    sleep 10 # of the 20 s it may take
    mark changed
    read_timeline 12
    mark changed-end
    tandem_restart
    sleep 3
    for_a_while restarted
    speaker right off
    wait_for 20 "tandem noticing that the right speaker is off" sink_is_not right streaming
    speaker right on
    wait_for 90 "the right speaker streaming again" sink_is right streaming
    step "the right speaker streams again"
    sleep 3
    for_a_while returned
}
play_noise_during one_change_after_the_other in_step
tandemctl status

# The change of the report is the one place where content moves while a stream plays: by the 30 ms, and by a fade, so
# that a packet may hold some of both.
# shellcheck disable=SC2046 # lists of options
judge in_step --require speakers==2 --require 'left.sessions>=2' --require 'right.sessions>=3' \
    $(whole left) $(whole right) --require left.jumps==0 --require left.packets_unmatched==0 \
    --require right.jumps==1 --require 'right.frames_jumped>=1438' --require 'right.frames_jumped<=1442' \
    --require 'right.packets_unmatched<=1' \
    $(in_step start 90.5) $(in_step changed 60.5) $(in_step restarted 60.5) $(in_step returned 60.5) \
    --timeline left=/tmp/timeline --require 'timeline.readings>=10' --require 'timeline.error_rms_us<=100'
conclude

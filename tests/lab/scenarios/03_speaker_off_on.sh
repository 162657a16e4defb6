# SPDX-License-Identifier: GPL-3.0-or-later
# One speaker is switched off and on while both play: the other one does not notice, and it comes back. Then bluetoothd
# is restarted, and both come back.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

tandem_up 1 'left delay=150' 'right delay=150'

one_off_and_on() {
    sleep 8 # of undisturbed play
    speaker right off
    wait_for 20 "tandem noticing that the right speaker is off" sink_is_not right streaming
    step "the right speaker is off"
    sleep 8 # of play on the left alone
    speaker right on
    wait_for 90 "the right speaker streaming again" sink_is right streaming
    step "the right speaker streams again"
    sleep 10
}
play_noise_during one_off_and_on off_on
# No gap is heard as long as no packet comes later than what the speaker has buffered: of its latency of 150 ms, its
# decoder and converter take a part.
# shellcheck disable=SC2046 # lists of options
judge off_on --require speakers==2 --require left.sessions==1 $(flawless left 28) \
    --require 'left.latency_p99_ms<=42' --require 'left.late_worst_ms<=100' \
    --require 'right.sessions>=2' --require 'right.last_session_s>=8' --require right.sequence_gaps==0 \
    --require right.jumps==0 \
    $(skewed_by 0)

systemctl restart bluetooth
wait_for 30 "the end of the old streams" sink_is_not left streaming
wait_for 120 "streaming to all sinks after bluetoothd's restart" all_stream
step "all sinks stream again"
play_noise 12 restarted
# shellcheck disable=SC2046 # lists of options
judge restarted --require speakers==2 $(flawless left 12) $(flawless right 12) $(punctual left) $(punctual right) $(skewed_by 0)
conclude

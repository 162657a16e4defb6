# SPDX-License-Identifier: GPL-3.0-or-later
# What each profile promises of latency and pacing; one follows the other by a reload.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

judge_profile() { # PROFILE MILLISECONDS SNR
    play_noise 20 "$1"
    # shellcheck disable=SC2046 # lists of options
    judge "$1" --require speakers==2 $(flawless left 20 "$3") $(flawless right 20 "$3") $(skewed_by 0) \
        --require "left.latency_p99_ms<=$2" --require "right.latency_p99_ms<=$2" \
        --require 'left.pacing_rms_ms<=0.2' --require 'right.pacing_rms_ms<=0.2'
}

all_send() { # PROFILE FRAMES-PER-PACKET
    wait_for 60 "streaming with the packets of $1" status_is '[.sinks[].frames_per_packet] | unique | tostring' "[$2]"
}
change_profile() { # PROFILE FRAMES-PER-PACKET
    config "$1"
    tandemctl reload || fail "tandem.service does not take the configuration"
    all_send "$1" "$2"
    sleep 5 # for connections that end late
    all_send "$1" "$2"
    step "all sinks stream with the packets of $1"
}

tandem_up 1 'left delay=150' 'right delay=150'
judge_profile balanced 34 9
change_profile low-latency 3
judge_profile low-latency 18 9
change_profile robust 12
judge_profile robust 52 2.5
conclude

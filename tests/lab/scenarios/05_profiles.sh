# SPDX-License-Identifier: GPL-3.0-or-later
# What each profile promises of latency and pacing.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

judge_profile() { # PROFILE MILLISECONDS
    play_noise 20 "$1"
    # shellcheck disable=SC2046 # lists of options
    judge "$1" --require speakers==2 $(flawless left 20) $(flawless right 20) $(skewed_by 0) \
        --require "left.latency_p99_ms<=$2" --require "right.latency_p99_ms<=$2" \
        --require 'left.pacing_rms_ms<=1' --require 'right.pacing_rms_ms<=1'
}

tandem_up 1 'left delay=150' 'right delay=150'
judge_profile balanced 38
config low-latency
tandem_restart
judge_profile low-latency 23
config robust
tandem_restart
judge_profile robust 80
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# The main path in as little time as it takes: install, idle, pair, configure, play on both speakers, remove. The
# beginning of 01_plays_both, which takes the rest.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

tandem_up 1 'left delay=150' 'right delay=150'
play_noise 20 main
# shellcheck disable=SC2046 # lists of options
judge main --require speakers==2 $(flawless left 20) $(flawless right 20) $(punctual left) $(punctual right) \
    $(skewed_by 0)
tandemctl status
tandem_remove
conclude

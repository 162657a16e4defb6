# SPDX-License-Identifier: GPL-3.0-or-later
# Two adapters in the bridge, one speaker on each.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

tandem_up 2 'left delay=150' 'right delay=150'
play_noise 25 each
# shellcheck disable=SC2046 # lists of options
judge each --require speakers==2 $(flawless left 25) $(flawless right 25) $(punctual left) $(punctual right) $(skewed_by 0)
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# Two adapters in the bridge, one speaker on each.
. /lab/guest/lib.sh
. /lab/guest/tandem.sh

radio_up 2 2
speaker_up left delay=150
speaker_up right delay=150
aux_up
tandem_install
tandem_pair left --adapter hci0
tandem_pair right --adapter hci1
config_begin
config_sink left 'adapter = "hci0"'
config_sink right 'adapter = "hci1"'
tandem_restart
play_noise 25 each
# shellcheck disable=SC2046 # lists of options
judge each --require speakers==2 $(flawless left 25) $(flawless right 25) $(punctual left) $(punctual right) $(skewed_by 0)
conclude
